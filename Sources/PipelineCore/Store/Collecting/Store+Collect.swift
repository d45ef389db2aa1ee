import Foundation

/// Summary of what `gc` removed and kept, or would remove and keep.
package struct GarbageReport: Sendable, Hashable {
  package var results = 0
  package var checkpoints = 0
  package var states = 0
  /// Segments of cells.
  package var segments = 0
  package var runs = 0
  /// Blobs, and unfinished files of runs that died.
  package var files = 0
  /// The bytes that were freed.
  package var freed = 0
  package var left = 0
  package var keptResults = 0
  package var keptRuns = 0
}

extension Store {
  /// Returns what `collect` would do, without changing anything.
  package func garbage(_ limits: GarbageLimits) throws -> GarbageReport {
    var report = GarbageReport(
      GarbagePlan(try inventory(), limits, now: now()))
    report.add(try abandoned())
    return report
  }

  /// Removes what is not needed. Other processes may work in the store meanwhile; what they use is
  /// kept.
  ///
  /// If the collector is killed at any moment, no record refers to a missing blob: the removal of
  /// records reaches the disk before the first blob is moved aside.
  package func collect(_ limits: GarbageLimits) throws -> GarbageReport {
    let trash = try temporaryPath()
    try files.makeDirectory(trash)
    var report = try withExclusiveLock {
      let plan = GarbagePlan(try inventory(), limits, now: now())
      var report = GarbageReport(plan)
      try removeNames(plan)
      for holding in plan.holdings where holding.kind == .checkpoint {
        if try !setAside(holding, in: trash) {
          report.checkpoints -= 1
          report.freed -= holding.size
          report.left += holding.size
        }
      }
      for digest in plan.blobs {
        // Both may be there: a file outside the store whose bytes came into it later.
        let isNoted = files.status(outsidePath(digest)) != nil
        if isNoted { try files.rename(outsidePath(digest), to: trash + "/outside-" + digest) }
        if !isNoted || files.status(blobPath(digest)) != nil {
          try files.rename(blobPath(digest), to: trash + "/" + digest)
        }
      }
      return report
    }
    // This is slow and needs no lock.
    try files.removeTree(trash)
    report.add(try abandoned())
    try sweepTemporary()
    try sweepLeases()
    for name in try files.list(root) where StoreName.isDraft(name) {
      try files.remove(root + "/" + name)
    }
    return report
  }

  /// Removes runs and records, and waits until their removal has reached the disk.
  private func removeNames(_ plan: GarbagePlan) throws {
    for run in plan.runs {
      try files.remove(progressPath(run.id, self))
      try files.remove(labelsPath(run.id))
      try files.remove(path(.runs, run.id + ".jsonl"))
    }
    if !plan.runs.isEmpty { try files.syncDirectory(path(.runs)) }
    for digest in plan.pipelines { try files.remove(resolvedPath(digest)) }
    let holdings = plan.holdings.filter { $0.kind != .checkpoint }
    for holding in holdings where holding.kind == .result {
      try files.remove(keptLogPath(holding.name))
    }
    try remove(holdings.compactMap(\.place))
  }

  /// Removes files and folders, and waits until their removal has reached the disk. There may be a
  /// folder where a record should be.
  func remove(_ places: [String]) throws {
    for place in places { try files.removeTree(place) }
    for folder in Set(places.map { ($0 as NSString).deletingLastPathComponent }).sorted() {
      try files.syncDirectory(folder)
    }
  }

  /// Moves a checkpoint aside unless another process holds the lease of its key.
  private func setAside(_ holding: Inventory.Holding, in trash: String) throws -> Bool {
    switch try takeLease(holding.name, holder: LeaseHolder(address: "gc")) {
    case .held: return false
    case .granted(let lease):
      try setAsideCheckpoints(holding.name, in: trash)
      lease.release()
      return true
    }
  }

  /// Moves the checkpoints of a key aside. The caller holds its lease.
  func setAsideCheckpoints(_ key: String, in trash: String) throws {
    for part in try checkpointParts(key) {
      let name = "checkpoint-\(key)-\((part as NSString).lastPathComponent)"
      try files.rename(part, to: trash + "/" + name)
    }
    try files.removeIfEmpty(path(.checkpoints, key))
  }

  /// Removes the lock files of processes that died. The next holder of the key would remove them
  /// too.
  private func sweepLeases() throws {
    for name in try files.list(path(.leases)) {
      guard let key = StoreName.stem(of: name, ".lock") else { continue }
      if case .granted(let lease) = try takeLease(key, holder: LeaseHolder(address: "gc")) {
        lease.release()
      }
    }
  }

  /// The number and size of the folders that dead processes left under `tmp/`.
  private func abandoned() throws -> (count: Int, size: Int) {
    var (count, size) = (0, 0)
    for folder in try abandonedTemporaries() {
      count += 1
      size += try files.size(folder)
    }
    return (count, size)
  }
}

extension GarbageReport {
  init(_ plan: GarbagePlan) {
    results = plan.holdings.count { $0.kind == .result || $0.kind == .partial }
    states = plan.holdings.count { $0.kind == .state }
    segments = plan.holdings.count { $0.kind == .cells }
    checkpoints = plan.holdings.count { $0.kind == .checkpoint }
    runs = plan.runs.count
    files = plan.blobs.count
    (freed, left) = (plan.freed, plan.left)
    (keptResults, keptRuns) = (plan.keptResults, plan.keptRuns)
  }

  mutating func add(_ abandoned: (count: Int, size: Int)) {
    files += abandoned.count
    freed += abandoned.size
  }
}

extension FileSystem {
  /// The bytes of a file, or of all regular files in a folder and below.
  func size(_ path: String) throws -> Int {
    guard let status = status(path) else { return 0 }
    guard status.isDirectory else { return status.size }
    return try list(path).reduce(0) { try $0 + size(path + "/" + $1) }
  }
}
