import Foundation

extension Store {
  /// A folder for a stage's output.
  package func makeScratch() throws -> ScratchFolder {
    try ScratchFolder(path: try temporaryPath(), files: files, owner: self)
  }

  /// Makes an artifact of what was written: every file reaches the disk, then its place among the
  /// blobs; last the manifest. Until a record names it, nobody sees it.
  package func commit(_ folder: ScratchFolder, type: ArtifactType) throws -> StoredArtifact {
    let manifest = Manifest(type: type, files: folder.contents)
    for file in manifest.files { try files.sync(folder.path + "/" + file.path) }
    var folders: Set<String> = []
    // Two files of equal bytes are one blob: the second rename finds it in place.
    for file in manifest.files {
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

  /// What publishing a record came to.
  package enum Publication: Sendable, Hashable {
    case published
    /// The same artifact was there already.
    case confirmed
    /// Other bytes were there already, whole: the first writer wins.
    case differs(first: String)
    /// A record whose artifact was damaged gave way to this one.
    case replaced(damaged: String)
  }

  /// Names an artifact as the result of a key. From this moment the key is a hit.
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
