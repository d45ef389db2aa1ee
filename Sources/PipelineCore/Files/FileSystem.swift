package import Foundation
import SystemPackage

/// One change of the disk, passed to a test that may make it fail.
package struct FileOperation: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case makeDirectory, create, write, sync, syncDirectory, rename, remove
  }
  package let kind: Kind
  package let path: String
}

/// A file's identity, and the figures that change when its bytes change.
package struct FileStatus: Sendable, Hashable {
  package let device: UInt64
  package let inode: UInt64
  package let size: Int
  /// Nanoseconds since 1970.
  package let modified: Int64
  /// Nanoseconds since 1970 of the last change of content or attributes. Programs cannot set it.
  package let changed: Int64
  package let isRegular: Bool
  package let isDirectory: Bool
  package let isLink: Bool
  let owner: uid_t
  let group: gid_t
  /// True if new files in the folder get the folder's group.
  let passesGroup: Bool
  /// The permission bits: the nine bits of `chmod`.
  package let permissions: mode_t
}

/// The few file operations the store needs. Each fails with one clear `StoreError`.
///
/// Every change calls `willPerform` first, so that a test can stop a commit after any prefix of its
/// operations, as `kill -9` or a full disk would.
package struct FileSystem: Sendable {
  package typealias Hook = @Sendable (FileOperation) throws -> Void
  private let willPerform: Hook?
  /// True if the group gets the owner's permissions in private files, regardless of the umask.
  private(set) var isShared = false

  package init(willPerform: Hook? = nil) {
    self.willPerform = willPerform
  }

  /// A copy for a store that a group shares.
  func sharing(_ isShared: Bool) -> FileSystem {
    var files = self
    files.isShared = isShared
    return files
  }

  /// A mode in which the group has the owner's permissions too.
  static func shared(_ mode: mode_t) -> mode_t { mode | (mode >> 3 & 0o070) }

  /// Gives the group its permissions in a file that was just opened. Only the owner of a file, the
  /// user who made it, can do this.
  private func share(_ file: FileDescriptor, mode: mode_t = 0o600) {
    if isShared, mode & 0o077 == 0 { fchmod(file.rawValue, Self.shared(mode)) }
  }

  private func announce(_ kind: FileOperation.Kind, _ path: String) throws {
    try willPerform?(FileOperation(kind: kind, path: path))
  }

  /// Makes one folder, private to the owner unless `mode` allows more. An existing folder is left
  /// as it is.
  func makeDirectory(_ path: String, mode: mode_t = 0o700) throws {
    if status(path)?.isDirectory == true { return }
    try announce(.makeDirectory, path)
    if mkdir(path, mode) == 0 {
      if isShared, mode & 0o077 == 0 { chmod(path, Self.shared(mode) | mode_t(S_ISGID)) }
      return
    }
    let code = errno
    if code == EEXIST {
      if leadsToDirectory(path) { return }
      if status(path)?.isLink == true { throw StoreError.danglingLink(path: path) }
      throw StoreError.failed(
        doing: "make the folder", path: path, reason: "a file of that name is in the way")
    }
    throw StoreError.system("make the folder", path, code)
  }

  /// Makes one folder, or an existing one, the owner's alone.
  /// - Parameter user: who asks.
  /// - Throws: `StoreError.ofAnother` when it is somebody else's, who could plant results in it.
  ///   Root could close such a folder, but its owner could still write into it.
  package func makePrivateDirectory(_ path: String, user: uid_t = geteuid()) throws {
    try makeDirectory(path)
    guard let status = status(path), status.isDirectory else { return }
    guard status.owner == user else {
      throw StoreError.ofAnother(path: path, owner: status.owner, user: user)
    }
    guard status.permissions & 0o077 != 0 else { return }
    guard chmod(path, 0o700) == 0 else {
      throw StoreError.system("restrict permissions of the folder", path, errno)
    }
  }

  /// Makes a folder and its missing parents.
  func makeDirectories(_ path: String) throws {
    if leadsToDirectory(path) { return }
    let parent = (path as NSString).deletingLastPathComponent
    if !parent.isEmpty, parent != path { try makeDirectories(parent) }
    try makeDirectory(path)
  }

  /// Writes a new file and, if `sync` is true, waits until it is on the disk.
  func create(_ path: String, _ bytes: Data, mode: mode_t = 0o600, sync: Bool) throws {
    try create(path, mode: mode, sync: sync) { file in
      // Writes in two parts, so that a test can interrupt between them.
      let half = willPerform == nil ? 0 : bytes.count / 2
      if half > 0 { try file.write(bytes.prefix(half)) }
      try file.write(bytes.dropFirst(half))
    }
  }

  /// A new file that is being written, piece after piece.
  final class NewFile {
    private let descriptor: FileDescriptor
    private let willWriteMore: () throws -> Void
    private var isBegun = false

    fileprivate init(_ descriptor: FileDescriptor, willWriteMore: @escaping () throws -> Void) {
      self.descriptor = descriptor
      self.willWriteMore = willWriteMore
    }

    func write(_ piece: Data) throws {
      if isBegun { try willWriteMore() }
      isBegun = true
      try descriptor.writeAll(piece)
    }
  }

  /// Writes a new file piece by piece and, if `sync` is true, waits until it is on the disk.
  func create(
    _ path: String, mode: mode_t = 0o600, sync: Bool, contents: (NewFile) throws -> Void
  ) throws {
    try announce(.create, path)
    try using(
      path, to: "write", .writeOnly, [.create, .exclusiveCreate, .noFollow],
      permissions: FilePermissions(rawValue: mode)
    ) { file in
      share(file, mode: mode)
      try contents(NewFile(file) { try announce(.write, path) })
      guard sync else { return }
      try announce(.sync, path)
      try file.sync()
    }
  }

  /// Waits until a written file is on the disk.
  func sync(_ path: String) throws {
    try announce(.sync, path)
    try using(path, to: "write", .readOnly, .noFollow) { try $0.sync() }
  }

  /// Appends bytes to a file in one write, and creates the file if it is missing.
  func append(_ path: String, _ bytes: Data) throws {
    try announce(.write, path)
    try using(
      path, to: "write", .writeOnly, [.create, .append, .noFollow, .nonBlocking],
      permissions: .ownerReadWrite
    ) { file in
      share(file)
      try file.writeAll(bytes)
    }
  }

  /// Waits until the names in a folder are on the disk.
  func syncDirectory(_ path: String) throws {
    try announce(.syncDirectory, path)
    try using(path, to: "write", .readOnly, .directory) { folder in
      do {
        try folder.sync()
      } catch Errno.invalidArgument, Errno.badFileDescriptor {
        // Some file systems cannot sync a folder; they order renames themselves.
      }
    }
  }

  /// Moves a file or folder within the same file system, replacing a file of the new name.
  func rename(_ source: String, to destination: String) throws {
    try announce(.rename, destination)
    guard Foundation.rename(source, destination) == 0 else {
      throw StoreError.system("write", destination, errno)
    }
  }

  /// Removes a file. A missing file is not an error.
  func remove(_ path: String) throws {
    try announce(.remove, path)
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw StoreError.system("remove", path, errno)
  }

  /// Removes a folder if it is empty.
  func removeIfEmpty(_ path: String) throws {
    try announce(.remove, path)
    guard rmdir(path) != 0, errno != ENOENT, errno != ENOTEMPTY, errno != EEXIST else { return }
    throw StoreError.system("remove", path, errno)
  }

  /// Removes a folder and everything in it; links are removed, not followed.
  func removeTree(_ path: String) throws {
    guard let status = status(path) else { return }
    guard status.isDirectory else { return try remove(path) }
    // A program may have removed the permissions of its own folders.
    if status.permissions & 0o700 != 0o700 { chmod(path, 0o700) }
    for name in try list(path) { try removeTree(path + "/" + name) }
    try announce(.remove, path)
    guard rmdir(path) != 0, errno != ENOENT else { return }
    throw StoreError.system("remove", path, errno)
  }

  /// Sets a file's modification time, which records its last use, to now. Best effort.
  func touch(_ path: String) {
    utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
  }

  /// Moves a written file to its place, replacing anything that is there.
  func place(_ temporary: String, at path: String) throws {
    // A rename cannot replace a folder by a file.
    if status(path)?.isDirectory == true { try removeTree(path) }
    try rename(temporary, to: path)
  }

  /// Gives a written file another name, unless a file of that name exists.
  /// - Returns: true if the name was free.
  func claim(_ path: String, with temporary: String) throws -> Bool {
    try announce(.rename, path)
    if link(temporary, path) == 0 { return true }
    guard errno == EEXIST else { throw StoreError.system("write", path, errno) }
    return false
  }

  /// Replaces a file as a whole: readers see either the old bytes or the new ones.
  func replace(_ path: String, _ bytes: Data, through temporary: String, sync: Bool) throws {
    try create(temporary, bytes, sync: sync)
    try rename(temporary, to: path)
  }
}

