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

  /// Opens a store to work in; what is missing of it is made.
  /// - Throws: `ExitCode.runFailed` after one clear line.
  static func open(_ location: URL) throws -> Store {
    do {
      return try Store(root: location)
    } catch {
      Terminal.error.print("laconic: \(error)")
      throw ExitCode.runFailed
    }
  }

  /// Opens the store to look at: nothing in it is written, and one that is not there is empty.
  func read(forPipeline file: String? = nil) -> Store {
    Store(reading: location(forPipeline: file))
  }

  /// - Parameter file: the pipeline, whose project decides the default.
  func location(forPipeline file: String?) -> URL {
    if let store { return URL(fileURLWithPath: store) }
    if let named = ProcessInfo.processInfo.environment["LACONIC_STORE"], !named.isEmpty {
      return URL(fileURLWithPath: named)
    }
    let start =
      file.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      ?? URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    return (project(around: start) ?? start).appendingPathComponent("artifacts")
  }

  /// The nearest folder, going up, that holds a `pipelines` folder or a Package.swift.
  private func project(around start: URL) -> URL? {
    let files = FileManager.default
    var folder = start.standardizedFileURL
    while true {
      let marks = ["pipelines", "Package.swift"].map { folder.appendingPathComponent($0).path }
      if marks.contains(where: files.fileExists(atPath:)) { return folder }
      let parent = folder.deletingLastPathComponent().standardizedFileURL
      guard parent.path != folder.path else { return nil }
      folder = parent
    }
  }
}
