import Foundation

extension Store {
  /// A temporary folder for a stage's output.
  package func makeScratch() throws -> ScratchFolder {
    try ScratchFolder(path: try temporaryPath(), files: files, owner: self)
  }

  /// Commits the written files as an artifact: each file is synced to the disk and moved to its
  /// place among the blobs, and the manifest comes last. The artifact is visible only when a record
  /// names it.
  package func commit(_ folder: ScratchFolder, type: ArtifactType) throws -> StoredArtifact {
    let manifest = Manifest(type: type, files: folder.contents)
    let own = manifest.files.filter { folder.references[$0.path] == nil }
    for file in own { try files.sync(folder.path + "/" + file.path) }
    for (_, reference) in folder.references.sorted(by: { $0.key < $1.key }) { try keep(reference) }
    var folders: Set<String> = []
    // Two files with equal bytes are one blob: the second rename replaces the first.
    for file in own {
      try placeBlob(folder.path + "/" + file.path, digest: file.digest)
      folders.insert((blobPath(file.digest) as NSString).deletingLastPathComponent)
    }
    let digest = manifest.digest
    let temporary = try temporaryPath()
    try files.create(temporary, manifest.bytes, sync: true)
    try placeBlob(temporary, digest: digest)
    folders.insert((blobPath(digest) as NSString).deletingLastPathComponent)
    for folder in folders.sorted() { try files.syncDirectory(folder) }
    try files.syncDirectory(path(.objects))
    folder.discard()
    return StoredArtifact(store: self, manifest: manifest, digest: digest)
  }

  /// Outcome of publishing a record.
  package enum Publication: Sendable, Hashable {
    case published
    /// The store already had the same artifact under this key.
    case confirmed
    /// The store already had another, complete artifact under this key: the first writer wins.
    case differs(first: String)
    /// The record replaced one whose artifact was damaged.
    case replaced(damaged: String)
  }

  /// Records an artifact as the result of a key. From this moment the key is a cache hit.
  package func publish(_ record: StoreRecord) throws -> Publication {
    var publication = Publication.published
    switch lookup(record.key) {
    case .none: break
    case .hit(let artifact):
      return artifact.digest == record.artifact ? .confirmed : .differs(first: artifact.digest)
    case .damaged(let old, _):
      if let old { publication = .replaced(damaged: old) }
    }
    let place = recordPath(record.key)
    let folder = (place as NSString).deletingLastPathComponent
    let temporary = try temporaryPath()
    try files.makeDirectory(folder)
    try files.create(temporary, try record.bytes, sync: true)
    try files.place(temporary, at: place)
    try files.syncDirectory(folder)
    try files.syncDirectory(path(.records))
    return publication
  }
}
