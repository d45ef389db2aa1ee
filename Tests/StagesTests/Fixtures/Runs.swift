import Foundation
import PipelineCore
import Stages
import Testing

extension StageGraph {
  /// Reads a pipeline and lays out its points. A diagnostic is a failed test.
  /// - Parameter allowsWarnings: true if only errors are.
  static func reading(
    _ yaml: String, name: String = "own.yaml", overrides: [String] = [], in folder: URL,
    allowsWarnings: Bool = false
  ) throws -> StageGraph {
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: name, text: yaml), overrides: overrides, kinds: .builtIn, directory: folder)
    if allowsWarnings ? diagnostics.hasErrors : !diagnostics.isEmpty {
      Issue.record("\(DiagnosticPrinter().render(diagnostics))")
    }
    return StageGraph(try #require(pipeline))
  }
}

extension RunOptions {
  /// Options as of a machine with two cores, with checkpoints only where a test asks for them.
  static func testing(
    jobs: Int = 1, threads: Int? = nil, checkpoints: CheckpointCadence = .seconds(1e9),
    stop: StopSignal = StopSignal(), allowsPrograms: Bool = false
  ) -> RunOptions {
    var options = RunOptions(
      jobs: jobs, threads: threads, cores: 2, checkpoints: checkpoints, stop: stop,
      fingerprint: { $0.fingerprint })
    options.allowsPrograms = allowsPrograms
    return options
  }

  /// Stops the run when a stage has completed one more step.
  mutating func stopAfterAStep(of isStopped: @escaping @Sendable (String) -> Bool) {
    atStep = { [stop] stage, _ in if isStopped(stage) { stop.request() } }
  }
}

extension RunSummary {
  var digests: [String: String] {
    Dictionary(uniqueKeysWithValues: points.map { ($0.address, $0.artifact ?? "none") })
  }
}

/// A store in a temporary folder that is deleted afterwards.
enum TemporaryStore {
  static func with<Result>(_ body: (Store) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-stages-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(try Store(root: folder))
  }
}
