package import Foundation

/// The saved state of an unfinished stage.
package struct StoredCheckpoint: CheckpointReader {
  package let step: Int
  private let folder: String
  private let contents: [Manifest.File]
  private let filesystem: FileSystem

  /// The names of the files, sorted.
  package var files: [String] { contents.map(\.path) }

  /// - Throws: `StoreError` if a file of the checkpoint is missing or damaged.
  package func read(_ path: String) throws -> Data {
    let expected = try digest(of: path)
    let place = folder + "/" + path
    let bytes = try filesystem.read(place).bytes
    let found = ContentDigest.hex(of: bytes)
    guard found == expected else {
      throw StoreError.damaged(path: place, expected: expected, found: found)
    }
    return bytes
  }

  package func read(_ path: String, inPieces body: FilePieces) throws {
    try filesystem.pieces(of: folder + "/" + path, digest: try digest(of: path), body)
  }

  private func digest(of path: String) throws -> String {
    guard let file = contents.first(where: { $0.path == path }) else {
      throw StoreError.missing(path: folder + "/" + path)
    }
    return file.digest
  }

  /// The list of files with their digests. It is written last, so a checkpoint that has it is
  /// complete.
  fileprivate struct Index: Codable {
    static let format = 1
    static let name = "index.json"
    let format: Int
    let step: Int
    let files: [Manifest.File]
  }

  /// Reads the index and verifies every file, so that an incomplete checkpoint is refused.
  fileprivate init(verifying folder: String, step: Int, filesystem: FileSystem) throws {
    let place = folder + "/" + Index.name
    let bytes = try filesystem.read(place).bytes
    guard let index = try? JSONDecoder().decode(Index.self, from: bytes),
      index.format == Index.format, index.step == step
    else { throw StoreError.unreadable(path: place, reason: "it is not a checkpoint's index") }
    for file in index.files {
      try RelativePath.check(file.path)
      let (found, _) = try filesystem.digest(folder + "/" + file.path)
      guard found == file.digest else {
        throw StoreError.damaged(
          path: folder + "/" + file.path, expected: file.digest, found: found)
      }
    }
    self.folder = folder
    self.step = step
    self.filesystem = filesystem
    contents = index.files
  }
}

extension Store {
  /// The number of checkpoints kept for each key.
  static let keptCheckpoints = 2

  private func folder(_ key: String) -> String { path(.checkpoints, key) }

  /// The folder's name: `step-00000100`. Names sort in the order of their steps.
  static func stepName(_ step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// The step in such a name; nil for any other name.
  static func step(named name: String) -> Int? {
    guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), step >= 0,
      stepName(step) == name
    else { return nil }
    return step
  }

  /// The steps saved under a key in ascending order, complete or not.
  private func steps(_ key: String) throws -> [(step: Int, path: String)] {
    try files.list(folder(key)).compactMap { name in
      Self.step(named: name).map { ($0, folder(key) + "/" + name) }
    }.sorted { $0.step < $1.step }
  }

  /// The latest complete checkpoint under a key, and the errors of later ones that were skipped.
  package func latestCheckpoint(_ key: String) throws -> (
    checkpoint: StoredCheckpoint?, torn: [StoreError]
  ) {
    var torn: [StoreError] = []
    for (step, path) in try steps(key).reversed() {
      do {
        return (try StoredCheckpoint(verifying: path, step: step, filesystem: files), torn)
      } catch let error as StoreError where error.isDamage {
        torn.append(error)
      }
    }
    return (nil, torn)
  }

  /// Saves a checkpoint: it is written to a temporary folder, synced to the disk, then renamed. The
  /// last two are kept.
  package func saveCheckpoint(
    _ key: String, step: Int, _ save: (any FolderWriter) throws -> Void
  ) throws {
    let scratch = try makeScratch()
    do {
      try save(scratch)
      let index = StoredCheckpoint.Index(
        format: StoredCheckpoint.Index.format, step: step, files: scratch.contents)
      guard !index.files.contains(where: { $0.path == StoredCheckpoint.Index.name }) else {
        throw StoreError.conflict(path: StoredCheckpoint.Index.name)
      }
      try scratch.write(try JSONEncoder.plain.encode(index), to: StoredCheckpoint.Index.name)
      try scratch.sync()
      try files.makeDirectory(folder(key))
      let place = folder(key) + "/" + Self.stepName(step)
      if files.status(place) != nil {
        // A rename cannot replace a folder that holds files. The previous checkpoint stays
        // meanwhile.
        try files.rename(place, to: try temporaryPath())
      }
      try files.rename(scratch.path, to: place)
      try files.syncDirectory(folder(key))
    } catch {
      scratch.discard()
      throw error
    }
    // A checkpoint of a later step must be incomplete, or the work would have resumed from it.
    let all = try steps(key)
    let kept = all.filter { $0.step <= step }.suffix(Self.keptCheckpoints).map(\.step)
    for (step, path) in all where !kept.contains(step) { try files.removeTree(path) }
  }

  /// Removes the checkpoints of finished work.
  package func removeCheckpoints(_ key: String) throws {
    for place in try checkpointParts(key) { try files.removeTree(place) }
    try files.removeIfEmpty(folder(key))
  }

  /// The steps and the log of unfinished work under a key.
  func checkpointParts(_ key: String) throws -> [String] {
    try files.list(folder(key)).filter { Self.step(named: $0) != nil || $0 == Self.logName }
      .map { folder(key) + "/" + $0 }
  }
}
