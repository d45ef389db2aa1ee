import Fields
import Foundation
import LivePage
import PipelineCore
import Stages
import Synchronization
import Testing

/// A store in a temporary folder with runs of a pipeline of half a second.
struct LiveStore {
  static let yaml = """
    version: 1
    name: live
    stages:
      problems:
        kind: problems
        families: [chain]
        splits:
          train: {count: 32, difficulty: [1, 2], seed: 1}
          easy: {count: 40, difficulty: [1, 2], seed: 12345}
      base:
        kind: sft
        inputs: {data: problems}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
    intermediate_size: 24, short_conv: 4}
        train: {learning_rate: 1e-2, max_steps: 6, prompts_per_step: 4}
      eval:
        kind: eval
        inputs: {policy: base, problems: problems}
        splits: [easy]
        sampling: {num_generations: 2, max_new_tokens: 12}
      table:
        kind: table
        inputs: {results: {base: eval}}
        columns: [accuracy, mean_tokens]
    """

  let folder: URL
  let store: Store

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-live-\(UUID().uuidString)")
    store = try Store(root: folder)
  }

  static func with<Result>(_ body: (LiveStore) throws -> Result) throws -> Result {
    let live = try LiveStore()
    defer { live.remove() }
    return try body(live)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Runs the pipeline, or goes on with it.
  /// - Parameter step: called on the stage's thread after each of its steps.
  @discardableResult
  func run(
    stop: StopSignal = StopSignal(), _ step: @escaping @Sendable (String, Int) -> Void = { _, _ in }
  ) throws -> RunSummary {
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "live.yaml", text: Self.yaml), overrides: [], kinds: .builtIn,
      directory: folder)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    var options = RunOptions(
      threads: 1, cores: 1, checkpoints: .steps(1), stop: stop, pipeline: "live",
      file: "live.yaml", fingerprint: { $0.fingerprint })
    options.atStep = step
    return try Runner.run(
      StageGraph(try #require(pipeline)), store: store, options: options,
      observer: SilentObserver())
  }

  /// The latest run, as `laconic watch` opens it.
  func watched() throws -> LiveRun {
    let reading = Store(readOnly: folder)
    return LiveRun(try reading.run("latest"), in: reading, pace: .zero)
  }

  /// Every file and folder with what would tell that somebody touched it.
  func contents() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return ([""] + names.sorted()).map { name in
      var status = stat()
      lstat(folder.appendingPathComponent(name).path, &status)
      let time = status.st_mtim
      return "\(name) \(status.st_ino) \(status.st_size) \(status.st_mode) "
        + "\(time.tv_sec).\(time.tv_nsec)"
    }
  }
}

/// The answer to a page that asks for the state of a run.
struct SeenRun {
  let json: JSONText

  init(_ run: LiveRun, cursor: String = "") throws { json = try run.state(["cursor": cursor]) }

  var cursor: String { json["cursor"]?.stringValue ?? "" }
  var id: String { String(cursor.prefix { $0 != ":" }) }
  var state: String? { json["run"]?["state"]?.stringValue }
  var points: [JSONText] { json["points"]?.arrayValue ?? [] }

  /// The state of a stage, if it is among what came.
  func state(of stage: String) -> String? {
    points.first { $0["stage"]?.stringValue == stage }?["state"]?.stringValue
  }
}

/// Values that a stage's thread saw.
final class Sightings<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  var all: [Value] { values.withLock { $0 } }
  func add(_ value: Value) { values.withLock { $0.append(value) } }
}
