package import PipelineCore
package import Reporting

/// Which part of what was measured a figure is of.
package struct EvidenceFilter: Sendable, Hashable {
  package var splits: [String] = []
  package var family: String?
  package var difficulty: Int?
  /// As if generation had been cut off at this length.
  package var cutoff: Int?
  /// Responses under this budget, of thinking or announced, alone.
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

  /// The same for responses under one budget alone.
  func at(budget: Int) -> EvidenceFilter {
    var filter = self
    filter.budget = budget
    return filter
  }

  /// The same as if generation had been cut off at a length.
  func at(cutoff: Int) -> EvidenceFilter {
    var filter = self
    filter.cutoff = cutoff
    return filter
  }
}

/// Stored results that tables and claims take their figures from: all runs of one label at one
/// setting of the swept fields, which differ by seed alone.
///
/// A new sort of evidence is a type that conforms and a line in `ClaimEvidences`.
package protocol ClaimEvidence: Sendable {
  /// The type of the artifacts it reads.
  static var type: ArtifactType { get }
  /// The metrics it knows; nil where they are found in the results alone.
  static var metrics: [String]? { get }
  init(_ runs: [CollectedInput]) throws
  /// A metric by seed and question; nil where there is nothing to compute it from.
  func panel(of metric: String, _ filter: EvidenceFilter) -> Panel?
  /// The splits it covers, in order.
  var splits: [String] { get }
  /// The difficulties it covers, ascending.
  func difficulties(_ filter: EvidenceFilter) -> [Int]
  /// The budgets that responses were held to, ascending.
  func budgets(_ filter: EvidenceFilter) -> [Int]
}

extension ClaimEvidence {
  package var splits: [String] { [] }
  package func difficulties(_ filter: EvidenceFilter) -> [Int] { [] }
  package func budgets(_ filter: EvidenceFilter) -> [Int] { [] }
}

package enum ClaimEvidences {
  package static let all: [any ClaimEvidence.Type] = [
    EvaluationEvidence.self,
    TrainingEvidence.self,
    AdvantageEvidence.self,
  ]

  package static func reading(_ type: ArtifactType) -> (any ClaimEvidence.Type)? {
    all.first { $0.type == type }
  }
}
