package import Fields

/// The problem families a pipeline may name. A new family is one file and one line here.
package enum ProblemFamilies {
  package static let all: [any ProblemFamily] = [
    ChainFamily(),
    ScanFamily(),
    SearchFamily(),
    PeakFamily(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) throws(ProblemError) -> any ProblemFamily {
    guard let family = all.first(where: { $0.name == name }) else { throw .unknownFamily(name) }
    return family
  }
}

/// A set of families that share a vocabulary, so that one model can learn them together.
package struct ProblemSuite: Sendable {
  package let name: String
  package let meaning: String
  package let families: [any ProblemFamily]
  /// The ways its teachers may write, the default first; empty if the families decide it.
  package let generators: [TraceGenerator]
}

/// The suites a pipeline may name after `suite:`.
package enum ProblemSuites {
  package static let all: [ProblemSuite] = [
    ProblemSuite(
      name: "ladder",
      meaning: "three synthetic families in six difficulties, with exact verifiers",
      families: [ChainFamily(), ScanFamily(), SearchFamily()], generators: []),
    ProblemSuite(
      name: "controlled_detours",
      meaning: "the same with peak for scan, which needs thinking, and a choice of what the "
        + "teachers' detours do to their answers",
      families: [ChainFamily(), PeakFamily(), SearchFamily()],
      generators: [.neutral, .shortHorizon, .longHorizon]),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> ProblemSuite? { all.first { $0.name == name } }
}
