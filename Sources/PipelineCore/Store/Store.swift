package import Foundation
import Synchronization

/// A folder of artifacts addressed by content, and of what is known about them.
///
/// ```
/// objects/ab/cdef…       blobs, by SHA-256         records/ab/KEY.json    key → artifact
///                                                  records/ab/KEY.log     what it said, for people
/// checkpoints/KEY/…      half-done work            leases/KEY.lock        who is at work
/// states/PREFIX/…        where training ended      cells/SPACE/…          work finer than a stage
/// runs/ID.jsonl          what each run did         pins/ID                runs that are kept
/// tmp/SESSION/           being written             lock                   writers and `gc`
/// laconic-store          makes the folder a store  salt                   a person's, if there is one:
///                                                                         part of every key
/// ```
/// Several processes may share it. Nothing is ever changed in place: files appear by rename.
package final class Store: Sendable {
  package let root: String
  let files: FileSystem
  let memo: DigestMemo
  /// Nanoseconds since 1970.
  let now: @Sendable () -> Int64
  private let isForLooking: Bool
  private let session = Mutex<Session?>(nil)

  /// Opens the store to work in. A folder that is not there or empty is made into one; any other that
  /// is no store is refused, and nothing in it is touched. The store's folders are the owner's alone,
  /// mode 0700, and made so where they are not: whoever can write into them can plant results.
  /// - Parameter user: who asks, since a store is its owner's unless a group shares it.
  /// - Throws: `StoreError` when the folder is no store, is somebody else's, or cannot be written.
  package convenience init(
    root: URL, files: FileSystem = FileSystem(),
    now: @escaping @Sendable () -> Int64 = Store.wallClock, user: uid_t = geteuid()
  ) throws {
    let marker = try StoreSite.open(Self.path(of: root), files, user: user)
    self.init(at: root, files: files.sharing(marker.isShared), now: now, isForLooking: false)
    try makeFolders(user: user)
    guard access(self.root, W_OK | X_OK) == 0 else {
      throw StoreError.system("write into", self.root, errno)
    }
  }

  /// Opens the store for looking only: nothing is made or written, and one that is not there is
  /// empty.
  package convenience init(
    reading root: URL, files: FileSystem = FileSystem(),
    now: @escaping @Sendable () -> Int64 = Store.wallClock
  ) {
    self.init(at: root, files: files, now: now, isForLooking: true)
  }

  private init(
    at root: URL, files: FileSystem, now: @escaping @Sendable () -> Int64, isForLooking: Bool
  ) {
    self.isForLooking = isForLooking
    self.now = now
    self.root = Self.path(of: root)
    self.files = files
    memo = DigestMemo(path: self.root + "/objects/memo.txt", now: now)
  }

  private static func path(of root: URL) -> String {
    root.standardizedFileURL.path(percentEncoded: false).withoutTrailingSlash
  }

  /// Why the place cannot be looked at as a store; nil when it is one, is empty, or is not there.
  package static func refusal(toRead root: URL) -> StoreError? {
    do {
      _ = try StoreSite.look(at: path(of: root), FileSystem())
      return nil
    } catch {
      return error as? StoreError ?? .unreadable(path: path(of: root), reason: error.inWords)
    }
  }

  /// Whether there is a store at the place. Changes nothing.
  /// - Parameter user: who wants to write into it; nil when that is not asked.
  package static func isThere(_ root: URL, for user: uid_t? = nil) -> Bool {
    let root = path(of: root)
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
    case objects, records, checkpoints, states, cells, leases, runs, pins, tmp
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

  /// Keeps the digests computed since the store was opened, so that the next plan need not. Does
  /// nothing for a store opened for looking.
  package func saveMemo() throws {
    if isForLooking { return }
    try memo.save(with: files, temporary: try temporaryPath())
  }
}

// MARK: - Temporary files

extension Store {
  /// A folder under `tmp/` that is this store value's own, locked while it lives: after a crash the
  /// kernel frees the lock, and the next run sweeps the folder away.
  private final class Session: Sendable {
    let path: String
    private let descriptor: Int32
    private let counter = Atomic<Int>(0)

    init(path: String, descriptor: Int32) {
      self.path = path
      self.descriptor = descriptor
    }

    deinit {
      // What is left is scratch; if it cannot be removed now, a later run's sweep will.
      try? FileSystem().removeTree(path)
      close(descriptor)
    }

    func next() -> String {
      path + "/" + String(counter.add(1, ordering: .relaxed).newValue)
    }
  }

  /// A new path for a file or folder being written; renamed to its place when done.
  func temporaryPath() throws -> String {
    try session.withLock { session in
      if let session { return session.next() }
      while true {
        let folder = path(.tmp, StoreName.newSession())
        try files.makeDirectory(folder)
        if let descriptor = lockedDirectory(folder) {
          let made = Session(path: folder, descriptor: descriptor)
          session = made
          return made.next()
        }
      }
    }
  }

  /// Removes what runs that died left under `tmp/`.
  package func sweepTemporary() throws {
    for folder in try sessions() {
      guard let descriptor = lockedDirectory(folder) else { continue }
      defer { close(descriptor) }
      // Programs that a dead run had started would go on for nothing.
      ProgramMark.endProcesses(of: folder)
      do {
        try files.removeTree(folder)
      } catch StoreError.permission where files.isShared {
        // A program of another member's made it, and did not let the group in.
      }
    }
  }

  /// The folders that processes made under `tmp/`, living or dead.
  private func sessions() throws -> [String] {
    try files.list(path(.tmp)).filter(StoreName.isSession).map { path(.tmp, $0) }
  }

  /// The folders of processes that died.
  func abandonedTemporaries() throws -> [String] {
    try sessions().filter { folder in
      guard let descriptor = lockedDirectory(folder) else { return false }
      close(descriptor)
      return true
    }
  }

  /// The folder's open descriptor, holding its lock; nil if someone else holds it, or the folder is
  /// gone by now.
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

extension String {
  fileprivate var withoutTrailingSlash: String {
    count > 1 && hasSuffix("/") ? String(dropLast()) : self
  }
}
