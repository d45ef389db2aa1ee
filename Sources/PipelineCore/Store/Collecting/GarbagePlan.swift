/// What `gc` is to keep.
package struct GarbageLimits: Sendable, Hashable {
  /// Bytes the store may hold; nil for no limit.
  package var maxSize: Int?
  /// How many of the newest runs keep everything they use; nil for all of them, or for one when
  /// there is a limit to the size.
  package var keptRuns: Int?

  package init(maxSize: Int? = nil, keptRuns: Int? = nil) {
    self.maxSize = maxSize
    self.keptRuns = keptRuns
  }
}

/// What goes and what stays: decided without touching a file.
///
/// Kept is what a pinned run, a living run or one of the newest runs uses, and every key at work. Of
/// the rest everything goes, or, under a limit to the size, what was used longest ago, until the
/// store fits.
struct GarbagePlan {
  /// How long a blob that nothing names yet is left alone, since somebody may be about to name it,
  /// and a state that work has just begun from. A time that lies further ahead is a clock's mistake.
  static let settlingTime: Int64 = 60_000_000_000

  private(set) var holdings: [Inventory.Holding] = []
  private(set) var runs: [Inventory.Run] = []
  /// Digests, sorted; as are those of resolved pipelines.
  private(set) var blobs: [String] = []
  private(set) var pipelines: [String] = []
  /// The bytes of all the above, and what is left.
  private(set) var freed = 0
  private(set) var left = 0
  private(set) var keptResults = 0
  private(set) var keptRuns = 0

  /// - Parameter now: nanoseconds since 1970.
  init(_ inventory: Inventory, _ limits: GarbageLimits, now: Int64) {
    let newest = limits.keptRuns ?? (limits.maxSize == nil ? inventory.runs.count : 1)
    let newestIDs = Set(inventory.runs.suffix(max(0, newest)).map(\.id))
    let kept = inventory.runs.filter { $0.isLive || $0.isPinned || newestIDs.contains($0.id) }
    let used = kept.reduce(into: Set<String>()) { $0.formUnion($1.names) }
    func isKept(_ holding: Inventory.Holding) -> Bool {
      if holding.kind == .state || holding.kind == .cells,
        abs(Double(now) - holding.lastUse * 1e9) < Double(Self.settlingTime)
      {
        return true
      }
      return inventory.atWork.contains(holding.name)
        || (!holding.isUseless && holding.names.contains(where: used.contains))
    }

    var users: [String: Int] = [:]
    for holding in inventory.holdings where !holding.isUseless {
      for blob in holding.blobs { users[blob, default: 0] += 1 }
    }
    left = inventory.size
    var gone: Set<String> = []
    func drop(_ holding: Inventory.Holding) {
      holdings.append(holding)
      left -= holding.size
      guard !holding.isUseless else { return }
      for blob in holding.blobs {
        users[blob, default: 0] -= 1
        guard users[blob] == 0 else { continue }
        gone.insert(blob)
        left -= inventory.blobs[blob]?.size ?? 0
      }
    }
    for holding in inventory.holdings where holding.isUseless && !isKept(holding) { drop(holding) }

    // What nothing names.
    for (digest, blob) in inventory.blobs
    where users[digest] == nil
      && abs(Double(now) - Double(blob.changed)) >= Double(Self.settlingTime)
    {
      gone.insert(digest)
      left -= blob.size
    }

    // Oldest use first; of equals the largest, so that few are lost; the name settles the rest.
    let candidates = inventory.holdings.filter { !$0.isUseless && !isKept($0) }
      .map { ($0, $0.size + $0.blobs.reduce(0) { $0 + (inventory.blobs[$1]?.size ?? 0) }) }
      .sorted { ($0.0.lastUse, -$0.1, $0.0.name) < ($1.0.lastUse, -$1.1, $1.0.name) }
      .map(\.0)
    for holding in candidates {
      if let maxSize = limits.maxSize, left <= maxSize { break }
      drop(holding)
    }

    let dropped = Set(
      holdings.filter { !$0.isUseless && ($0.kind == .result || $0.kind == .partial) }
        .flatMap(\.names))
    let keptIDs = Set(kept.map(\.id))
    runs = inventory.runs.filter { run in
      !keptIDs.contains(run.id)
        && (limits.maxSize == nil || !run.names.isDisjoint(with: dropped))
    }
    let removed = Set(runs.map(\.id))
    left -= runs.reduce(0) { $0 + $1.size }
    let needed = Set(
      inventory.runs.filter { !removed.contains($0.id) }.compactMap(\.pipeline))
    pipelines = inventory.pipelines.keys.filter { !needed.contains($0) }.sorted()
    left -= pipelines.reduce(0) { $0 + (inventory.pipelines[$1] ?? 0) }
    blobs = gone.filter { inventory.blobs[$0] != nil }.sorted()
    freed = inventory.size - left
    keptResults =
      inventory.holdings.count { $0.kind == .result }
      - holdings.count {
        $0.kind == .result
      }
    keptRuns = inventory.runs.count - runs.count
  }
}
