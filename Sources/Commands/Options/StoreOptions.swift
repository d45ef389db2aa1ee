import ArgumentParser
import Foundation
import PipelineCore

/// The store to use.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The store. Otherwise LACONIC_STORE, or artifacts/ of the project the pipeline is in.",
      valueName: "folder"))
  var store: String?

  func validate() throws {
    guard let store else { return }
    if store.isEmpty {
      throw ValidationError("--store needs a folder; is a variable in it not set?")
    }
    if let mistake = Self.mistake(in: store) { throw ValidationError("--store " + mistake) }
  }

  /// Opens the store for writing, and creates what is missing.
  /// - Parameter file: the pipeline, whose project decides the default; without it, the current
  ///   folder does.
  /// - Throws: `StoreError`, in words for people; `ExitCode` for what was printed.
  func open(forPipeline file: String? = nil) throws -> Store {
    try Store(root: try location(forPipeline: file))
  }

  /// Opens the store for reading: nothing is written, and a missing store counts as empty.
  /// - Throws: as `location`.
  func read(forPipeline file: String? = nil) throws -> Store {
    Store(readOnly: try location(forPipeline: file))
  }

  /// The id of a run. The store is opened only for reading, since opening it for writing would make
  /// one where there is none.
  /// - Throws: as `read`; `RunLookupError` if there is no such run.
  func id(ofRun name: String) throws -> String { try read().run(name).id }

  /// The location of the store, which need not exist yet.
  /// - Parameter file: the pipeline, whose project decides the default.
  /// - Throws: `ExitCode` after printing one line, if the place holds something that is not a
  ///   store, or its path starts at a folder that is gone.
  func location(forPipeline file: String?) throws -> URL {
    try Self.checked(try place(forPipeline: file))
  }

  /// The place itself, if it is free or holds a store.
  /// - Throws: `StoreError`, in words for people; `ExitCode` for what was printed.
  static func checked(_ place: URL) throws -> URL {
    if let refusal = Store.refusal(toRead: place) { throw refusal }
    return place
  }

  /// A shell expands `~` only at the beginning of an unquoted word.
  private static func mistake(in path: String) -> String? {
    guard path.hasPrefix("~") else { return nil }
    let rest = path.dropFirst()
    // Whose home `~name` is, only the system knows.
    let home =
      rest.isEmpty || rest.hasPrefix("/") ? "write \"$HOME\(rest)\"" : "write the folder out"
    return "'\(path)' begins with '~', which the shell did not expand: \(home)"
      + ", or './\(path)' for a folder of that name"
  }

  private func place(forPipeline file: String?) throws -> URL {
    if let store {
      try CurrentFolder.check(for: store)
      return URL(fileURLWithPath: store)
    }
    if let named = ProcessInfo.processInfo.environment["LACONIC_STORE"], !named.isEmpty {
      if let mistake = Self.mistake(in: named) {
        Terminal.report("LACONIC_STORE " + mistake)
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
