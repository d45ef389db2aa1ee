import Fields

/// The effect of a teacher's detours on its answers: the one choice of the suite
/// `controlled_detours`.
///
/// Prompts, verifiers, styles and amounts of redundancy are the same for all generators; only the
/// places where errors appear and are corrected differ. A claim about length can therefore be
/// tested where length has no effect, where it costs accuracy, and where it improves accuracy.
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
  /// Most traces repeat and plan their work. Reinforcement learning moves an indifferent choice
  /// towards its likelier side: if detours were the exception, training would remove them even when
  /// they do no harm.
  fileprivate static let neutral = {
    var process = DetourProcess(slip: 0.04, detours: .copied)
    process.loop = [0.9, 0.9, 0.8, 0.8, 0.7, 0.7]
    process.loopAgainShare = 0.4
    process.plan = 0.6
    process.maxThinkingTokens = 180
    return process
  }()
}
