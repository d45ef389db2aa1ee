package import Foundation

/// The log of unfinished work, next to its checkpoints, for users who watch the work. Used by the
/// stage's thread.
///
/// The stage's own state holds the true log, and this file follows it. After a resume the file is
/// rewritten from the log in the checkpoint and then grows by the same bytes as before, so a reader
/// that continues from a position misses nothing and sees nothing twice.
final class LiveLog {
  private let store: Store
  private let key: String
  /// The number of bytes of the stage's log that are written or pending; nil before the first call.
  private var known: Int?
  private var pending = Data()
  private var isNew = true
  private var written = ContinuousClock.now - LiveLog.interval
  /// The reason why the file could not be written. The log is only for users, so an error must not
  /// stop the work.
  private(set) var problem: String?

  /// At most five writes a second.
  private static let interval = Duration.milliseconds(200)

  init(store: Store, key: String) {
    self.store = store
    self.key = key
  }

  /// Adds what is new in the log.
  /// - Parameter whole: the whole log so far; it only grows.
  func show(_ whole: Data) {
    pending += whole.dropFirst(known ?? 0)
    known = whole.count
    if ContinuousClock.now - written >= Self.interval { flush() }
  }

  func flush() {
    guard known != nil, isNew || !pending.isEmpty, problem == nil else { return }
    do {
      let path = store.logPath(key)
      if isNew {
        try store.files.makeDirectory((path as NSString).deletingLastPathComponent)
        try store.files.replace(path, pending, through: try store.temporaryPath(), sync: false)
      } else {
        try store.files.append(path, pending)
      }
      isNew = false
      pending = Data()
      written = .now
    } catch {
      problem = error.inWords
    }
  }
}

extension Store {
  /// The path of the live log, which is removed with the checkpoints of its key.
  func logPath(_ key: String) -> String { path(.checkpoints, key, Self.logName) }

  static let logName = "log"

  /// The most bytes of a log that are kept when the work is done.
  static let keptLogSize = 256 << 10

  /// The path of the kept log, which is next to the record and is removed with it.
  func keptLogPath(_ key: String) -> String {
    path(.records, String(key.prefix(2)), key + ".log")
  }

  /// Keeps the last part of a finished stage's log, which is not in the artifact.
  func keepLog(_ key: String) throws {
    guard files.status(logPath(key)) != nil else { return }
    try keepLog(key, try files.read(logPath(key)).bytes)
  }

  /// Keeps the last part of a log beside a result.
  func keepLog(_ key: String, _ whole: Data) throws {
    var kept = whole.suffix(Self.keptLogSize)
    // Begins at the start of a line, if there is one.
    if kept.count < whole.count, let end = kept.firstIndex(of: UInt8(ascii: "\n")) {
      kept = kept[(end + 1)...]
    }
    let place = keptLogPath(key)
    try files.makeDirectory((place as NSString).deletingLastPathComponent)
    // The first line is the number of bytes that are left out.
    try files.replace(
      place, Data("\(whole.count - kept.count)\n".utf8) + kept, through: try temporaryPath(),
      sync: false)
  }

  /// The kept log of finished work beyond its first `offset` bytes; empty if no log is kept. If
  /// bytes are missing before it, the text begins by saying how many.
  package func keptLog(_ key: String, from offset: Int) throws -> Data {
    guard ContentDigest.isWellFormed(key), files.status(keptLogPath(key)) != nil else {
      return Data()
    }
    let bytes: Data
    do {
      bytes = try files.read(keptLogPath(key)).bytes
    } catch StoreError.missing {
      // `gc` removed it in between.
      return Data()
    }
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let gone = Int(String(decoding: bytes[..<end], as: UTF8.self)), gone >= 0
    else { return bytes }
    let kept = Data(bytes[(end + 1)...])
    guard offset < gone else { return Data(kept.dropFirst(offset - gone)) }
    return Data("(\(gone - offset) bytes before this are not kept)\n".utf8) + kept
  }

  /// The live log of unfinished work beyond its first `offset` bytes; empty if there is none, or
  /// while a resumed stage has not reached that point again.
  package func liveLog(_ key: String, from offset: Int, most: Int = .max) throws -> Data {
    guard ContentDigest.isWellFormed(key), files.status(logPath(key)) != nil else { return Data() }
    do {
      return try files.read(logPath(key), from: offset, most: most)
    } catch StoreError.missing {
      // The work was finished in between.
      return Data()
    }
  }
}
