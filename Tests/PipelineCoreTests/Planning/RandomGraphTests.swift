import Fields
import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

/// Properties that hold for every pipeline, tested on random pipelines. A failure names the seed
/// that reproduces its pipeline: `LACONIC_SEED=… make test FILTER=RandomGraphTests`.
@Suite(.timeLimit(.minutes(120))) struct RandomGraphTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["LACONIC_TORTURE"] == nil ? 40 : 2_000

  private func eachPipeline(
    _ body: (RandomPipeline, inout SeededRandom, Comment) throws -> Void
  ) throws {
    for round in 0..<Self.rounds {
      let seed = SeededRandom.seed &+ UInt64(round)
      var random = SeededRandom(seed)
      let pipeline = RandomPipeline(using: &random)
      try body(pipeline, &random, "LACONIC_SEED=\(seed)")
    }
  }

  private func plan(_ pipeline: RandomPipeline, _ folder: TemporaryFolder) -> Plan {
    let root = folder.url.appending(path: "store")
    return Planner.plan(
      pipeline.graph(Ledger()), store: Store(readOnly: root), fingerprint: { _ in "" })
  }

  private func run(
    _ pipeline: RandomPipeline, _ folder: TemporaryFolder, _ ledger: Ledger = Ledger(),
    jobs: Int = 1, stop: StopSignal = StopSignal()
  ) throws -> RunSummary {
    try Runner.run(
      pipeline.graph(ledger), store: try folder.store(),
      options: .testing(jobs: jobs, stop: stop))
  }

  /// Runs until a random step is done, and leaves unfinished work behind.
  private func stopped(
    _ pipeline: RandomPipeline, _ folder: TemporaryFolder, _ random: inout SeededRandom
  ) throws {
    let signal = StopSignal()
    let last = Int.random(in: 1...12, using: &random)
    let steps = Atomic<Int>(0)
    let ledger = Ledger { _, _ in
      if steps.add(1, ordering: .relaxed).newValue == last { signal.request() }
    }
    _ = try run(pipeline, folder, ledger, stop: signal)
  }

  /// Removes or damages a few files of the store.
  private func damage(_ folder: TemporaryFolder, _ random: inout SeededRandom) throws {
    let files = folder.listing().filter {
      ($0.hasPrefix("objects/") && !$0.hasSuffix("memo.txt")) || $0.hasPrefix("records/")
    }
    for file in files.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)) {
      let url = folder.url.appending(path: "store/" + file)
      if Bool.random(using: &random) {
        try FileManager.default.removeItem(at: url)
      } else {
        try overwrite(url, with: "spoilt")
      }
    }
  }

  /// Checks that a run did what the plan made just before it said, point by point.
  private func expect(
    _ plan: Plan, describes summary: RunSummary, _ ledger: Ledger, _ comment: Comment
  ) {
    #expect(summary.outcome == .done, comment)
    for (planned, result) in zip(plan.points, summary.points) {
      let address = planned.point.address
      switch planned.state {
      case .hit(let artifact):
        #expect(result.outcome == .hit, "\(comment) \(address)")
        #expect(result.artifact == artifact, "\(comment) \(address)")
      case .resume(let step), .extend(let step, _):
        #expect(result.outcome == .resumed(step: step), "\(comment) \(address)")
      case .miss:
        // Recomputing a damaged blob repairs it for all points that use it, so one of two may find
        // it intact.
        let isDamaged = if case .damaged = planned.reason { true } else { false }
        #expect(
          result.outcome == .ran || (isDamaged && result.outcome == .hit), "\(comment) \(address)")
      case .same(let first):
        #expect(result.outcome == .hit, "\(comment) \(address)")
        #expect(result.artifact == summary.points[first].artifact, "\(comment) \(address)")
      case .waits(let upstreams):
        // Its key was unknown because some upstream points then had work to do.
        #expect(!upstreams.isEmpty, "\(comment) \(address)")
      case .unusable(let reason): Issue.record("\(comment) \(address): \(reason)")
      }
      if let key = planned.key?.hex { #expect(result.key == key, "\(comment) \(address)") }
    }
    let worked = summary.points.count { point in
      switch point.outcome {
      case .ran, .resumed: true
      default: false
      }
    }
    #expect(ledger.runs.count == worked, comment)
  }

  @Test func `running does exactly what the plan said, from any state of the store`() throws {
    try eachPipeline { pipeline, random, comment in
      let reference = try TemporaryFolder()
      let expected = try run(pipeline, reference)
      let folder = try TemporaryFolder()
      switch Int.random(in: 0..<4, using: &random) {
      case 0: break
      case 1: try stopped(pipeline, folder, &random)
      case 2:
        _ = try run(pipeline, folder)
        try damage(folder, &random)
      default:
        try stopped(pipeline, folder, &random)
        try damage(folder, &random)
      }
      let listing = folder.listing()
      let before = plan(pipeline, folder)
      #expect(folder.listing() == listing, comment)

      let ledger = Ledger()
      let summary = try run(
        pipeline, folder, ledger, jobs: Int.random(in: 1...3, using: &random))
      expect(before, describes: summary, ledger, comment)
      #expect(summary.artifacts == expected.artifacts, comment)

      // Afterwards there is nothing left to do.
      #expect(plan(pipeline, folder).isAllHits, comment)
      let idle = Ledger()
      #expect(try run(pipeline, folder, idle).artifacts == expected.artifacts, comment)
      #expect(idle.runs.isEmpty, comment)
    }
  }

  @Test func `a changed field reruns its stage and what its new bytes reach, nothing else`()
    throws
  {
    try eachPipeline { pipeline, random, comment in
      let folder = try TemporaryFolder()
      let first = try run(pipeline, folder)
      let counting = pipeline.stages.indices.filter { pipeline.stages[$0].gathers == nil }
      guard let index = counting.randomElement(using: &random) else { return }
      let name = pipeline.stages[index].name

      // A field that is not in any key: all results are still there.
      var patient = pipeline
      patient.stages[index].patience += 10
      #expect(plan(patient, folder).isAllHits, comment)

      // A field in the key that does not change the bytes: the stage reruns, but no stage after it.
      var salted = pipeline
      salted.stages[index].salt += 10
      salted.axes.removeAll { $0.paths == ["\(name).salt"] }
      if salted.axes == pipeline.axes {
        for point in plan(salted, folder).points where point.point.stage != name {
          let isBelow = pipeline.downstream(of: name).contains(point.point.stage)
          if case .hit = point.state {
            #expect(!isBelow, comment)
          } else {
            #expect(isBelow, comment)
          }
        }
        let ledger = Ledger()
        let summary = try run(salted, folder, ledger)
        #expect(summary.artifacts == first.artifacts, comment)
        for point in summary.points where point.address.prefix(while: { $0 != "[" }) != name {
          #expect(point.outcome == .hit, "\(comment) \(point.address)")
        }
      }

      // A field that changes key and bytes: all downstream stages rerun, and nothing else.
      var longer = pipeline
      longer.stages[index].steps += 10
      let ledger = Ledger()
      let summary = try run(longer, folder, ledger)
      let below = pipeline.downstream(of: name)
      for (point, result) in zip(pipeline.graph(Ledger()).points, summary.points) {
        if !below.contains(point.stage) {
          #expect(result.outcome == .hit, "\(comment) \(result.address)")
        } else {
          // A second point with the same work is a cache hit on the result of the first.
          let isFirst = summary.points.first { $0.key == result.key }?.index == result.index
          #expect(result.outcome == (isFirst ? .ran : .hit), "\(comment) \(result.address)")
        }
      }
    }
  }
}
