/// Limits for `gc`: the size of the store and the number of runs to keep.
package struct GarbageLimits: Sendable, Hashable {
  /// The most bytes the store may hold; nil for no limit.
  package var maxSize: Int?
  /// The number of newest runs that keep everything they use. Nil means all of them, or one if the
  /// size is limited.
  package var keptRuns: Int?

  package init(maxSize: Int? = nil, keptRuns: Int? = nil) {
    self.maxSize = maxSize
    self.keptRuns = keptRuns
  }
}

/// The decision which things to remove and which to keep, made without touching a file.
///
/// It keeps what a pinned run, a live run or one of the newest runs uses, and every key that has a
/// lease. It removes everything else, or, if the size is limited, the least recently used until the
/// store fits.
struct GarbagePlan {
  /// Time in nanoseconds during which two kinds of new things are kept: a blob that nothing names
  /// yet, because a writer may be about to reference it, and a state or segment used just now. A
  /// time further in the future than this is a mistake of a clock and is ignored.
  static let settlingTime: Int64 = 60_000_000_000

  private(set) var holdings: [Inventory.Holding] = []
  private(set) var runs: [Inventory.Run] = []
  /// Digests of the blobs to remove, sorted; `pipelines` are those of resolved pipelines.
  private(set) var blobs: [String] = []
  private(set) var pipelines: [String] = []
  /// The bytes of everything that is removed, and the bytes that remain.
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

    // Blobs that nothing names.
    for (digest, blob) in inventory.blobs
    where users[digest] == nil
      && abs(Double(now) - Double(blob.changed)) >= Double(Self.settlingTime)
    {
      gone.insert(digest)
      left -= blob.size
    }

    // Least recently used first; among equals the largest, so that fewer are removed; then by name.
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
