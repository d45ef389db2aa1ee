package import PipelineCore
package import Reporting

/// The part of the measurements that a figure is computed from.
package struct ResultFilter: Sendable, Hashable {
  package var splits: [String] = []
  package var family: String?
  package var difficulty: Int?
  /// The length at which responses are scored as if generation had been cut off.
  package var cutoff: Int?
  /// Restricts to responses under this budget, of thinking or announced.
  package var budget: Int?

  package init(
    splits: [String] = [], family: String? = nil, difficulty: Int? = nil, cutoff: Int? = nil,
    budget: Int? = nil
  ) {
    self.splits = splits
    self.family = family
    self.difficulty = difficulty
    self.cutoff = cutoff
    self.budget = budget
  }

  /// The same filter, restricted to responses under one budget.
  func at(budget: Int) -> ResultFilter {
    var filter = self
    filter.budget = budget
    return filter
  }

  /// The same filter, with generation cut off at a length.
  func at(cutoff: Int) -> ResultFilter {
    var filter = self
    filter.cutoff = cutoff
    return filter
  }
}

/// Stored results from which tables and claims compute figures: all runs of one label at one
/// setting of the swept fields, which differ only by seed.
///
/// A new kind of results is a type that conforms to this protocol and one line in
/// `ClaimResultTypes`.
package protocol ClaimResults: Sendable {
  /// The type of the artifacts it reads.
  static var type: ArtifactType { get }
  /// The metrics of these results; nil if only the results themselves name them.
  static var metrics: [String]? { get }
  /// - Parameter metrics: the metrics that will be asked for.
  init(_ runs: [CollectedInput], for metrics: [String]) throws
  /// A metric by seed and question; nil if the results do not have it.
  func grid(of metric: String, _ filter: ResultFilter) -> SeedQuestionGrid?
  /// The splits it covers, in order.
  var splits: [String] { get }
  /// The difficulties it covers, ascending.
  func difficulties(_ filter: ResultFilter) -> [Int]
  /// The budgets that responses were held to, ascending.
  func budgets(_ filter: ResultFilter) -> [Int]
}

extension ClaimResults {
  package var splits: [String] { [] }
  package func difficulties(_ filter: ResultFilter) -> [Int] { [] }
  package func budgets(_ filter: ResultFilter) -> [Int] { [] }
}

package enum ClaimResultTypes {
  package static let all: [any ClaimResults.Type] = [
    EvaluationResults.self,
    TrainingResults.self,
    AdvantageResults.self,
  ]

  package static func reading(_ type: ArtifactType) -> (any ClaimResults.Type)? {
    all.first { $0.type == type }
  }
}
