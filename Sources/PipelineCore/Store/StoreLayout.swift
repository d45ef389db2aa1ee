/// The paths within a store that Laconic makes.
///
/// Two decisions depend on it. An old store without a marker is known by holding nothing else, and
/// nothing else is opened to a group. A new kind of file in the store needs its line here.
enum StoreLayout {
  /// The folder of what people read.
  static let reports = "reports"
  /// The file of `Store.knownServer`.
  static let servers = "servers.txt"

  /// True if Laconic makes a file, or a folder, of this name in a folder that is Laconic's.
  /// - Parameter path: the names from the store's folder down.
  static func makes(_ path: [String], isFolder: Bool) -> Bool {
    guard let first = path.first, let name = path.last else { return isFolder }
    if first == reports { return makesReport(depth: path.count, name, isFolder: isFolder) }
    guard let folder = Store.Folder(rawValue: first) else {
      return !isFolder && path.count == 1
        && [StoreMarker.name, "lock", Store.saltName].contains(name)
    }
    return switch (folder, path.count) {
    case (_, 1): isFolder
    case (.objects, 2): isFolder ? StoreName.isShelf(name) : ["memo.txt", servers].contains(name)
    case (.outside, 2): isFolder && StoreName.isShelf(name)
    case (.objects, 3), (.outside, 3): !isFolder && ContentDigest.isWellFormed(path[1] + name)
    case (.records, 2): isFolder && StoreName.isShelf(name)
    case (.records, 3):
      !isFolder
        && [".json", ".log"].contains { StoreName.stem(of: name, $0)?.hasPrefix(path[1]) == true }
    case (.checkpoints, 2), (.states, 2), (.cells, 2):
      isFolder && ContentDigest.isWellFormed(name)
    case (.checkpoints, 3): isFolder ? Store.step(named: name) != nil : name == Store.logName
    // A stage names the files of its state.
    case (.checkpoints, 4...): Store.step(named: path[2]) != nil && !StoreName.isNothing(name)
    case (.states, 3): !isFolder && stem(name, ".json").flatMap(Store.step) != nil
    case (.cells, 3): !isFolder && stem(name, ".json").flatMap(Store.segmentNumber) != nil
    case (.leases, 2): !isFolder && StoreName.stem(of: name, ".lock") != nil
    case (.runs, 2):
      isFolder
        ? name == "resolved"
        : [".jsonl", ".progress.json", Store.labelsEnding].contains {
          stem(name, $0).map(StoreName.isRun) == true
        }
    case (.runs, 3): !isFolder && StoreName.stem(of: name, ".json") != nil
    case (.pins, 2): !isFolder && StoreName.isRun(name)
    // Below it everything belongs to the process; none of it tells that a folder is a store.
    case (.tmp, 2): isFolder && StoreName.isSession(name)
    default: false
    }
  }

  /// True if a path leads to the folder under `tmp/` that one process works in.
  static func isProcessFolder(_ path: [String]) -> Bool {
    path.count == 2 && path.first == Store.Folder.tmp.rawValue
  }

  /// `reports/PIPELINE/table.md`, `reports/PIPELINE/RUN/report.html`.
  private static func makesReport(depth: Int, _ name: String, isFolder: Bool) -> Bool {
    switch depth {
    case 1: isFolder
    case 2: isFolder && !name.hasPrefix(".")
    case 3 where isFolder: StoreName.isRun(name)
    case 3, 4:
      !isFolder && !name.hasPrefix(".")
        && ["html", "md", "csv", "json", "tex", "svg"].contains { name.hasSuffix("." + $0) }
    default: false
    }
  }

  private static func stem(_ name: String, _ ending: String) -> String? {
    name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil
  }
}
