package import Foundation
import Synchronization

/// A folder of artifacts addressed by content, with records of the work that made them.
///
/// ```
/// objects/ab/cdef…       blobs, by SHA-256         records/ab/KEY.json    key → artifact
/// outside/ab/cdef…       where others are          records/ab/KEY.log     the log kept for users
/// checkpoints/KEY/…      unfinished work           leases/KEY.lock        the process at work
/// states/PREFIX/…        final training states     cells/SPACE/…          parts of a stage's work
/// runs/ID.jsonl          record of each run        pins/ID                runs that are kept
/// tmp/SESSION/           files being written       lock                   writers and `gc`
/// laconic-store          marks it as a store       salt                   optional, in every key
/// ```
/// Several processes may share it. Nothing is ever changed in place: files appear by rename.
package final class Store: Sendable {
  package let root: String
  let files: FileSystem
  let memo: DigestCache
  /// Nanoseconds since 1970.
  let now: @Sendable () -> Int64
  let isReadOnly: Bool
  /// Files outside the store that this process was given, by digest.
  let knownOutside = Mutex<[String: String]>([:])
  private let temporary = Mutex(Temporary())

  /// Opens the store for work. A missing or empty folder becomes a store; any other folder that is
  /// not a store is refused and left untouched. The store's folders are private to the owner, mode
  /// 0700, and are set to that if they are not, because a user who can write into them can plant
  /// results.
  /// - Parameter user: the user who opens it, because a store is private to its owner unless a
  ///   group shares it.
  /// - Throws: `StoreError` if the folder is not a store, belongs to another user, or cannot be
  ///   written.
  package convenience init(
    root: URL, files: FileSystem = FileSystem(),
    now: @escaping @Sendable () -> Int64 = Store.wallClock, user: uid_t = geteuid()
  ) throws {
    let marker = try StoreSite.open(root.plainPath, files, user: user)
    self.init(at: root, files: files.sharing(marker.isShared), now: now, isReadOnly: false)
    try makeFolders(user: user)
    guard access(self.root, W_OK | X_OK) == 0 else {
      throw StoreError.system("write into", self.root, errno)
    }
  }

  /// Opens the store for reading only: nothing is created or written, and a missing store is empty.
  package convenience init(
    readOnly root: URL, files: FileSystem = FileSystem(),
    now: @escaping @Sendable () -> Int64 = Store.wallClock
  ) {
    self.init(at: root, files: files, now: now, isReadOnly: true)
  }

  private init(
    at root: URL, files: FileSystem, now: @escaping @Sendable () -> Int64, isReadOnly: Bool
  ) {
    self.isReadOnly = isReadOnly
    self.now = now
    self.root = root.plainPath
    self.files = files
    memo = DigestCache(path: self.root + "/objects/memo.txt", now: now)
  }

  /// The reason why the place cannot be read as a store; nil if it is a store, is empty or does not
  /// exist.
  package static func refusal(toRead root: URL) -> StoreError? {
    do {
      _ = try StoreSite.look(at: root.plainPath, FileSystem())
      return nil
    } catch {
      return error as? StoreError ?? .unreadable(path: root.plainPath, reason: error.inWords)
    }
  }

  /// True if there is a store at the place. Changes nothing.
  /// - Parameter user: the user who wants to write into it; nil to skip this check.
  package static func isThere(_ root: URL, for user: uid_t? = nil) -> Bool {
    let root = root.plainPath
    guard let site = try? StoreSite.look(at: root, FileSystem()) else { return false }
    switch site {
    case .nothing, .empty: return false
    case .store, .unmarked: return user.map { site.refusal(to: $0, at: root) == nil } ?? true
    }
  }

  /// Nanoseconds since 1970, by the clock that stamps files.
  package static let wallClock: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  enum Folder: String, CaseIterable {
    case objects, outside, records, checkpoints, states, cells, leases, runs, pins, tmp
  }

  func path(_ folder: Folder, _ rest: String...) -> String {
    ([root, folder.rawValue] + rest).joined(separator: "/")
  }

  /// - Precondition: `digest` is well formed.
  func blobPath(_ digest: String) -> String {
    path(.objects, String(digest.prefix(2)), String(digest.dropFirst(2)))
  }

  func recordPath(_ key: String) -> String {
    path(.records, String(key.prefix(2)), key + ".json")
  }

  /// Saves the digests computed since the store was opened, so that the next plan can reuse them.
  /// Does nothing for a store opened for reading.
  package func saveMemo() throws {
    if isReadOnly { return }
    try memo.save(with: files, temporary: try temporaryPath())
  }
}

