import Fields

/// What a teacher's detours do to its answers: the second ladder suite's one choice.
///
/// Prompts, verifiers, styles and amounts of redundancy are the same for all; only where errors
/// enter and leave differs. So a claim about length can be tried where length is worth nothing, where
/// it costs accuracy, and where it buys accuracy.
package enum TraceGenerator: String, FieldChoice, Codable, Hashable {
  case neutral
  case shortHorizon = "short_horizon"
  case longHorizon = "long_horizon"

  package var meaning: String {
    switch self {
    case .neutral: "detours copy what stands: length and correctness are independent"
    case .shortHorizon: "detours are where errors enter: shorter is more accurate"
    case .longHorizon: "first passes slip, detours repair: longer is more accurate"
    }
  }

  package var process: DetourProcess {
    switch self {
    case .neutral: DetourProcess()
    case .shortHorizon: DetourProcess(slip: 0.02, detours: .reworked(slip: 0.15))
    case .longHorizon: DetourProcess(slip: 0.15, detours: .reworked(slip: 0.02))
    }
  }
}
