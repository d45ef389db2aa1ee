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

  func validate() throws {
    guard let store else { return }
    if store.isEmpty {
      throw ValidationError("--store names no folder; is a variable in it not set?")
    }
    if let mistake = Self.mistake(in: store) { throw ValidationError("--store " + mistake) }
  }

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
  /// - Throws: as `location`.
  func read(forPipeline file: String? = nil) throws -> Store {
    Store(reading: try location(forPipeline: file))
  }

  /// Where the store is, or will be.
  /// - Parameter file: the pipeline, whose project decides the default.
  /// - Throws: `ExitCode` after one clear line, when the place is taken by something that is no store,
  ///   or starts at a folder that is gone.
  func location(forPipeline file: String?) throws -> URL {
    try Self.checked(try place(forPipeline: file))
  }

  /// The same place, when what is there may be a store.
  /// - Throws: `ExitCode.runFailed` after one clear line.
  static func checked(_ place: URL) throws -> URL {
    if let refusal = Store.refusal(toRead: place) {
      Terminal.error.print("laconic: \(refusal.inWords)")
      throw ExitCode.runFailed
    }
    return place
  }

  /// A shell writes `~` out at the beginning of a word only, and not in quotes.
  private static func mistake(in path: String) -> String? {
    guard path == "~" || path.hasPrefix("~/") else { return nil }
    return
      "'\(path)' begins with '~', which the shell left as it is: write \"$HOME\(path.dropFirst())\""
      + ", or './\(path)' for a folder of that name"
  }

  private func place(forPipeline file: String?) throws -> URL {
    if let store {
      try CurrentFolder.check(for: store)
      return URL(fileURLWithPath: store)
    }
    if let named = ProcessInfo.processInfo.environment["LACONIC_STORE"], !named.isEmpty {
      if let mistake = Self.mistake(in: named) {
        Terminal.error.print("laconic: LACONIC_STORE " + mistake)
        throw ExitCode.validationFailure
      }
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