// MARK: - Reading

extension FileSystem {
  /// The status of `path` itself (a link is not followed); nil if it does not exist.
  package func status(_ path: String) -> FileStatus? {
    var record = stat()
    guard lstat(path, &record) == 0 else { return nil }
    return FileStatus(record)
  }

  /// The status of the file to which `path` leads, following links; nil if it does not exist.
  /// - Throws: `StoreError.danglingLink`, or the reason why the status cannot be read.
  func followed(_ path: String) throws -> FileStatus? {
    var record = stat()
    if stat(path, &record) == 0 { return FileStatus(record) }
    let code = errno
    guard code == ENOENT || code == ENOTDIR else {
      throw StoreError.system("look at", path, code)
    }
    if status(path)?.isLink == true { throw StoreError.danglingLink(path: path) }
    return nil
  }

  /// The first line of a regular file, without its line end. Reads no further than that line, and
  /// does not follow a link.
  func firstLine(_ path: String) throws -> Data {
    try reading(path) { file, _ in
      var line = Data()
      var buffer = [UInt8](repeating: 0, count: 16 << 10)
      while true {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        let piece = buffer[..<count]
        if let end = piece.firstIndex(of: UInt8(ascii: "\n")) { return line + piece[..<end] }
        line += piece
        if count == 0 { return line }
      }
    }
  }

