import Foundation
import Synchronization

/// Cache of the digests of files, so that a plan of finished work does not read every blob again. A
/// file is recognized by device and inode, and by its size and times.
///
/// A digest taken within two seconds of the file's last change is not cached, because a second
/// change in the same clock tick would not be seen (git's "racy" index entries follow the same
/// rule). The memo only saves time: code that reads a blob as an input hashes it again.
final class DigestCache: Sendable {
  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private struct Entry {
    let size: Int
    let modified: Int64
    let changed: Int64
    let digest: String
  }

  private struct State {
    var entries: [Identity: Entry]?
    var lineCount = 0
    /// Lines that are not in the file yet.
    var fresh: [String] = []
  }

  static let settlingTime: Int64 = 2_000_000_000

  private let path: String
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())

  /// - Parameter now: nanoseconds since 1970, by the clock that stamps files.
  init(path: String, now: @escaping @Sendable () -> Int64) {
    self.path = path
    self.now = now
  }

  /// The digest of the file with this status, if it is known and the file has not changed since.
  func digest(of status: FileStatus) -> String? {
    state.withLock { state in
      load(&state)
      guard
        let entry = state.entries?[Identity(device: status.device, inode: status.inode)],
        entry.size == status.size, entry.modified == status.modified,
        entry.changed == status.changed
      else { return nil }
      return entry.digest
    }
  }

  /// Caches a digest just computed of a file that had this status before and after reading.
  func note(_ digest: String, of status: FileStatus) {
    guard max(status.modified, status.changed) + Self.settlingTime <= now() else { return }
    state.withLock { state in
      load(&state)
      state.entries?[Identity(device: status.device, inode: status.inode)] = Entry(
        size: status.size, modified: status.modified, changed: status.changed, digest: digest)
      state.fresh.append(
        "\(status.device) \(status.inode) \(status.size) \(status.modified) \(status.changed) "
          + "\(digest)\n")
    }
  }

  /// Writes the new entries to the file. If they are lost, the files are only hashed again.
  func save(with files: FileSystem, temporary: String) throws {
    try state.withLock { state in
      guard !state.fresh.isEmpty else { return }
      let live = state.entries?.count ?? 0
      // In a store that a group shares, a file appears with its mode, or another member could come
      // before it is opened to them.
      let isNew = files.isShared && files.status(path) == nil
      if isNew || state.lineCount + state.fresh.count > 1000 + 4 * live {
        try files.replace(path, Data(wholeFile(state).utf8), through: temporary, sync: false)
        state.lineCount = live
      } else {
        // One write to a file opened for appending: lines of two processes do not mix.
        try files.append(path, Data(state.fresh.joined().utf8))
        state.lineCount += state.fresh.count
      }
      state.fresh = []
    }
  }

  private func wholeFile(_ state: State) -> String {
    (state.entries ?? [:]).map { identity, entry in
      "\(identity.device) \(identity.inode) \(entry.size) \(entry.modified) \(entry.changed) "
        + "\(entry.digest)\n"
    }.sorted().joined()
  }

  private func load(_ state: inout State) {
    guard state.entries == nil else { return }
    var entries: [Identity: Entry] = [:]
    // A memo that is missing or unreadable counts as empty; malformed lines are skipped.
    if let bytes = try? FileSystem().read(path).bytes {
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        state.lineCount += 1
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count == 6, words[5].count == 64,
          let device = number(words[0]), let inode = number(words[1]),
          let size = number(words[2]), let modified = number(words[3]),
          let changed = number(words[4])
        else { continue }
        entries[Identity(device: UInt64(device), inode: UInt64(inode))] = Entry(
          size: Int(size), modified: modified, changed: changed,
          digest: String(decoding: words[5], as: UTF8.self))
      }
    }
    state.entries = entries
  }

  private func number(_ digits: Data) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow, scaled <= .max - 9 else { return nil }
      value = scaled + Int64(digit - 48)
    }
    return value
  }
}
