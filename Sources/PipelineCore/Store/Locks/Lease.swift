package import Foundation
import Synchronization

/// The process that holds a lease.
package struct LeaseHolder: Sendable, Hashable, Codable {
  package let process: Int32
  package let host: String
  /// The address, in the holder's pipeline, of the point it works on.
  package let address: String

  /// - Parameter address: the point being worked on, shown to the user.
  package init(address: String) {
    process = getpid()
    host = Self.machine
    self.address = address
  }

  /// The holder in a sentence: `process 4711 on ada`.
  package var label: String { "process \(process) on \(host)" }

  /// The machine's own name. Unlike `ProcessInfo.hostName` it does not ask a name server.
  package static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    // One byte stays free for the terminating zero, which a truncated name would not have.
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return name.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? "unknown"
    }
  }()
}

/// The exclusive right to work on one key, released when the value is destroyed.
///
/// It is a lock that the kernel holds (`flock`), so the lease of a dead holder is free at the
/// moment of its death and there is no need for an unlock command. The lock file names the holder;
/// its modification time is the heartbeat, for users who inspect a store from another machine.
package struct Lease: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private let heartbeat: Heartbeat
  /// The holder that died without releasing the lease, if there was one.
  package let predecessor: LeaseHolder?

  fileprivate init(
    descriptor: Int32, path: String, heartbeat: Heartbeat, predecessor: LeaseHolder?
  ) {
    self.descriptor = descriptor
    self.path = path
    self.heartbeat = heartbeat
    self.predecessor = predecessor
    heartbeat.add(descriptor)
  }

  /// Releases the lease now, before the end of its lifetime.
  package consuming func release() {}

  deinit {
    heartbeat.remove(descriptor)
    // Unlinks while the lock is held, so that no other process can have locked this name meanwhile.
    unlink(path)
    close(descriptor)
  }
}

/// Outcome of asking for a lease.
package enum LeaseAttempt: ~Copyable {
  case granted(Lease)
  /// Another process holds the lease.
  case held(by: LeaseHolder?)
}

extension Store {
  /// Takes the lease of a key if it is free. Does not wait.
  package func takeLease(_ key: String, holder: LeaseHolder) throws -> LeaseAttempt {
    let path = path(.leases, key + ".lock")
    while true {
      let descriptor = try openLockFile(path, to: "take the lease")
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        defer { close(descriptor) }
        if code == EINTR { continue }
        guard code == EWOULDBLOCK else { throw StoreError.system("lock", path, code) }
        return .held(by: Self.knownHolder(in: descriptor))
      }
      // A holder that finished between `open` and `flock` has removed the file we locked: try
      // again.
      var opened = stat()
      guard fstat(descriptor, &opened) == 0, let named = files.status(path),
        named.inode == UInt64(opened.st_ino)
      else {
        close(descriptor)
        continue
      }
      let predecessor = Self.holder(in: descriptor)
      do {
        try Self.write(holder, to: descriptor, path)
      } catch {
        unlink(path)
        close(descriptor)
        throw error
      }
      return .granted(
        Lease(
          descriptor: descriptor, path: path, heartbeat: .shared, predecessor: predecessor))
    }
  }

  /// The process that holds the lease of a key now, and its last heartbeat; nil if the lease is
  /// free.
  package func leaseHolder(_ key: String) -> (holder: LeaseHolder?, heartbeat: Date)? {
    let path = path(.leases, key + ".lock")
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A shared lock, held for an instant, is refused exactly while there is a holder.
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    var status = stat()
    fstat(descriptor, &status)
    let time = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
    return (Self.holder(in: descriptor), time)
  }

  /// The holder, who may have taken the lease this moment and be about to write who it is.
  private static func knownHolder(in descriptor: Int32) -> LeaseHolder? {
    for _ in 0..<50 {
      if let holder = holder(in: descriptor) { return holder }
      usleep(1000)
    }
    return nil
  }

  private static func holder(in descriptor: Int32) -> LeaseHolder? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return try? JSONDecoder().decode(LeaseHolder.self, from: Data(buffer[..<count]))
  }

  private static func write(_ holder: LeaseHolder, to descriptor: Int32, _ path: String) throws {
    let bytes = try JSONEncoder.plain.encode(holder)
    let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0 else {
      throw StoreError.system("write", path, errno)
    }
  }
}

/// One small thread that touches the lock files of all leases of this process every two seconds,
/// while there are any.
private final class Heartbeat: Sendable {
  static let shared = Heartbeat()
  private static let interval = 2.0

  private struct State {
    var descriptors: Set<Int32> = []
    var isRunning = false
  }
  private let state = Mutex(State())

  func add(_ descriptor: Int32) {
    let starts = state.withLock { state in
      state.descriptors.insert(descriptor)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard starts else { return }
    let thread = Thread { [self] in beat() }
    thread.name = "lease heartbeat"
    thread.stackSize = 256 << 10
    thread.start()
  }

  func remove(_ descriptor: Int32) {
    state.withLock { _ = $0.descriptors.remove(descriptor) }
  }

  private func beat() {
    while true {
      Thread.sleep(forTimeInterval: Self.interval)
      let goesOn = state.withLock { state in
        // Runs under the mutex, so that no descriptor is closed and reused for another file
        // meanwhile.
        for descriptor in state.descriptors { futimens(descriptor, nil) }
        state.isRunning = !state.descriptors.isEmpty
        return state.isRunning
      }
      if !goesOn { return }
    }
  }
}
