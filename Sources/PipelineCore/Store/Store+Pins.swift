import Foundation

/// Pinned runs, which `gc` keeps: one file each under `pins/`, named after the run.
extension Store {
  /// Pins a run, so that `gc` keeps it. Pinning twice has no effect.
  /// - Throws: `RunLookupError`, `StoreError`.
  /// - Returns: the run's id.
  @discardableResult
  package func pin(_ name: String) throws -> String {
    try withSharedLock {
      let id = try run(name).id
      let place = path(.pins, id)
      guard files.status(place) == nil else { return id }
      try files.replace(place, Data(), through: try temporaryPath(), sync: true)
      try files.syncDirectory(path(.pins))
      return id
    }
  }

  /// Unpins a run.
  /// - Throws: `RunLookupError` if no pinned run has this name.
  /// - Returns: the run's id.
  @discardableResult
  package func unpin(_ name: String) throws -> String {
    // The run itself may have been removed, so the name is looked up among the pins.
    let pins = try pinnedRuns()
    let id: String
    if name == "latest" || name.hasPrefix(Self.tagPrefix) {
      id = try run(name).id
      guard pins.contains(id) else { throw RunLookupError.notPinned(id) }
    } else {
      guard !name.isEmpty else { throw RunLookupError.unnamed }
      let matches = pins.filter { $0.hasPrefix(name) }
      guard let first = matches.first else { throw RunLookupError.notPinned(name) }
      guard matches.count == 1 else { throw RunLookupError.several(name, matches) }
      id = first
    }
    try files.remove(path(.pins, id))
    try files.syncDirectory(path(.pins))
    return id
  }

  /// The ids of the pinned runs, oldest first.
  package func pinnedRuns() throws -> [String] {
    inOrder(try files.list(path(.pins)).filter(StoreName.isRun))
  }
}