// MARK: - Temporary files

extension Store {
  /// A folder under `tmp/` that belongs to this store value and is locked while it exists. After a
  /// crash the kernel releases the lock, and the next run removes the folder.
  private final class Session: Sendable {
    let path: String
    private let descriptor: Int32
    private let counter = Atomic<Int>(0)

    init(path: String, descriptor: Int32) {
      self.path = path
      self.descriptor = descriptor
    }

    deinit {
      // Only temporary files are left; if they cannot be removed now, a later run's sweep removes
      // them.
      try? FileSystem().removeTree(path)
      close(descriptor)
    }

    func next() -> String {
      path + "/" + String(counter.add(1, ordering: .relaxed).newValue)
    }
  }

  /// The temporary folder, which is made when it is first needed.
  private struct Temporary {
    var session: Session?
    /// The runs that use the store value now.
    var runs = 0
  }

  /// Calls `body` and then removes the temporary folder, unless another such call is still going
  /// on. A run ends its folder with this, because a thread that has just finished its last job may
  /// hold the store a moment longer than the process lives.
  package func removingTemporary<Result>(after body: () throws -> Result) rethrows -> Result {
    temporary.withLock { $0.runs += 1 }
    defer {
      temporary.withLock { temporary in
        temporary.runs -= 1
        if temporary.runs == 0 { temporary.session = nil }
      }
    }
    return try body()
  }

  /// A new path for a temporary file or folder, to be renamed when it is complete.
  func temporaryPath() throws -> String {
    try temporary.withLock { temporary in
      if let session = temporary.session { return session.next() }
      while true {
        let folder = path(.tmp, StoreName.newSession())
        try files.makeDirectory(folder)
        if let descriptor = lockedDirectory(folder) {
          let made = Session(path: folder, descriptor: descriptor)
          temporary.session = made
          return made.next()
        }
      }
    }
  }

  /// Removes what dead runs left under `tmp/`.
  package func sweepTemporary() throws {
    for folder in try sessions() {
      guard let descriptor = lockedDirectory(folder) else { continue }
      defer { close(descriptor) }
      // Programs started by a dead run would otherwise keep running.
      ProgramMark.endProcesses(of: folder)
      do {
        try files.removeTree(folder)
      } catch StoreError.permission where files.isShared {
        // A program of another member of the group made it without permissions for the group.
      }
    }
  }

  /// The folders of processes under `tmp/`, live or dead.
  private func sessions() throws -> [String] {
    try files.list(path(.tmp)).filter(StoreName.isSession).map { path(.tmp, $0) }
  }

  /// The folders of dead processes.
  func abandonedTemporaries() throws -> [String] {
    try sessions().filter { folder in
      guard let descriptor = lockedDirectory(folder) else { return false }
      close(descriptor)
      return true
    }
  }

  /// The open descriptor of a folder, holding its lock; nil if another process holds it, or the
  /// folder no longer exists.
  private func lockedDirectory(_ folder: String) -> Int32? {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var opened = stat()
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &opened) == 0,
      let named = files.status(folder), named.inode == UInt64(opened.st_ino)
    {
      return descriptor
    }
    close(descriptor)
    return nil
  }
}
