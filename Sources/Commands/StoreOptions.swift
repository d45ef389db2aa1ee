import ArgumentParser
import Foundation
import PipelineCore

/// Where results are kept.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The store. Otherwise LACONIC_STORE, or artifacts/ of the project the pipeline is in.",
      valueName: "folder"))
  var store: String?

  /// Opens the store to work in; what is missing of it is made.
  /// - Parameter file: the pipeline, whose project decides the default; the folder we are in, without.
  /// - Throws: `ExitCode.runFailed` after one clear line.
  func open(forPipeline file: String? = nil) throws -> Store {
    try Self.open(try location(forPipeline: file))
  }

  /// The same at a place that was decided already.
  static func open(_ location: URL) throws -> Store {
    do {
      return try Store(root: location)
    } catch {
      Terminal.error.print("laconic: \(error.inWords)")
      throw ExitCode.runFailed
    }
  }

  /// Opens the store to look at: nothing in it is written, and one that is not there is empty.
  /// - Throws: `ExitCode.runFailed` when the place starts at a folder that is gone.
  func read(forPipeline file: String? = nil) throws -> Store {
    Store(reading: try location(forPipeline: file))
  }

  /// - Parameter file: the pipeline, whose project decides the default.
  /// - Throws: `ExitCode.runFailed` when the place starts at a folder that is gone.
  func location(forPipeline file: String?) throws -> URL {
    if let store {
      try CurrentFolder.check(for: store)
      return URL(fileURLWithPath: store)
    }
    if let named = ProcessInfo.processInfo.environment["LACONIC_STORE"], !named.isEmpty {
      try CurrentFolder.check(for: named)
      return URL(fileURLWithPath: named)
    }
    try CurrentFolder.check(for: file ?? ".")
    let start =
      file.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      ?? URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    return DiskFiles().project(around: start).appendingPathComponent("artifacts")
  }
}
