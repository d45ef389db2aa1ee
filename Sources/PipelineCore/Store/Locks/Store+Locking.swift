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
  func withSharedLock<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = try openLock()
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH) != 0 {
      if errno != EINTR { throw StoreError.system("lock", lockPath, errno) }
    }
    return try body()
  }

  /// Calls `body` while no other process publishes.
  /// - Throws: `StoreError` if writers hold the lock for a whole minute.
  func withExclusiveLock<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = try openLock()
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

  private func openLock() throws -> Int32 {
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw StoreError.system("open", lockPath, errno) }
    files.share(descriptor)
    return descriptor
  }
}
