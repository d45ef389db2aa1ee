import Foundation

/// The names that Laconic gives to its files in a store.
///
/// A user's own files may be anywhere in it: a `.DS_Store`, notes, a whole project. Readers skip
/// every file without one of these names, and `gc` never removes it.
enum StoreName {
  /// True for a shelf, such as `ab` in `objects/ab`: two lower-case hexadecimal digits.
  static func isShelf(_ name: String) -> Bool { name.utf8.count == 2 && isHexadecimal(name.utf8) }

  /// The key in `KEY.json`, if the file is on the shelf to which it belongs.
  static func recordKey(_ name: String, onShelf shelf: String) -> String? {
    stem(of: name, ".json").flatMap { $0.hasPrefix(shelf) ? $0 : nil }
  }

  /// The 64 hexadecimal digits of a name such as `DIGEST.json` or `KEY.lock`; nil for another name.
  static func stem(of name: String, _ ending: String) -> String? {
    guard name.hasSuffix(ending) else { return nil }
    let stem = String(name.dropLast(ending.count))
    return ContentDigest.isWellFormed(stem) ? stem : nil
  }

  /// True for a run's id, such as `20251122-055412-127-3f9a`.
  static func isRun(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [8, 6, 3, 4] else { return false }
    return parts.dropLast().allSatisfy { $0.allSatisfy(isDigit) } && isHexadecimal(parts[3])
  }

  /// A name for a folder under `tmp/`: the process id, `-` and 16 hexadecimal digits.
  static func newSession() -> String { "\(getpid())-\(randomDigits())" }

  static func isSession(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    // Earlier versions left out leading zeros, of which there were seldom many.
    return parts.count == 2 && (1...10).contains(parts[0].count) && parts[0].allSatisfy(isDigit)
      && (10...16).contains(parts[1].count) && isHexadecimal(parts[1])
  }

  /// A name for a marker that is being written in the store's folder.
  static func newDraft() -> String { draftStart + newSession() }

  static func isDraft(_ name: String) -> Bool {
    name.hasPrefix(draftStart) && isSession(String(name.dropFirst(draftStart.count)))
  }

  /// True for files that a folder may hold and still count as empty: those that file managers, file
  /// systems and `git` create, and the draft of a process that was killed while it made a store.
  static func isNothing(_ name: String) -> Bool {
    [".DS_Store", ".gitkeep", ".gitignore", ".keep", ".directory", "lost+found"].contains(name)
      || isDraft(name)
  }

  private static let draftStart = ".laconic-store-"

  /// Returns sixteen random hexadecimal digits.
  static func randomDigits() -> String {
    let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func isHexadecimal(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.allSatisfy { isDigit($0) || (97...102).contains($0) }
  }
}

extension Store {
  /// The shelves of `objects` or `records`, sorted.
  func shelves(_ folder: Folder) throws -> [String] {
    try files.list(path(folder)).filter {
      StoreName.isShelf($0) && files.status(path(folder, $0))?.isDirectory == true
    }
  }

  /// The subfolders that are named by a key or another digest, sorted.
  func digestFolders(_ folder: Folder) throws -> [String] {
    try files.list(path(folder)).filter {
      ContentDigest.isWellFormed($0) && files.status(path(folder, $0))?.isDirectory == true
    }
  }

  /// The keys of all record files on all shelves, sorted.
  func recordedKeys() throws -> [String] {
    try shelves(.records).flatMap { shelf in
      try files.list(path(.records, shelf)).compactMap { name in
        StoreName.recordKey(name, onShelf: shelf)
      }
    }
  }
}
