import Foundation
package import ModelCore
import PipelineCore
import Synchronization

/// The descriptions of the last models that were read from disk, or the reasons why they cannot be
/// read, so that a file that many stages name is read once. A model is recognized by the inodes,
/// sizes and times of its files.
///
/// As in `DigestCache`, a model that changed within the last two seconds is not kept: a second
/// change in the same clock tick would not be seen.
package final class ModelDescriptionCache: Sendable {
  package typealias Read =
    @Sendable (_ folder: String) throws(ModelFileError) -> ModelDescription

  /// The cache of this process.
  package static let shared = ModelDescriptionCache { folder throws(ModelFileError) in
    try ModelDescription(folder: folder)
  }

  private struct Entry {
    let folder: String
    let files: [String: FileStatus]
    let description: Result<ModelDescription, ModelFileError>
  }

  /// The number of models that are kept; a tokenizer takes some tens of megabytes.
  private static let limit = 4
  private static let settlingTime: Int64 = 2_000_000_000

  private let read: Read
  private let now: @Sendable () -> Int64
  /// The last model that was asked for comes last.
  private let entries = Mutex<[Entry]>([])

  /// - Parameters:
  ///   - now: returns the nanoseconds since 1970.
  ///   - read: reads the description of a folder or a GGUF file.
  package init(
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1e9) },
    read: @escaping Read
  ) {
    self.now = now
    self.read = read
  }

  /// Returns the description of a model on disk: a folder, or a GGUF file.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package func description(of folder: String) throws(ModelFileError) -> ModelDescription {
    let files = Self.files(of: folder)
    let known = entries.withLock { entries in
      let place = entries.firstIndex { $0.folder == folder && $0.files == files }
      guard let place else { return nil as Entry? }
      let entry = entries.remove(at: place)
      entries.append(entry)
      return entry
    }
    if let known { return try known.description.get() }
    let description = Result { () throws(ModelFileError) in try read(folder) }
    let changed = files.values.map { max($0.modified, $0.changed) }.max() ?? .max
    // The description is that of `files` only if they are still the same.
    guard changed <= now() - Self.settlingTime, Self.files(of: folder) == files else {
      return try description.get()
    }
    entries.withLock { entries in
      entries.removeAll { $0.folder == folder }
      entries.append(Entry(folder: folder, files: files, description: description))
      if entries.count > Self.limit { entries.removeFirst() }
    }
    return try description.get()
  }

  /// The status of a GGUF file or of every file in a folder, by name; links are followed.
  private static func files(of folder: String) -> [String: FileStatus] {
    let names =
      GGUFModel.isFile(folder)
      ? [""] : (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [String: FileStatus] = [:]
    for name in names {
      let path = name.isEmpty ? folder : folder + "/" + name
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      found[name] = FileSystem().status(target)
    }
    return found
  }
}
