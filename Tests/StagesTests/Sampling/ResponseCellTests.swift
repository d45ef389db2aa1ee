import Foundation
import PipelineCore
import Stages
import Synchronization
import Testing

/// Responses are cached one by one: a cached response is not sampled again, and no byte depends on
/// the cache.
@Suite(.timeLimit(.minutes(120)))
struct `Responses drawn before` {
  /// A policy that is quick to train, evaluated on three slices of different problems.
  private static let settings = [
    "base.train.max_steps=1", "base.train.warmup_steps=0", "rl.train.max_steps=1",
    "samples.sampling.num_generations=1",
    "problems.splits.easy.count=80", "problems.splits.easy.difficulty=[5, 6]",
    "problems.splits.more={count: 20, difficulty: [5, 6], seed: 999}",
  ]

  /// The number of responses that a run of `eval` alone samples.
  private func drawn(_ store: Store, _ run: () throws -> RunSummary) throws -> (Int, RunSummary) {
    let before = try store.cellSegments().reduce(0) { $0 + $1.cells }
    let summary = try run()
    return (try store.cellSegments().reduce(0) { $0 + $1.cells } - before, summary)
  }

  private func run(
    _ store: Store, _ more: [String] = [], threads: Int = 1, jobs: Int = 1,
    observer: any RunObserver = SilentObserver()
  ) throws -> RunSummary {
    try MiniPipeline.run(
      store, overrides: Self.settings + more, jobs: jobs, threads: threads,
      observer: observer)
  }

  private func fresh(_ more: [String] = []) throws -> String? {
    try MiniPipeline.digests(overrides: Self.settings + more)["eval"]
  }

  /// The log of `eval` in the store; it is not part of an artifact.
  private func log(_ summary: RunSummary, _ store: Store) throws -> String {
    let point = summary.points.first { $0.address == "eval" }
    let key = try #require(point?.key)
    return String(decoding: try store.keptLog(key, from: 0), as: UTF8.self)
  }

  /// The program is killed while it writes the n-th segment; `samples` writes the first two.
  @Test(arguments: ["exact", "bf16", "blas"], [4, 5])
  func `an evaluation that was killed draws only what is missing`(
    _ numerics: String, _ segment: Int
  ) async throws {
    let more = ["numerics=\(numerics)"]
    let (whole, lines) = try TemporaryStore.with { store in
      let summary = try run(store, more)
      return (summary.digests["eval"], try log(summary, store))
    }
    #expect(lines.matches(of: /"problems":(32|64|80),"accuracy":/).count == 3)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-killed-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, segment = segment as Int, more = more as [String]] in
      let count = Atomic<Int>(0)
      let files = FileSystem { operation in
        guard operation.kind == .rename, operation.path.contains("/cells/"),
          count.add(1, ordering: .relaxed).newValue == segment
        else { return }
        kill(getpid(), SIGKILL)
      }
      let store = try Store(root: URL(filePath: path), files: files)
      _ = try MiniPipeline.run(
        store, overrides: Self.settings + more, checkpoints: .steps(1))
    }
    let store = try Store(root: folder)
    let plan = Planner.plan(
      try MiniPipeline.graph(overrides: Self.settings + more), store: store
    ) { $0.fingerprint }
    let done = 32 * (segment - 3)
    #expect(plan.points.first { $0.point.stage == "eval" }?.state == .resume(step: done))
    // Any number of workers can resume it.
    let (count, summary) = try drawn(store) { try run(store, more, threads: 2) }
    #expect(count == 2 * (80 - done))
    #expect(summary.digests["eval"] == whole)
    #expect(try log(summary, store) == lines)
  }

  @Test func `more problems, more samples and other pipelines draw only what is new`() throws {
    try TemporaryStore.with { store in
      _ = try run(store)
      func expect(_ count: Int, _ more: [String], _ comment: Comment) throws {
        let (new, summary) = try drawn(store) { try run(store, more) }
        #expect(new == count, comment)
        let alone = try fresh(more)
        #expect(summary.digests["eval"] == alone, comment)
      }
      try expect(40, ["eval.splits=[easy, more]"], "another split")
      try expect(0, ["eval.splits=[more, easy]"], "the same in another order")
      try expect(160, ["eval.sampling.num_generations=4"], "two more samples each")
      try expect(0, ["eval.sampling.num_generations=3"], "fewer samples")
      try expect(0, ["eval.strategy=majority_vote"], "judged another way")
      try expect(160, ["eval.sampling.temperature=0.7"], "another temperature")
      try expect(160, ["eval.inputs.policy=base"], "another policy")
      try expect(
        160 + 20, ["numerics=bf16", "samples.split=more", "samples.sampling.num_generations=1"],
        "other numerics")
    }
  }

  @Test func `the log of an evaluation is kept beside its result and goes with it`() throws {
    try TemporaryStore.with { store in
      let summary = try run(store)
      let lines = try log(summary, store)
      #expect(lines.split(separator: "\n").count == 3)
      let key = try #require(summary.points.first { $0.address == "eval" }?.key)
      // A reader that has read the first line continues after it.
      let first = try #require(lines.firstIndex(of: "\n"))
      #expect(
        String(decoding: try store.keptLog(key, from: lines[...first].utf8.count), as: UTF8.self)
          == lines[first...].dropFirst())
      _ = try store.collect(GarbageLimits(keptRuns: 0))
      #expect(try log(summary, store).isEmpty)
    }
  }

  @Test func `under blas a response counts only in the company it was drawn in`() throws {
    let blas = ["numerics=blas"]
    try TemporaryStore.with { store in
      _ = try run(store, blas)
      // The first two slices are the same as before; the third is longer now.
      let more = blas + ["eval.splits=[easy, more]"]
      let (count, summary) = try drawn(store) { try run(store, more) }
      #expect(count == 2 * (16 + 20))
      let alone = try fresh(more)
      #expect(summary.digests["eval"] == alone)
    }
  }

  @Test func `damaged cells are drawn again, to the same bytes`() throws {
    let whole = try fresh(["eval.splits=[easy, more]"])
    try TemporaryStore.with { store in
      _ = try run(store)
      for segment in try store.cellSegments() {
        let digest = try #require(segment.blob)
        let blob = URL(filePath: store.root)
          .appending(path: "objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
        try FileManager.default.removeItem(at: blob)
      }
      let observer = NoticeObserver()
      let summary = try run(store, ["eval.splits=[easy, more]"], observer: observer)
      #expect(summary.digests["eval"] == whole)
      #expect(
        observer.notices.contains {
          if case .cells(address: "eval", .damaged) = $0 { true } else { false }
        })
    }
  }

  @Test func `two stages that draw the same at once come to the same`() throws {
    let twice = ["eval.splits=[more, easy]", "samples.split=more"]
    let whole = try fresh(twice)
    try TemporaryStore.with { store in
      _ = try run(store, ["eval.splits=[more]"])
      let summary = try run(store, twice, jobs: 2)
      #expect(summary.digests["eval"] == whole)
    }
  }
}

private final class NoticeObserver: RunObserver {
  var notices: [Notice] = []
  func planned(_ plan: Plan) {}
  func started(_ point: StagePoint, resumingAt step: Int?) {}
  func progressed(_ point: StagePoint, _ progress: StageProgress) {}
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
  func noticed(_ notice: Notice) { notices.append(notice) }
  func tick() {}
  func ended(_ summary: RunSummary) {}
}
