import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Problem stages that request many problems, are stopped, or find fewer problems.
@Suite struct `A stage of problems` {
  private static func graph(_ splits: String) throws -> StageGraph {
    let text = """
      version: 1
      name: test
      stages:
        problems:
          kind: problems
          families: [chain, search]
          splits: {\(splits)}
      """
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "test.yaml", text: text), kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    return StageGraph(try #require(pipeline))
  }

  private static func run(
    _ graph: StageGraph, _ store: Store, stop: StopSignal = StopSignal(),
    _ observer: any RunObserver = Listener()
  ) throws -> RunSummary {
    try Runner.run(
      graph, store: store,
      options: RunOptions(cores: 1, stop: stop, fingerprint: { $0.fingerprint }),
      observer: observer)
  }

  /// Records a run's notices and requests a stop at the first progress of a given kind.
  private final class Listener: RunObserver {
    var notices: [String] = []
    var progress: [StageProgress] = []
    private let stop: StopSignal?
    private let word: String

    init(_ stop: StopSignal? = nil, at word: String = "") {
      self.stop = stop
      self.word = word
    }

    func noticed(_ notice: Notice) { notices.append("\(notice)") }
    func progressed(_ point: StagePoint, _ progress: StageProgress) {
      self.progress.append(progress)
      if progress.metrics.contains(where: { $0.name == word }) { stop?.request() }
    }
    func planned(_ plan: Plan) {}
    func started(_ point: StagePoint, resumingAt step: Int?) {}
    func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
    func retrying(_ point: StagePoint, after failure: String, retry: Int, of limit: Int) {}
    func tick() {}
    func ended(_ summary: RunSummary) {}
  }

  /// This stage would run practically forever, so it ends only because it is asked to stop.
  @Test func `obeys a stop in the middle of a split, and keeps those that are done`() throws {
    try TemporaryStore.with { store in
      let first = "a: {count: 20}, b: {count: 10000000}"
      let stop = StopSignal()
      let listener = Listener(stop, at: "b")
      let summary = try Self.run(try Self.graph(first), store, stop: stop, listener)
      #expect(summary.points.map(\.outcome) == [.stopped(step: 1)])
      let shown = try #require(listener.progress.last?.metrics.first)
      #expect(shown.name == "b")
      #expect(shown.value.hasSuffix(" of 10.0M problems"), "\(shown.value)")
      #expect(shown.value != "0 of 10.0M problems")
    }
  }

  @Test func `says in plan, run and log that there are no more different prompts`() throws {
    try TemporaryStore.with { store in
      let graph = try Self.graph("train: {count: 1000, difficulty: [1, 1]}, dev: {count: 4}")
      let sentence = "(search of difficulty 1)"
      let remarks = graph.points[0].remarks
      #expect(remarks.count == 1)
      let remark = try #require(remarks.first)
      #expect(remark.hasPrefix("train: at most 5"), "\(remark)")
      #expect(remark.hasSuffix(" of 1000: no more different prompts \(sentence)"))
      let plan = Planner.plan(graph, store: store) { $0.fingerprint }
      #expect(plan.cost.hasFewerPrompts)

      let listener = Listener()
      let summary = try Self.run(graph, store, listener)
      let artifact = try store.artifact(try #require(summary.digests["problems"]))
      let count = try artifact.read("splits/train.jsonl").count { $0 == UInt8(ascii: "\n") }
      #expect(plan.cost.prompts == count + 4)
      let told = "train: \(count) of 1000: no more different prompts \(sentence)"
      #expect(listener.notices == ["problems: " + told])
      let key = try #require(summary.points[0].key)
      let log = String(decoding: try store.keptLog(key, from: 0), as: UTF8.self)
      #expect(log == "dev: 4 problems\n\(told)\n")
      #expect(remark == told.replacingOccurrences(of: "train: ", with: "train: at most "))
    }
  }

  @Test func `says nothing where there are enough`() throws {
    let graph = try Self.graph("train: {count: 1000, difficulty: [4, 6]}")
    #expect(graph.points[0].remarks.isEmpty)
  }
}
