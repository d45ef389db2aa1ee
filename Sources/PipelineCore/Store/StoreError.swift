package import Foundation

/// An error between the store and its disk, as facts; `description` is the one sentence shown.
package enum StoreError: Error, Sendable, Hashable {
  /// The file system or folder cannot be written.
  case readOnly(path: String)
  case permission(doing: String, path: String)
  case diskFull(path: String)
  /// A system call failed for another reason.
  case failed(doing: String, path: String, reason: String)
  /// A blob's bytes do not match its name, which is their digest.
  case damaged(path: String, expected: String, found: String)
  /// A blob, manifest or input is missing.
  case missing(path: String)
  /// A file of the store cannot be read in its format.
  case unreadable(path: String, reason: String)
  /// A path leaves its folder, or could.
  case outside(path: String, reason: String)
  /// A folder that must be empty is not.
  case notEmpty(path: String)
  case noSuchFile(path: String, artifact: String)
  /// The folder has content and is not a store.
  case notAStore(path: String)
  /// The store has the format of a later version; the path is its marker's.
  case newerStore(path: String, format: Int)
  /// The store, or the folder for it, belongs to another user.
  case ofAnother(path: String, owner: uid_t, user: uid_t)
  case danglingLink(path: String)
  /// Several files would be written under one path, or a path is both file and folder.
  case conflict(path: String)

  /// The error for a failed system call.
  static func system(_ doing: String, _ path: String, _ code: Int32) -> StoreError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EROFS: .readOnly(path: path)
    case EACCES, EPERM: .permission(doing: doing, path: path)
    case ENOENT: .missing(path: path)
    default: .failed(doing: doing, path: path, reason: words(ofCode: code))
    }
  }

  /// True if recomputing the artifact would repair it.
  package var isDamage: Bool {
    switch self {
    case .damaged, .missing, .unreadable: true
    default: false
    }
  }
}

extension StoreError {
  /// True if the store cannot be written but can still be read.
  package var isUnwritable: Bool {
    switch self {
    case .readOnly, .permission: true
    default: false
    }
  }

  /// A user's name, or the number if the name is unknown.
  private static func name(of user: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    return buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        getpwuid_r(user, &entry, base, buffer.count, &found) == 0, let name = found?.pointee.pw_name
      else { return "user \(user)" }
      return "'\(String(cString: name))'"
    }
  }
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .readOnly(let path):
      "the file system of '\(path)' is read-only; choose another store with --store"
    case .permission(let doing, let path):
      "no permission to \(doing) '\(path)'"
    case .diskFull(let path):
      "the disk is full: '\(path)' could not be written; what was committed before is intact"
    case .failed(let doing, let path, let reason):
      "could not \(doing) '\(path)': \(reason)"
    case .damaged(let path, let expected, let found):
      "'\(path)' is damaged: its digest should be \(expected) but is \(found)"
    case .missing(let path):
      "'\(path)' is missing"
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read: \(reason)"
    case .outside(let path, let reason):
      "the path '\(path)' is refused: \(reason)"
    case .notEmpty(let path):
      "'\(path)' is not empty; choose a new folder"
    case .notAStore(let path):
      "'\(path)' is not a Laconic store and is not empty; nothing in it was touched: choose a "
        + "new or empty folder with --store"
    case .newerStore(let path, let format):
      "'\(path)' says format \(format), which a later version of Laconic made; this one knows "
        + "format \(StoreMarker.format): use that version, or another store with --store"
    case .ofAnother(let path, let owner, let user):
      "'\(path)' belongs to \(Self.name(of: owner)) and you are \(Self.name(of: user)); nothing "
        + "in it was touched: work as \(Self.name(of: owner)), choose another store with --store, "
        + "or let a group share it (docs/store.md)"
    case .danglingLink(let path):
      "'\(path)' is a link to a folder that does not exist; is a disk not mounted?"
    case .noSuchFile(let path, let artifact):
      "the artifact \(artifact.prefix(12)) has no file '\(path)'"
    case .conflict(let path):
      "'\(path)' is both a file and a folder"
    }
  }
}
