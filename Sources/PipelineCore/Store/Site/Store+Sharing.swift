import Foundation

/// Support for a store that a group shares: its marker says `shared: group`. Its content belongs to
/// the group of the store's folder, which may read and write it: folders have mode 2770, files
/// 0660, or 0440 if they never change.
extension Store {
  /// Makes the store's folders and sets their modes.
  func makeFolders(user: uid_t) throws {
    guard files.isShared else {
      for folder in Folder.allCases { try files.makePrivateDirectory(path(folder), user: user) }
      return
    }
    let group = try files.followed(root)?.group
    // The root folder belongs to another user if an administrator of the group made it.
    if let status = try files.followed(root), status.owner == user, !status.isOpenToGroup {
      try files.openToGroup(root, status, group: status.group)
    }
    for folder in Folder.allCases {
      try files.makeDirectory(path(folder))
      try openToGroup([folder.rawValue], group: group, user: user)
    }
    for name in [StoreMarker.name, "lock", StoreLayout.reports] {
      try openToGroup([name], group: group, user: user)
    }
  }

  /// Gives the group what the owner made before the store was shared. A folder comes after its
  /// contents, so that a process that was killed meanwhile begins again. Files that Laconic did not
  /// make keep their modes, and so do those in a process's folder under `tmp/`, which may be at
  /// work.
  /// - Parameter names: the path from the store's folder down.
  private func openToGroup(_ names: [String], group: gid_t?, user: uid_t) throws {
    let path = ([root] + names).joined(separator: "/")
    guard let status = files.status(path), status.owner == user,
      status.isDirectory || status.isRegular,
      StoreLayout.makes(names, isFolder: status.isDirectory),
      !(status.isDirectory && status.isOpenToGroup && status.group == group)
    else { return }
    if status.isDirectory, !StoreLayout.isProcessFolder(names) {
      for name in try files.list(path) {
        try openToGroup(names + [name], group: group, user: user)
      }
    }
    try files.openToGroup(path, status, group: group ?? status.group)
  }
}

extension FileStatus {
  /// True if the group has the owner's permissions in a folder, and new files in it get the group.
  fileprivate var isOpenToGroup: Bool { permissions & 0o070 == 0o070 && passesGroup }
}

extension FileSystem {
  /// Gives a group the same permissions as the owner.
  fileprivate func openToGroup(_ path: String, _ status: FileStatus, group: gid_t) throws {
    if status.group != group, chown(path, uid_t.max, group) != 0 {
      if errno == ENOENT { return }
      throw StoreError.system("give to the store's group", path, errno)
    }
    let mode = Self.shared(status.permissions) | (status.isDirectory ? mode_t(S_ISGID) : 0)
    if chmod(path, mode) != 0, errno != ENOENT {
      throw StoreError.system("open to the store's group", path, errno)
    }
  }
}
