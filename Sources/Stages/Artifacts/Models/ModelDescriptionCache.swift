import Foundation
package import ModelCore

/// The descriptions of the last models that were read from disk, or the reasons why they cannot be
/// read. A model is recognized by all files of its folder and of its base's.
package final class ModelDescriptionCache: Sendable {
  package typealias Read =
    @Sendable (_ folder: String, _ base: String?) throws(ModelFileError) -> ModelDescription

  /// The cache of this process.
  package static let shared = ModelDescriptionCache { folder, base throws(ModelFileError) in
    try ModelDescription(folder: folder, base: base)
  }

  private struct Key: Hashable {
    let folder: String
    let base: String?
  }

  private let read: Read
  private let cache: FileCache<Key, ModelDescription, ModelFileError>

  /// - Parameters:
  ///   - now: returns the nanoseconds since 1970.
  ///   - read: reads the description of a folder or a GGUF file.
  package init(
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1e9) },
    read: @escaping Read
  ) {
    self.read = read
    // A tokenizer takes some tens of megabytes.
    cache = FileCache(most: 4, now: now)
  }

  /// Returns the description of a model on disk: a folder, or a GGUF file.
  /// - Parameter base: the path of the model that an adapter adapts, if it is elsewhere.
  /// - Throws: `ModelFileError`, also if a file cannot be read.
  package func description(
    of folder: String, base: String? = nil
  ) throws(ModelFileError) -> ModelDescription {
    try cache.value(
      of: Key(folder: folder, base: base), files: { Self.files(of: folder, base) },
      make: { () throws(ModelFileError) in try read(folder, base) })
  }

  /// Every file of a model and of its base.
  private static func files(of folder: String, _ base: String?) -> [FileStamp] {
    files(of: folder)
      + files(of: base ?? folder + "/" + String(AdapterFolder.basePrefix.dropLast()))
  }

  /// A GGUF file, or every file in a folder.
  private static func files(of folder: String) -> [FileStamp] {
    guard !GGUFModel.isFile(folder) else { return [FileStamp(of: folder)] }
    return ((try? CheckpointFiles.names(in: folder)) ?? []).map { FileStamp(of: folder + "/" + $0) }
  }
}
