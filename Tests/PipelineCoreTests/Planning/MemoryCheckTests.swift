import Fields
import PipelineCore
import Testing

@Suite struct MemoryCheckTests {
  private func memory(_ least: Int, _ most: Int) -> StageMemory {
    StageMemory([
      .init("weights", least: least, most: least, fields: []),
      .init("activations", least: 0, most: most - least, fields: ["train.micro_batch_size"]),
    ])
  }

  /// A plan of stages `a`, `b`, … with these bytes, each with work to do.
  private func plan(_ sizes: [StageMemory?], after: [Int: Int] = [:]) -> Plan {
    let ledger = Ledger()
    let points = sizes.enumerated().map { index, size in
      let name = String(UnicodeScalar(UInt8(97 + index)))
      var cost = StageCost()
      cost.memory = size
      return PlannedPoint(
        point: StagePoint(
          index: index, address: name, stage: name, kind: CountingKind(ledger), config: .absent,
          point: [], seed: 0, numerics: .exact,
          inputs: after[index].map { [PointInput(role: "from", source: .point($0))] } ?? []),
        state: .miss, key: nil, inputs: [], cost: cost, reason: nil)
    }
    return Plan(points: points)
  }

  @Test func `terms add up, and fields of large terms come first`() {
    let memory = StageMemory([
      .init("weights", 100), .init("nothing", 0),
      .init("cache", least: 10, most: 60, fields: ["tokens", "rows"]),
      .init("passes", least: 0, most: 70, fields: ["batch", "tokens"]),
    ])
    #expect(memory.terms.map(\.name) == ["weights", "cache", "passes"])
    #expect((memory.least, memory.most) == (110, 230))
    #expect(memory.fields(by: \.most) == ["batch", "tokens", "rows"])
    #expect(memory.fields(by: \.least) == ["tokens", "rows"])
    #expect(StageMemory([.init("huge", .max), .init("more", 1)]).most == .max)
  }

  @Test func `the most at once are stages that do not wait for one another`() {
    let sizes = [memory(5, 50), memory(5, 40), nil, memory(5, 30), memory(5, 20)]
    let plan = plan(sizes, after: [1: 0, 3: 2])
    #expect(plan.memoryAtOnce(jobs: 1).points == [0])
    #expect(plan.memoryAtOnce(jobs: 2) == ([0, 3], 80))
    #expect(plan.memoryAtOnce(jobs: 9) == ([0, 3, 4], 100))
  }

  @Test func `what may fit is warned of, and only what cannot fit is refused`() throws {
    let plan = plan([memory(50, 80), nil])
    #expect(MemoryShortage(plan.points[0], limit: 80) == nil)
    #expect(MemoryShortage(plan.points[1], limit: 1) == nil)
    let possible = try #require(MemoryShortage(plan.points[0], limit: 50))
    #expect(!possible.isCertain)
    #expect(possible.message == "'a' may take up to 80 B of memory, more than the 50 B there is")
    #expect(possible.help == "lower train.micro_batch_size")
    let certain = try #require(MemoryShortage(plan.points[0], limit: 49))
    #expect(certain.isCertain)
    #expect(certain.message == "'a' takes at least 50 B of memory, more than the 49 B there is")
    #expect(certain.help == "take a smaller model; --memory says what there is")
    var done = plan.points[0]
    done.state = .hit(artifact: "")
    #expect(MemoryShortage(done, limit: 1) == nil)
  }
}
