package import Foundation

/// A folder that is being written, under `tmp/` until it is committed. Used by one thread.
package final class ScratchFolder: FolderWriter {
  package let path: String
  private let files: FileSystem
  private let modes: Modes
  /// Keeps the store alive, because the store removes its temporary folder when it is destroyed.
  private let owner: Store?
  private var written: [String: Manifest.File] = [:]
  /// The files that are those of other artifacts, by path.
  private(set) var references: [String: FileReference] = [:]

  /// Permissions of the files and folders.
  struct Modes {
    let file: mode_t
    let folder: mode_t
    /// In the store: private to the owner, and files are read-only.
    static let store = Modes(file: 0o400, folder: 0o700)
    /// Copies for a program, which may change them.
    static let work = Modes(file: 0o600, folder: 0o700)
    /// In a folder of the user: permissions follow the umask.
    static let export = Modes(file: 0o666, folder: 0o777)
  }

  init(path: String, files: FileSystem, modes: Modes = .store, owner: Store? = nil) throws {
    self.owner = owner
    self.path = path
    self.files = files
    self.modes = modes
    try files.makeDirectory(path, mode: modes.folder)
  }

  /// The files written so far, sorted by path.
  var contents: [Manifest.File] {
    written.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Writes a file piece by piece, replacing one of the same path. It is on the disk only after the
  /// commit.
  /// - Throws: `StoreError.outside` if the path leaves the folder.
  package func write(
    to path: String, _ contents: (_ write: (Data) throws -> Void) throws -> Void
  ) throws {
    try prepare(path)
    let place = self.path + "/" + path
    var hash = DigestStream()
    var size = 0
    try files.create(place, mode: modes.file, sync: false) { file in
      try contents { piece in
        try file.write(piece)
        hash.update(piece)
        size += piece.count
      }
    }
    written[path] = Manifest.File(path: path, digest: hash.hex(), size: size)
  }

  /// Writes a file whose bytes are in memory; as above.
  package func write(_ data: Data, to path: String) throws {
    try prepare(path)
    try files.create(self.path + "/" + path, data, mode: modes.file, sync: false)
    written[path] = Manifest.File(
      path: path, digest: ContentDigest.hex(of: data), size: data.count)
  }

  /// Makes the folders of a file, and room for it.
  /// - Throws: `StoreError.outside` if the path leaves the folder.
  private func prepare(_ path: String) throws {
    try RelativePath.check(path)
    var folder = self.path
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      guard let status = files.status(folder) else {
        try files.makeDirectory(folder, mode: modes.folder)
        continue
      }
      // A link could lead out of the folder.
      if status.isLink { throw StoreError.outside(path: path, reason: "'\(part)' is a link") }
      guard status.isDirectory else { throw StoreError.conflict(path: path) }
    }
    let place = self.path + "/" + path
    if files.status(place)?.isDirectory == true { throw StoreError.conflict(path: path) }
    try files.remove(place)
  }

  /// Contains a file of another artifact without copying it. For output that is committed.
  package func refer(to file: FileReference, as path: String) throws {
    try RelativePath.check(path)
    written[path] = Manifest.File(path: path, digest: file.digest, size: file.size)
    references[path] = file
  }

  /// Waits until every file and every name is on the disk.
  func sync() throws {
    var folders: Set<String> = [path]
    for file in contents {
      try files.sync(path + "/" + file.path)
      var folder = path
      for part in file.path.split(separator: "/").dropLast() {
        folder += "/" + part
        folders.insert(folder)
      }
    }
    for folder in folders.sorted() { try files.syncDirectory(folder) }
  }

  /// Removes the folder. Best effort: a later run sweeps away what remains.
  package func discard() {
    try? files.removeTree(path)
  }
}
