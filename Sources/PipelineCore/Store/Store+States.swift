package import Foundation

/// The final training state of finished work, from which longer work with the same settings can
/// start. It is stored as an artifact but is not a result: it is filed under the prefix key that
/// both have in common.
package struct KeptState: CheckpointReader {
  /// Raise when older files can no longer be read.
  static let format = 1
  static let type = ArtifactType("state")

  package let step: Int
  package let artifact: StoredArtifact

  package func read(_ path: String) throws -> Data { try artifact.read(path) }

  package func read(_ path: String, inPieces body: FilePieces) throws {
    try artifact.read(path, inPieces: body)
  }

  /// The file `states/PREFIX/step-NNNNNNNN.json`.
  fileprivate struct Entry: Codable {
    let format: Int
    let prefix: String
    let step: Int
    /// The key of the work that ended in this state.
    let key: String
    let artifact: String
  }
}

/// The file of a kept state, as garbage collection sees it.
package struct KeptStateFile: Sendable, Hashable {
  package let path: String
  /// The size of the file in bytes, without the artifact.
  package let size: Int
  package let step: Int
  /// The key of the work that ended in this state; nil if the file cannot be read.
  package let key: String?
  /// The digest of the artifact that the file keeps alive; nil if the file cannot be read.
  package let artifact: String?
  package let lastUse: Date
}

extension Store {
  private func statePath(_ prefix: String, _ step: Int) -> String {
    path(.states, prefix, Self.stepName(step) + ".json")
  }

  /// The steps of the states kept under a prefix in ascending order, complete or not.
  private func stateSteps(_ prefix: String) -> [Int] {
    // A folder that cannot be listed counts as empty here; the work itself reports the error.
    ((try? files.list(path(.states, prefix))) ?? []).compactMap { name in
      guard name.hasSuffix(".json") else { return nil }
      return Self.step(named: String(name.dropLast(5)))
    }.sorted()
  }

  /// Keeps the final state of work unless it is already kept: first the files, then the file that
  /// names them.
  package func keepState(
    _ key: StageKey, _ save: (any FolderWriter) throws -> Void
  ) throws {
    guard let prefix = key.prefix?.hex, let step = key.prefix?.steps else { return }
    if let state = try? state(prefix, step), state.artifact.problems().isEmpty { return }
    let scratch = try makeScratch()
    do {
      try save(scratch)
      try withSharedLock {
        let artifact = try commit(scratch, type: KeptState.type)
        try name(artifact, prefix: prefix, step: step, key: key.hex)
      }
    } catch {
      scratch.discard()
      throw error
    }
  }

  private func name(
    _ artifact: StoredArtifact, prefix: String, step: Int, key: String
  ) throws {
    let entry = KeptState.Entry(
      format: KeptState.format, prefix: prefix, step: step, key: key,
      artifact: artifact.digest)
    let folder = path(.states, prefix)
    try files.makeDirectory(folder)
    let temporary = try temporaryPath()
    try files.create(temporary, try JSONEncoder.plain.encode(entry), sync: true)
    try files.place(temporary, at: statePath(prefix, step))
    try files.syncDirectory(folder)
    try files.syncDirectory(path(.states))
  }

  /// The latest complete state at or before `steps`, and the errors of later ones that were
  /// skipped.
  /// - Parameter rehashes: if true, every byte is read; otherwise the memo is trusted, as in a
  ///   plan.
  package func keptState(
    _ prefix: String, upTo steps: Int, rehashes: Bool
  ) -> (state: KeptState?, damage: [StoreError]) {
    var damage: [StoreError] = []
    for step in stateSteps(prefix).reversed() where step <= steps {
      let place = statePath(prefix, step)
      do {
        let state = try state(prefix, step)
        let problems = rehashes ? state.artifact.rehash() : state.artifact.problems()
        guard let problem = problems.first else { return (state, damage) }
        damage.append(problem)
      } catch {
        damage.append(error as? StoreError ?? .unreadable(path: place, reason: error.inWords))
      }
    }
    return (nil, damage)
  }

  /// Marks a state as just used; `gc` removes the least recently used first. Best effort.
  func touchState(_ prefix: String, step: Int) {
    files.touch(statePath(prefix, step))
  }

  /// All kept states, in the order of prefixes and steps.
  package func keptStates() throws -> [KeptStateFile] {
    try digestFolders(.states).flatMap { prefix in
      stateSteps(prefix).compactMap { step in
        let path = statePath(prefix, step)
        guard let status = files.status(path) else { return nil }
        let entry = try? entry(prefix, step)
        return KeptStateFile(
          path: path, size: status.size, step: step, key: entry?.key, artifact: entry?.artifact,
          lastUse: Date(timeIntervalSince1970: Double(status.modified) * 1e-9))
      }
    }
  }

  private func state(_ prefix: String, _ step: Int) throws -> KeptState {
    KeptState(step: step, artifact: try artifact(try entry(prefix, step).artifact))
  }

  private func entry(_ prefix: String, _ step: Int) throws -> KeptState.Entry {
    let path = statePath(prefix, step)
    let bytes = try files.read(path).bytes
    guard let entry = try? JSONDecoder().decode(KeptState.Entry.self, from: bytes),
      entry.format == KeptState.format, entry.prefix == prefix, entry.step == step,
      ContentDigest.isWellFormed(entry.artifact)
    else { throw StoreError.unreadable(path: path, reason: "it is not a kept state") }
    return entry
  }
}

extension StoredArtifact {
  /// The problems with the artifact's blobs, found by reading every byte.
  fileprivate func rehash() -> [StoreError] {
    manifest.files.compactMap { file in
      do {
        try store.files.pieces(of: store.blobPath(file.digest), digest: file.digest) { _, _ in }
        return nil
      } catch {
        return error as? StoreError
          ?? .unreadable(path: store.blobPath(file.digest), reason: error.inWords)
      }
    }
  }
}
