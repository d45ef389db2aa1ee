import Fields
import PipelineCore
import Testing

@Suite struct TargetedGraphTests {
  private let ledger = Ledger()

  private var whole: StageGraph {
    graph(
      [
        counting("a", ledger), counting("b", ledger, from: "a", usesSeed: true),
        counting("c", ledger, from: "b"), counting("other", ledger),
        gathering("table", ledger, ["b", "other"]),
      ], axes: [Axis(path: Axis.seedPath, values: [.int(0), .int(1)])])
  }

  private func addresses(_ targets: String...) throws -> [String] {
    try TargetedGraph(whole, targets: targets).graph.points.map(\.address)
  }

  @Test func `a target comes with all that it needs and nothing else`() throws {
    #expect(try addresses("a") == ["a"])
    #expect(try addresses("c") == ["a", "b[seed=0]", "b[seed=1]", "c[seed=0]", "c[seed=1]"])
    #expect(try addresses("c[seed=1]", "other") == ["a", "b[seed=1]", "c[seed=1]", "other"])
    #expect(try addresses("table") == ["a", "b[seed=0]", "b[seed=1]", "other", "table"])
    #expect(try addresses() == whole.points.map(\.address))
  }

  @Test func `what is left out is told`() throws {
    let part = try TargetedGraph(whole, targets: ["b[seed=1]"])
    #expect(
      part.leftOut.map(\.address) == ["b[seed=0]", "c[seed=0]", "c[seed=1]", "other", "table"])
    #expect(try TargetedGraph(whole).leftOut.isEmpty)
  }

  @Test func `an unknown target is answered with the name that was meant`() throws {
    func message(_ target: String) -> String {
      do {
        _ = try TargetedGraph(whole, targets: ["a", target])
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(message("tabel") == "unknown stage 'tabel' in the pipeline; did you mean 'table'?")
    #expect(
      message("b[seed=2]")
        == "unknown point 'b[seed=2]' in the pipeline; expected one of b[seed=0], b[seed=1]")
  }

  @Test func `a run of a target does no other work, and the whole run reuses it`() throws {
    let folder = try TemporaryFolder()
    let part = try TargetedGraph(whole, targets: ["b[seed=1]"]).graph
    let first = try Runner.run(part, store: try folder.store(), options: .testing())
    #expect(first.points.map(\.address) == ["a", "b[seed=1]"])
    #expect(ledger.takeRuns() == ["a", "b"])
    let all = try Runner.run(whole, store: try folder.store(), options: .testing())
    #expect(all.outcome == .done)
    #expect(all.outcomes["b[seed=1]"] == .hit)
    #expect(ledger.takeRuns() == ["b", "c", "c", "gather", "other"])
  }
}
