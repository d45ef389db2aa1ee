package import Foundation

/// A store that a group shares: its marker says `shared: group`. What is in it then belongs to the
/// group of the store's folder, which may read and write it: folders have mode 2770, files 0660 or,
/// if they never change, 0440.
extension Store {
  /// Makes the store's folders, and gives them the modes they should have.
  func makeFolders(user: uid_t) throws {
    guard files.isShared else {
      for folder in Folder.allCases { try files.makePrivateDirectory(path(folder)) }
      return
    }
    let group = try files.followed(root)?.group
    // The folder itself is not ours when a group's administrator made it.
    if let status = try files.followed(root), status.owner == user, !status.isOpenToGroup {
      try files.openToGroup(root, status, group: status.group)
    }
    for folder in Folder.allCases {
      try files.makeDirectory(path(folder))
      try openToGroup(path(folder), group: group, user: user)
    }
    for name in [StoreMarker.name, "lock", "reports"] {
      try openToGroup(root + "/" + name, group: group, user: user)
    }
  }

  /// What the owner made before the store was shared becomes the group's. A folder comes after what
  /// is in it, so that who is killed meanwhile begins again.
  private func openToGroup(_ path: String, group: gid_t?, user: uid_t) throws {
    guard let status = files.status(path), status.owner == user, !status.isLink,
      !(status.isDirectory && status.isOpenToGroup && status.group == group)
    else { return }
    if status.isDirectory {
      for name in try files.list(path) where !name.hasPrefix(".") {
        try openToGroup(path + "/" + name, group: group, user: user)
      }
    }
    try files.openToGroup(path, status, group: group ?? status.group)
  }

  /// Makes a folder for people under `reports/`.
  package func reportFolder(_ names: String...) throws -> URL {
    var folder = root
    for name in ["reports"] + names {
      folder += "/" + name
      try files.makeDirectory(folder, mode: files.isShared ? 0o700 : 0o777)
    }
    return URL(fileURLWithPath: folder)
  }
}

extension FileStatus {
  /// Whether a folder is its group's as much as its owner's, and gives the group to what is made in
  /// it.
  fileprivate var isOpenToGroup: Bool { permissions & 0o070 == 0o070 && passesGroup }
}

extension FileSystem {
  /// Gives a group the rights that the owner has.
  fileprivate func openToGroup(_ path: String, _ status: FileStatus, group: gid_t) throws {
    if status.group != group, chown(path, uid_t.max, group) != 0 {
      throw StoreError.system("give to the store's group", path, errno)
    }
    let mode = Self.shared(status.permissions) | (status.isDirectory ? mode_t(S_ISGID) : 0)
    if chmod(path, mode) != 0 { throw StoreError.system("open to the store's group", path, errno) }
  }
}
