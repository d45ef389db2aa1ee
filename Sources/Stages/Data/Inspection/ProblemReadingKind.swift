package import Fields
package import Reasoning

/// A kind whose stages have a model read problems.
package protocol ProblemReadingKind: ConfiguredStageKind {
  /// Returns the problems that a stage reads; nil for one that reads something else.
  func problemUse(_ configuration: Configuration) -> ProblemUse?
  /// Returns a problem as a stage's model learns it.
  /// - Returns: nil for a stage that samples responses.
  /// - Throws: `ProblemError` if the problem cannot be learned.
  func example(
    of problem: Problem, _ configuration: Configuration
  ) throws -> SupervisedExample?
}

extension ProblemReadingKind {
  package func example(
    of problem: Problem, _ configuration: Configuration
  ) throws -> SupervisedExample? {
    nil
  }

  package func problemUse(of config: FieldValue) -> ProblemUse? {
    problemUse(Configuration(decoding: config))
  }

  /// Returns a function that shows problems as a stage's model reads them.
  func reading(of config: FieldValue) -> ProblemReading {
    let configuration = Configuration(decoding: config)
    let format = format(of: configuration)
    return ProblemReading(
      format: format, longest: longestSequence(configuration),
      example: { try example(of: $0, configuration) })
  }
}

/// The problems that a stage reads.
package struct ProblemUse: Sendable {
  package let role: String
  package let splits: [String]

  package init(role: String, splits: [String]) {
    self.role = role
    self.splits = splits
  }
}

/// The way in which the model of a stage reads problems.
struct ProblemReading {
  let format: any ResponseFormat
  /// The most tokens after a prompt's text; nil for a stage that draws nothing.
  let longest: Int?
  /// A problem as it is learned; nil if responses are sampled.
  let example: (Problem) throws -> SupervisedExample?
}
