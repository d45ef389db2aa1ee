import Foundation
import PipelineCore
import Stages
import Testing

/// The stored parts of an evaluation under budgets that tests read.
struct BudgetEvaluation: Decodable {
  struct Prior: Decodable { var budgets: [Int], weights: [Double] }
  struct Row: Decodable { var budget: Int, accuracy: Double, meanTokens: Double }
  struct Adherence: Decodable {
    var responses: Int
    var budgetSlope: Double?
    var budgetMatchingRate: Double, budgetError: Double
  }
  struct Figures: Decodable { var accuracy: Double, meanTokens: Double }
  struct Split: Decodable {
    var all: Figures
    var budgets: [Row]?
    var anytimeAccuracy: Double?
    var prefilledBudgets: [Row]?
    var stated: Double?
    var budgetAdherence: Adherence?
  }
  var budgetPrior: Prior?
  var splits: [Split]

  private static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  init(_ artifact: any ArtifactReader) throws {
    self = try Self.decoder.decode(Self.self, from: try artifact.read(EvaluationReport.path))
  }

  /// The only split.
  var split: Split {
    get throws { try #require(splits.first) }
  }
}
