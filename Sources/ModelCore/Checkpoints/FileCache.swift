import Foundation
import Synchronization

/// The values that were made of files last, a few of them, or the errors that came of it, so that a
/// file that hundreds of stages name is read once. A file that has changed is read again.
///
/// A value is made once, also if several threads ask for it: the others wait, and nobody else does.
/// As in git's index ("racy" entries), a value of files that changed within the last two seconds is
/// not kept: a second change in the same clock tick would not be seen.
package final class FileCache<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
  private static var settlingTime: Int64 { 2_000_000_000 }

  /// A value that is made under its own lock.
  private final class Entry: Sendable {
    let key: Key
    let files: [FileStamp]
    let value = Mutex<Result<Value, Failure>?>(nil)

    init(_ key: Key, _ files: [FileStamp]) {
      self.key = key
      self.files = files
    }
  }

  private let most: Int
  private let now: @Sendable () -> Int64
  /// The one asked for last is at the end.
  private let entries = Mutex<[Entry]>([])

  /// - Parameters:
  ///   - most: the number of values that are kept.
  ///   - now: returns the nanoseconds since 1970.
  package init(
    most: Int,
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1e9) }
  ) {
    self.most = most
    self.now = now
  }

  /// Returns the value of a key, of files that are as they were when it was made.
  /// - Parameters:
  ///   - files: returns the files that the value is made of, as they are now.
  ///   - make: makes the value.
  package func value(
    of key: Key, files: () -> [FileStamp], make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let found = files()
    let entry = entries.withLock { entries in
      if let place = entries.firstIndex(where: { $0.key == key && $0.files == found }) {
        let known = entries.remove(at: place)
        entries.append(known)
        return known
      }
      entries.removeAll { $0.key == key }
      let new = Entry(key, found)
      entries.append(new)
      if entries.count > most { entries.removeFirst() }
      return new
    }
    return try entry.value.withLock { value throws(Failure) in
      if let value { return try value.get() }
      let made = Result { () throws(Failure) in try make() }
      value = made
      // The value is that of `found` only if the files are still the same.
      let changed = found.map(\.lastChange).max() ?? 0
      if changed > now() - Self.settlingTime || files() != found {
        entries.withLock { entries in entries.removeAll { $0 === entry } }
      }
      return try made.get()
    }
  }
}

/// A file's identity, size and times, which tell it from a later one at the same path. All but the
/// place are 0 if it does not exist.
package struct FileStamp: Sendable, Hashable {
  let path: String
  private(set) var device: UInt64 = 0
  private(set) var number: UInt64 = 0
  private(set) var size = 0
  /// Nanoseconds since 1970.
  private(set) var modified: Int64 = 0
  /// Nanoseconds since 1970 of the last change of content or attributes. Programs cannot set it.
  private(set) var changed: Int64 = 0

  /// The later of the two times.
  var lastChange: Int64 { max(modified, changed) }

  /// Links are followed.
  package init(of path: String) {
    self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var record = stat()
    guard unsafe stat(self.path, &record) == 0 else { return }
    device = UInt64(record.st_dev)
    number = UInt64(record.st_ino)
    size = Int(record.st_size)
    modified = Int64(record.st_mtim.tv_sec) * 1_000_000_000 + Int64(record.st_mtim.tv_nsec)
    changed = Int64(record.st_ctim.tv_sec) * 1_000_000_000 + Int64(record.st_ctim.tv_nsec)
  }
}