  /// The bytes of a regular file, with its status at the time of reading. Does not follow a link.
  /// - Parameter mayMap: true for a file that nobody changes; a large one is then mapped.
  func read(_ path: String, mayMap: Bool = false) throws -> (bytes: Data, status: FileStatus) {
    try reading(path) { file, status in
      if mayMap, let bytes = Self.mapped(file.rawValue, size: status.size) {
        return (bytes, status)
      }
      return (try Self.bytes(of: file, from: 0, count: status.size), status)
    }
  }

  /// At most so many bytes of a regular file from an offset on. Does not follow a link.
  func read(_ path: String, from offset: Int, most: Int) throws -> Data {
    try reading(path) { file, status in
      try Self.bytes(of: file, from: offset, count: max(0, min(most, status.size - offset)))
    }
  }

  /// So many bytes of an open file; fewer if it ends before.
  private static func bytes(of file: FileDescriptor, from offset: Int, count: Int) throws -> Data {
    var bytes = Data(count: count)
    let got = try bytes.withUnsafeMutableBytes { buffer in
      var filled = 0
      while filled < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let got = try file.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
        if got == 0 { break }
        filled += got
      }
      return filled
    }
    return bytes.prefix(got)
  }

  /// The digest of a regular file, read in pieces. Does not follow a link.
  /// - Throws: `StoreError.unreadable` if the file changes meanwhile.
  func digest(_ path: String) throws -> (digest: String, status: FileStatus) {
    try pieces(of: path) { _, _ in }
  }

  /// Hands over the bytes of a regular file in order, at most 1 MiB at a time, with the file's
  /// size. Does not follow a link.
  /// - Returns: the digest of all bytes, and the file's status.
  /// - Throws: `StoreError.unreadable` if the file changes meanwhile.
  func pieces(
    of path: String, _ body: (_ piece: UnsafeRawBufferPointer, _ fileSize: Int) throws -> Void
  ) throws -> (digest: String, status: FileStatus) {
    try reading(path) { file, before in
      var hash = DigestStream()
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: min(1 << 20, max(1, before.size)), alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let count = try file.read(into: buffer)
        if count == 0 { break }
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hash.update(piece)
        try body(piece, before.size)
      }
      guard try FileStatus(ofOpen: file) == before else {
        throw StoreError.unreadable(path: path, reason: "it changed while it was read")
      }
      return (hash.hex(), before)
    }
  }

  /// Hands over the bytes of a file in pieces and compares their digest at the end.
  /// - Throws: `StoreError.damaged` if the bytes are not those of the digest.
  func pieces(
    of path: String, digest expected: String, _ body: FilePieces
  ) throws {
    let (found, _) = try pieces(of: path) { try body(Data($0), $1) }
    guard found == expected else {
      throw StoreError.damaged(path: path, expected: expected, found: found)
    }
  }

  /// Opens a regular file for reading and closes it after `body`. Does not follow a link.
  private func reading<Result>(
    _ path: String, _ body: (FileDescriptor, FileStatus) throws -> Result
  ) throws -> Result {
    // Opening a pipe without a writer would wait for ever if it could block.
    try using(path, to: "read", .readOnly, [.noFollow, .nonBlocking]) { file in
      let status = try FileStatus(ofOpen: file)
      guard status.isRegular else {
        throw StoreError.unreadable(path: path, reason: "it is not a regular file")
      }
      return try body(file, status)
    }
  }

  /// Opens a file, closes it after `body`, and tells a failed system call of either as a
  /// `StoreError`.
  /// - Parameter action: the purpose, for a sentence: `write`.
  private func using<Result>(
    _ path: String, to action: String, _ mode: FileDescriptor.AccessMode,
    _ options: FileDescriptor.OpenOptions, permissions: FilePermissions? = nil,
    _ body: (FileDescriptor) throws -> Result
  ) throws -> Result {
    do {
      let file = try FileDescriptor.open(
        path, mode, options: options.union(.closeOnExec), permissions: permissions)
      defer { try? file.close() }
      return try body(file)
    } catch Errno.tooManySymbolicLinkLevels where mode == .readOnly {
      throw StoreError.outside(path: path, reason: "it is a symbolic link")
    } catch let code as Errno {
      throw StoreError.system(action, path, code.rawValue)
    }
  }

  /// The names in a folder, sorted; empty if the folder does not exist.
  func list(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw StoreError.system("read the folder", path, errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)
        ) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension FileDescriptor {
  /// Waits until what was written is on the disk. swift-system has no such call.
  fileprivate func sync() throws(Errno) {
    guard fsync(rawValue) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension FileStatus {
  fileprivate init(ofOpen file: FileDescriptor) throws(Errno) {
    var record = stat()
    guard fstat(file.rawValue, &record) == 0 else { throw Errno(rawValue: errno) }
    self.init(record)
  }

  fileprivate init(_ record: stat) {
    device = UInt64(record.st_dev)
    inode = UInt64(record.st_ino)
    size = Int(record.st_size)
    modified = Int64(record.st_mtim.tv_sec) * 1_000_000_000 + Int64(record.st_mtim.tv_nsec)
    changed = Int64(record.st_ctim.tv_sec) * 1_000_000_000 + Int64(record.st_ctim.tv_nsec)
    let format = record.st_mode & S_IFMT
    isRegular = format == S_IFREG
    isDirectory = format == S_IFDIR
    isLink = format == S_IFLNK
    owner = record.st_uid
    group = record.st_gid
    passesGroup = record.st_mode & mode_t(S_ISGID) != 0
    permissions = record.st_mode & 0o777
  }
}

/// True if the path leads to a folder. Follows links, because `--store` may be one.
private func leadsToDirectory(_ path: String) -> Bool {
  var record = stat()
  return stat(path, &record) == 0 && record.st_mode & S_IFMT == S_IFDIR
}
