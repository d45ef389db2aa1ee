import Foundation

/// The processes of this machine, read from `/proc` on Linux; on other systems the list is empty.
package enum ProcessTable {
  struct Entry {
    let id: pid_t
    let group: pid_t
    let residentBytes: Int
  }

  static func entries() -> [Entry] { identifiers().compactMap(entry) }

  /// The processes that have an environment variable, `NAME=value`, whose value passes a test.
  /// Processes that they started inherited it, in whatever group or session they are.
  static func processes(where holds: (String) -> Bool, for name: String) -> [pid_t] {
    let start = Array("\(name)=".utf8)
    return identifiers().filter { id in
      guard id != getpid(), let environment = bytes("/proc/\(id)/environ") else { return false }
      return environment.split(separator: 0).contains { variable in
        variable.starts(with: start)
          && holds(String(decoding: variable.dropFirst(start.count), as: UTF8.self))
      }
    }
  }

  /// True until all threads of a process have given back what they held. A process whose parent has
  /// not asked for its end stays in the table, with one thread in state Z.
  package static func isAlive(_ id: Int32) -> Bool {
    guard let bytes = bytes("/proc/\(id)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return false }
    let isZombie = bytes[(end + 1)...].starts(with: Array(" Z ".utf8))
    return !isZombie || ((try? FileSystem().list("/proc/\(id)/task")) ?? []).count > 1
  }

  private static func identifiers() -> [pid_t] {
    ((try? FileSystem().list("/proc")) ?? []).compactMap { pid_t($0) }
  }

  /// Parses `ID (NAME) STATE PARENT GROUP …`. The name may contain any character; the number of
  /// resident pages is the 24th figure.
  private static func entry(_ id: pid_t) -> Entry? {
    guard let bytes = bytes("/proc/\(id)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let figures = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    guard figures.count > 21, let group = pid_t(figures[2]), let pages = Int(figures[21]) else {
      return nil
    }
    return Entry(id: id, group: group, residentBytes: pages * Int(getpagesize()))
  }

  /// The bytes of a file under `/proc`, whose size is unknown before it is read; nil if there is
  /// none.
  static func bytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < 1 << 22 {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        return nil
      }
    }
    return bytes
  }
}
