import Algorithms
import Foundation

extension ModelDescription {
  /// Describes a model with an adapter. Text comes from the adapter's files where it has them.
  /// - Parameters:
  ///   - memory: the bytes of memory that this process may have, for a base whose files say at once
  ///     what they take.
  ///   - reading: returns the bytes of a file of the folder.
  ///   - shapes: the shapes of the adapter's tensors, to be checked; nil if they are checked when
  ///     they are read.
  init(
    _ folder: AdapterFolder, memory: UInt64, reading: (String) throws -> Data,
    shapes: [String: [Int]]?
  ) throws {
    let base = try folder.inBase {
      guard let path = GGUFModel.path(among: folder.base) else {
        // A file of the adapter takes the place of the base's.
        return try ModelDescription(files: folder.textFiles) {
          try reading(folder.path(ofText: $0))
        }
      }
      return try ModelDescription(
        try GGUFModel(decoding: try reading(AdapterFolder.basePrefix + path), file: path),
        memory: memory)
    }
    try self.init(folder, over: base, reading: reading, shapes: shapes)
  }

  /// - Parameter base: the description of the model that is adapted.
  private init(
    _ folder: AdapterFolder, over base: ModelDescription, reading: (String) throws -> Data,
    shapes: [String: [Int]]?
  ) throws {
    let adapter = try AdapterFile(decoding: try reading(AdapterFile.path)).shape
    if let shapes {
      try adapter.check(shapes, over: base.configuration, file: AdapterFolder.weights)
    }
    self.adapter = adapter
    file = AdapterFolder.basePrefix + base.file
    keptByteCount = base.keptByteCount
    configuration = base.configuration
    vocabularySize = base.vocabularySize
    suggestions = base.suggestions
    guard folder.isOverGGUF, folder.own.contains(TokenizerFile.path) else {
      tokenizer = base.tokenizer
      endTokens = base.endTokens
      return
    }
    let ends =
      folder.own.contains(GenerationFile.path)
      ? try GenerationFile(decoding: try reading(GenerationFile.path)).endTokens : []
    endTokens = Array((ends + base.endTokens).uniqued())
    tokenizer = try TokenizerFile.read(
      try reading(TokenizerFile.path), endToken: endTokens.first, padToken: nil)
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw ModelFileError(
        TokenizerFile.path,
        .malformed(
          "\(tokenizer.vocabularySize) tokens are more than the \(vocabularySize) of the base"))
    }
  }

  /// Describes an adapter on disk.
  /// - Parameters:
  ///   - path: the adapter's folder.
  ///   - given: the path of the base; nil if it is in the folder, or if the folder names it.
  init(adapter path: String, base given: String?, memory: UInt64) throws(ModelFileError) {
    do {
      let names = try CheckpointFiles.names(in: path)
      guard names.contains(AdapterFile.path) else {
        throw ModelFileError(AdapterFile.path, .absent)
      }
      let inside = path + "/" + String(AdapterFolder.basePrefix.dropLast())
      let base =
        given ?? (CheckpointFiles.isFolder(inside) ? inside : nil)
        ?? AdapterFile.localBase(ofFolder: path)
      let own = names.filter { $0 + "/" != AdapterFolder.basePrefix }
      func head(_ name: String, _ most: Int) throws -> (bytes: Data, size: Int) {
        try CheckpointFiles.head(of: name, in: path, most: most)
      }
      guard let base, CheckpointFiles.isGGUF(base) else {
        let others = try base.map { try CheckpointFiles.names(in: $0) } ?? []
        let prefix = AdapterFolder.basePrefix
        try self.init(files: own + others.map { prefix + $0 }, memory: memory) { name, most in
          guard let base, name.hasPrefix(prefix) else { return try head(name, most) }
          return try CheckpointFiles.head(
            of: String(name.dropFirst(prefix.count)), in: base, most: most)
        }
        return
      }
      let file = AdapterFolder.basePrefix + (base as NSString).lastPathComponent
      guard let folder = AdapterFolder(files: own + [file]) else {
        throw ModelFileError(AdapterFile.path, .absent)
      }
      let described = try folder.inBase { try ModelDescription(path: base, memory: memory) }
      try self.init(
        folder, over: described, reading: { try head($0, TokenizerFile.limit + 1).bytes },
        shapes: try folder.shapes(head: head))
    } catch let error as ModelFileError {
      throw error
    } catch {
      throw ModelFileError("the folder", .malformed("it cannot be read"))
    }
  }
}
