package import Foundation
import Synchronization

/// Who works on a key.
package struct LeaseHolder: Sendable, Hashable, Codable {
  package let process: Int32
  package let host: String
  /// The address of the point being worked on, in the holder's pipeline.
  package let address: String

  /// - Parameter address: what is being worked on, for people.
  package init(address: String) {
    process = getpid()
    host = Self.machine
    self.address = address
  }

  /// For a sentence: `process 4711 on ada`.
  package var label: String { "process \(process) on \(host)" }

  /// The machine's own name for itself; unlike `ProcessInfo.hostName` it asks no name server.
  package static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    // One byte is left for the end: a name that is cut off has none.
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return name.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? "unknown"
    }
  }()
}

/// The right to work on one key, given back at the end of its life.
///
/// It is a lock that the kernel holds (`flock`), so that a dead holder's lease is free at the moment
/// of its death and no command to unlock is needed. The file beside the lock says who holds it; its
/// time of change is the heartbeat, for people who look at a store from another machine.
package struct Lease: ~Copyable {
  private let descriptor: Int32
  private let path: String
  private let heartbeat: Heartbeat
  /// The holder that died without giving the lease back, if there was one.
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

  /// Gives the lease back now; its end does the same.
  package consuming func release() {}

  deinit {
    heartbeat.remove(descriptor)
    // While the lock is held: nobody else can have taken a lock on this name meanwhile.
    unlink(path)
    close(descriptor)
  }
}

/// What asking for a lease came to.
package enum LeaseAttempt: ~Copyable {
  case granted(Lease)
  /// Someone else is at work.
  case held(by: LeaseHolder?)
}

extension Store {
  /// Takes the lease of a key if nobody holds it. Does not wait.
  package func takeLease(_ key: String, holder: LeaseHolder) throws -> LeaseAttempt {
    let path = path(.leases, key + ".lock")
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw StoreError.system("take the lease", path, errno) }
      files.share(descriptor)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        defer { close(descriptor) }
        if code == EINTR { continue }
        guard code == EWOULDBLOCK else { throw StoreError.system("lock", path, code) }
        return .held(by: Self.holder(in: descriptor))
      }
      // A holder that finished between `open` and `flock` has removed the file that we locked.
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

  /// Who holds the lease of a key now, and when the holder last gave a sign of life; nil if nobody.
  package func leaseHolder(_ key: String) -> (holder: LeaseHolder?, heartbeat: Date)? {
    let path = path(.leases, key + ".lock")
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A shared lock for an instant: refused exactly while there is a holder.
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    var status = stat()
    fstat(descriptor, &status)
    let time = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
    return (Self.holder(in: descriptor), time)
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
        // Under the lock, so that no descriptor is closed and given to another file meanwhile.
        for descriptor in state.descriptors { futimens(descriptor, nil) }
        state.isRunning = !state.descriptors.isEmpty
        return state.isRunning
      }
      if !goesOn { return }
    }
  }
}
