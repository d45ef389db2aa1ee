import Foundation

/// Reader-writer lock between writers and the garbage collector.
///
/// The collector must not remove a blob between its commit and the record that names it. So a
/// writer holds a shared lock on the file `lock` for those milliseconds, and the collector holds an
/// exclusive one while it decides and moves things aside. The kernel holds the lock and releases it
/// when its owner dies.
extension Store {
  /// Seconds that the collector waits for writers before it gives up.
  static let patience = 60.0

  /// Calls `body` while the collector is locked out.
  package func withSharedLock<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = try openLockFile(lockPath, to: "open")
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH) != 0 {
      if errno != EINTR { throw StoreError.system("lock", lockPath, errno) }
    }
    return try body()
  }

  /// Calls `body` while no other process publishes.
  /// - Throws: `StoreError` if writers hold the lock for a whole minute.
  func withExclusiveLock<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = try openLockFile(lockPath, to: "open")
    defer { close(descriptor) }
    let start = ContinuousClock.now
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw StoreError.system("lock", lockPath, errno)
      }
      guard ContinuousClock.now - start < .seconds(Self.patience) else {
        throw StoreError.failed(
          doing: "lock", path: lockPath, reason: "other processes keep writing; try again")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return try body()
  }

  private var lockPath: String { root + "/lock" }

  /// Opens a file that is there to be locked, and makes it if it is not there.
  ///
  /// In a store that a group shares it gets its name only when it has its mode. If it were opened
  /// to the group after it was made, another member who comes in between would be refused.
  /// - Parameter action: what failed if it cannot be opened, for a sentence: `take the lease`.
  func openLockFile(_ path: String, to action: String) throws -> Int32 {
    while true {
      let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (files.isShared ? 0 : O_CREAT)
      let descriptor = open(path, flags, 0o600)
      if descriptor >= 0 { return descriptor }
      let code = errno
      guard files.isShared, code == ENOENT else { throw StoreError.system(action, path, code) }
      let draft = try temporaryPath()
      try files.create(draft, Data(), sync: false)
      // Fine if another member was quicker: that file is as good.
      _ = try files.claim(path, with: draft)
      try files.remove(draft)
    }
  }
}
