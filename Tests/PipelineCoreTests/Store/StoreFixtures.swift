import Fields
import Foundation
import PipelineCore
import Synchronization

/// A fresh folder, removed when the test program ends. It is in memory if the machine allows that,
/// because the tests are about order and names, not about the speed of a disk.
struct TemporaryFolder {
  let url: URL

  init() throws {
    url = Self.root.appending(path: UUID().uuidString, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// One folder for each process, so that the folder of a killed process can be recognized and
  /// removed.
  private static let root: URL = {
    let files = FileManager.default
    let shared = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
    let base = files.isWritableFile(atPath: shared.path) ? shared : files.temporaryDirectory
    for name in (try? files.contentsOfDirectory(atPath: base.path)) ?? [] {
      guard name.hasPrefix(prefix), let process = Int32(name.dropFirst(prefix.count)),
        kill(process, 0) != 0
      else { continue }
      try? files.removeItem(at: base.appending(path: name))
    }
    atexit { try? FileManager.default.removeItem(at: TemporaryFolder.root) }
    return base.appending(path: "\(prefix)\(getpid())", directoryHint: .isDirectory)
  }()
  private static let prefix = "laconic-tests-"

  var path: String { url.path(percentEncoded: false) }

  /// A store below this folder; each call makes another value, as another process would.
  func store(
    files: FileSystem = FileSystem(),
    now: @escaping @Sendable () -> Int64 = Store.wallClock
  ) throws -> Store {
    try Store(root: url.appending(path: "store"), files: files, now: now)
  }

  /// All regular files below a folder, by their paths relative to it, sorted.
  func listing(_ folder: String = "store") -> [String] {
    let root = url.appending(path: folder)
    let enumerator = FileManager.default.enumerator(atPath: root.path(percentEncoded: false))
    return (enumerator?.compactMap { $0 as? String } ?? []).filter {
      var isDirectory: ObjCBool = false
      let path = root.appending(path: $0).path(percentEncoded: false)
      return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }.sorted()
  }

  func write(_ text: String, to path: String) throws {
    let place = url.appending(path: path)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }
}

/// Makes the disk fail at the n-th change.
final class Faults: Sendable {
  enum Mode: Sendable, CaseIterable {
    /// That change and every later one fails, as if the process were gone.
    case crash
    /// Only that change fails for lack of space.
    case diskFull
  }

  struct Crash: Error {}

  private let count = Atomic<Int>(0)
  private let armed = Atomic<Bool>(false)
  private let mode: Mode
  private let position: Int

  init(_ mode: Mode, at position: Int) {
    self.mode = mode
    self.position = position
  }

  /// Counts changes from now on.
  func arm() { armed.store(true, ordering: .relaxed) }

  /// True if the n-th change came.
  var hasStruck: Bool { count.load(ordering: .relaxed) > position }

  var files: FileSystem {
    FileSystem { [self] operation in
      guard armed.load(ordering: .relaxed) else { return }
      let number = count.add(1, ordering: .relaxed).oldValue
      switch mode {
      case .crash: if number >= position { throw Crash() }
      case .diskFull: if number == position { throw StoreError.diskFull(path: operation.path) }
      }
    }
  }
}

extension Store {
  /// Commits files as an artifact.
  func commit(_ contents: [String: String], type: String = "text") throws -> StoredArtifact {
    let folder = try makeScratch()
    for (path, text) in contents.sorted(by: { $0.key < $1.key }) {
      try folder.write(Data(text.utf8), to: path)
    }
    return try commit(folder, type: ArtifactType(type))
  }

  /// Commits files and publishes them under a key.
  @discardableResult
  func put(_ contents: [String: String], under key: StageKey) throws -> StoredArtifact {
    let artifact = try commit(contents)
    _ = try publish(
      StoreRecord(key: key, kind: "counting", kindVersion: 1, artifact: artifact.digest))
    return artifact
  }

  /// The path of the blob that holds `text`.
  func blob(_ text: String) -> URL {
    let digest = ContentDigest.hex(of: Data(text.utf8))
    return URL(filePath: root)
      .appending(path: "objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
  }
}

extension StoredArtifact {
  func text(_ path: String) throws -> String {
    String(decoding: try read(path), as: UTF8.self)
  }
}

/// Overwrites a blob in place, as a bad disk or a careless user would.
func overwrite(_ file: URL, with text: String) throws {
  let path = file.path(percentEncoded: false)
  try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  let handle = try FileHandle(forWritingTo: file)
  try handle.truncate(atOffset: 0)
  try handle.write(contentsOf: Data(text.utf8))
  try handle.close()
}

/// Sets a file's modification time, as programs that restore backups do.
func setModified(_ file: URL, _ date: Date) throws {
  try FileManager.default.setAttributes(
    [.modificationDate: date], ofItemAtPath: file.path(percentEncoded: false))
}
