import PipelineCore
import Reporting
import Stages
import Testing

@Suite struct `Obedience to budgets` {
  /// Lengths under a budget of 100 that was given.
  private static func value(_ name: String, _ lengths: [Int]) throws -> Double? {
    let responses = StoredResponses(
      lengths.enumerated().map {
        .init(question: $0.offset, length: $0.element, budget: 100, budgetUse: "prefilled")
      })
    let grid = try ResultGrid([responses.input("rl")], missing: [])
    let metric = try #require(Metrics.named(name))
    return grid.summaries(metric, ResultFilter())[grid.rows[0]]?.value
  }

  @Test func `is the share within a tolerance, its edges included`() throws {
    let lengths = [89, 90, 100, 110, 111]
    #expect(try Self.value("budget_within@10", lengths) == 0.6)
    #expect(try Self.value("budget_within@11", lengths) == 1)
    #expect(try Self.value("budget_within@1", lengths) == 0.2)
  }

  @Test func `is how many lengths are over budget, and by how much`() throws {
    #expect(try Self.value("budget_overshoot", [50, 100, 120, 160]) == 0.5)
    #expect(try Self.value("budget_overshoot_mean", [50, 100, 120, 160]) == 0.4)
    #expect(try Self.value("budget_overshoot_mean", [50, 100]) == nil)
    #expect(try Self.value("budget_overshoot", [50, 100]) == 0)
  }
}
