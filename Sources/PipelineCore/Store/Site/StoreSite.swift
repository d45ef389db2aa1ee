import Foundation

/// The kind of place at a store's path, found without changing anything.
///
/// A user may name any folder, by mistake even their home or a project full of checkpoints. So
/// nothing is written, restricted or removed in a folder before it is known to be a store or to be
/// empty.
enum StoreSite {
  case nothing
  /// A folder that counts as empty.
  case empty(owner: uid_t)
  case store(StoreMarker, owner: uid_t)
  /// A store of an early version, which wrote no marker.
  case unmarked(owner: uid_t)

  /// - Throws: `StoreError` if the place is something else, or a store that cannot be read.
  static func look(at root: String, _ files: FileSystem) throws -> StoreSite {
    guard let folder = try files.followed(root) else { return .nothing }
    guard folder.isDirectory else {
      throw StoreError.failed(doing: "open the store", path: root, reason: "it is not a folder")
    }
    do {
      if let site = try marked(root, files) { return site }
      let names = try files.list(root)
      // A person may have written the salt before the first run.
      if names.allSatisfy({ StoreName.isNothing($0) || isSalt(root, $0, files) }) {
        return .empty(owner: folder.owner)
      }
      if isUnmarkedStore(root, names, files) { return .unmarked(owner: folder.owner) }
      // Another run may have made it a store since we looked for the marker.
      if let site = try marked(root, files) { return site }
    } catch StoreError.permission where folder.owner != geteuid() {
      throw StoreError.ofAnother(path: root, owner: folder.owner, user: geteuid())
    }
    throw StoreError.notAStore(path: root)
  }

  private static func marked(_ root: String, _ files: FileSystem) throws -> StoreSite? {
    let place = StoreMarker.path(in: root)
    // A folder of this name belongs to the user.
    if files.status(place)?.isDirectory == true { return nil }
    do {
      let (bytes, status) = try files.read(place)
      return .store(try StoreMarker(decoding: bytes, from: place), owner: status.owner)
    } catch StoreError.missing {
      return nil
    }
  }

  private static func isSalt(_ root: String, _ name: String, _ files: FileSystem) -> Bool {
    guard name == Store.saltName, let status = files.status(root + "/" + name) else { return false }
    return status.isRegular && status.size <= Store.mostSaltBytes
  }

  /// Why a user may not write here; nil when they may. What root could write in a folder of
  /// somebody else's would be in that person's way ever after.
  func refusal(to user: uid_t, at root: String) -> StoreError? {
    switch self {
    case .nothing: nil
    case .store(let marker, _) where marker.isShared: nil
    // A user other than root may write here only if the folder's owner allowed it.
    case .empty(let owner) where user != 0 || owner == user: nil
    case .empty(let owner), .store(_, let owner), .unmarked(let owner):
      owner == user ? nil : .ofAnother(path: root, owner: owner, user: user)
    }
  }

  /// Makes the place a store, if that is allowed, and returns its marker.
  static func open(_ root: String, _ files: FileSystem, user: uid_t) throws -> StoreMarker {
    // Other processes may be making the same store; each round sees what they have done.
    for _ in 0..<8 {
      let site = try look(at: root, files)
      if let refusal = site.refusal(to: user, at: root) { throw refusal }
      switch site {
      case .store(let marker, _): return marker
      case .nothing: try files.makeDirectories(root)
      case .empty, .unmarked: try mark(root, files)
      }
    }
    throw StoreError.missing(path: StoreMarker.path(in: root))
  }

  /// Writes the marker into a folder, as a whole or not at all. It is fine if another process has
  /// done so.
  private static func mark(_ root: String, _ files: FileSystem) throws {
    let draft = root + "/" + StoreName.newDraft()
    try files.create(draft, StoreMarker().bytes, mode: 0o644, sync: true)
    do {
      _ = try files.claim(StoreMarker.path(in: root), with: draft)
    } catch StoreError.missing {
      // Another process made the store and its `gc` removed the draft.
    }
    try files.remove(draft)
    try files.syncDirectory(root)
  }

  // MARK: - Stores of versions that wrote no marker

  /// True if the folder holds what only Laconic makes. Names are not enough: a project may well
  /// have `runs`, `checkpoints` and `objects`. So it takes a record that matches its key, a run's
  /// header, or nothing that `StoreLayout` does not know.
  private static func isUnmarkedStore(
    _ root: String, _ names: [String], _ files: FileSystem
  ) -> Bool {
    let store = Store(readOnly: URL(fileURLWithPath: root), files: files)
    func isFolder(_ folder: Store.Folder) -> Bool {
      files.status(store.path(folder))?.isDirectory == true
    }
    let first: [Store.Folder] = [.objects, .records, .checkpoints, .leases, .runs, .tmp]
    guard first.allSatisfy(isFolder) else { return false }
    if ((try? store.recordedKeys()) ?? []).contains(where: { (try? store.record($0)) ?? nil != nil }
    )
      || ((try? store.runIDs()) ?? []).contains(where: { (try? store.readRun($0)) != nil })
    {
      return true
    }
    return names.allSatisfy { isOurs([$0], in: root, files) }
  }

  /// True if Laconic gives this name to such a file, here and in everything below.
  private static func isOurs(_ path: [String], in root: String, _ files: FileSystem) -> Bool {
    if let name = path.last, StoreName.isNothing(name) { return true }
    let place = ([root] + path).joined(separator: "/")
    guard let status = files.status(place), status.isDirectory || status.isRegular,
      StoreLayout.makes(path, isFolder: status.isDirectory)
    else { return false }
    guard status.isDirectory else { return true }
    guard let names = try? files.list(place) else { return false }
    return names.allSatisfy { isOurs(path + [$0], in: root, files) }
  }
}
