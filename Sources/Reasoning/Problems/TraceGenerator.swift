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
    case .neutral: .neutral
    case .shortHorizon: DetourProcess(slip: 0.02, detours: .reworked(slip: 0.15))
    case .longHorizon: DetourProcess(slip: 0.15, detours: .reworked(slip: 0.02))
    }
  }
}

extension DetourProcess {
  /// Most traces go over their work and plan it. Reinforcement learning sharpens a choice that makes
  /// no difference towards its likelier side: were detours the exception, they would go away even
  /// when nothing speaks against them.
  fileprivate static let neutral = {
    var process = DetourProcess(slip: 0.04, detours: .copied)
    process.loop = [0.9, 0.9, 0.8, 0.8, 0.7, 0.7]
    process.loopAgainShare = 0.4
    process.plan = 0.6
    process.maxThinkingTokens = 180
    return process
  }()
}
