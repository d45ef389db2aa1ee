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
/// It is made as garbage collectors make it: mark what is in use, then sweep the rest. In use is
/// what a pinned run, a live run or one of the newest runs names, and every key that has a lease.
/// If the size is limited, the sweep takes the least recently used first and ends when the store
/// fits.
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
    left = inventory.size
    let marks = Marks(inventory, limits, now: now)
    sweepHoldings(inventory, limits, marks)
    sweepRuns(inventory, limits, marks)
    sweepPipelines(inventory)
    freed = inventory.size - left
    let results = { (holdings: [Inventory.Holding]) in holdings.count { $0.kind == .result } }
    keptResults = results(inventory.holdings) - results(holdings)
    keptRuns = inventory.runs.count - runs.count
  }

  // MARK: - Sweep

  /// Removes holdings without a mark, and the blobs that nothing names then.
  private mutating func sweepHoldings(
    _ inventory: Inventory, _ limits: GarbageLimits, _ marks: Marks
  ) {
    var users = BlobUsers(inventory)
    for holding in inventory.holdings where holding.isUseless && !marks.keep(holding) {
      holdings.append(holding)
      left -= holding.size
    }
    var unused = users.unnamed.filter { marks.isSettled($0) }
    left -= inventory.size(of: unused)
    for holding in Self.candidates(inventory, marks) {
      if let maxSize = limits.maxSize, left <= maxSize { break }
      holdings.append(holding)
      let released = users.release(holding)
      left -= holding.size + inventory.size(of: released)
      unused += released
    }
    blobs = unused.filter { inventory.blobs[$0] != nil }.sorted()
  }

  /// Usable holdings without a mark, in the order of their removal: the least recently used first;
  /// among equals the largest, so that fewer are removed; then by name.
  private static func candidates(_ inventory: Inventory, _ marks: Marks) -> [Inventory.Holding] {
    inventory.holdings.filter { !$0.isUseless && !marks.keep($0) }
      .map { ($0, $0.size + inventory.size(of: $0.blobs)) }
      .sorted { ($0.0.lastUse, -$0.1, $0.0.name) < ($1.0.lastUse, -$1.1, $1.0.name) }
      .map(\.0)
  }

  /// Removes runs without a mark; under a limit of the size only those that lost a result.
  private mutating func sweepRuns(
    _ inventory: Inventory, _ limits: GarbageLimits, _ marks: Marks
  ) {
    let lost = Set(
      holdings.filter { !$0.isUseless && ($0.kind == .result || $0.kind == .partial) }
        .flatMap(\.names))
    runs = inventory.runs.filter { run in
      !marks.runs.contains(run.id)
        && (limits.maxSize == nil || !run.names.isDisjoint(with: lost))
    }
    left -= runs.reduce(0) { $0 + $1.size }
  }

  /// Removes the resolved pipelines that no remaining run needs.
  private mutating func sweepPipelines(_ inventory: Inventory) {
    let removed = Set(runs.map(\.id))
    let needed = Set(
      inventory.runs.filter { !removed.contains($0.id) }.compactMap(\.pipeline))
    pipelines = inventory.pipelines.keys.filter { !needed.contains($0) }.sorted()
    left -= pipelines.reduce(0) { $0 + (inventory.pipelines[$1] ?? 0) }
  }
}

/// The parts of a store that a collection must keep, because something uses them.
private struct Marks {
  /// The pinned, live and newest runs.
  let runs: Set<String>
  /// The keys and artifacts that these runs name.
  private let names: Set<String>
  private let inventory: Inventory
  private let now: Int64

  init(_ inventory: Inventory, _ limits: GarbageLimits, now: Int64) {
    let count = limits.keptRuns ?? (limits.maxSize == nil ? inventory.runs.count : 1)
    let newest = Set(inventory.runs.suffix(max(0, count)).map(\.id))
    let kept = inventory.runs.filter { $0.isLive || $0.isPinned || newest.contains($0.id) }
    runs = Set(kept.map(\.id))
    names = kept.reduce(into: Set<String>()) { $0.formUnion($1.names) }
    self.inventory = inventory
    self.now = now
  }

  func keep(_ holding: Inventory.Holding) -> Bool {
    if holding.kind == .state || holding.kind == .cells, isRecent(holding.lastUse * 1e9) {
      return true
    }
    return inventory.atWork.contains(holding.name)
      || (!holding.isUseless && holding.names.contains(where: names.contains))
  }

  /// True if no writer is about to reference the blob.
  func isSettled(_ blob: String) -> Bool {
    inventory.blobs[blob].map { !isRecent(Double($0.changed)) } ?? false
  }

  /// - Parameter time: nanoseconds since 1970.
  private func isRecent(_ time: Double) -> Bool {
    abs(Double(now) - time) < Double(GarbagePlan.settlingTime)
  }
}

/// Counts the usable holdings that name each blob.
private struct BlobUsers {
  /// The blobs in the store that no usable holding names.
  let unnamed: [String]
  private var counts: [String: Int] = [:]

  init(_ inventory: Inventory) {
    var counts: [String: Int] = [:]
    for holding in inventory.holdings where !holding.isUseless {
      for blob in holding.blobs { counts[blob, default: 0] += 1 }
    }
    unnamed = inventory.blobs.keys.filter { counts[$0] == nil }
    self.counts = counts
  }

  /// Takes a usable holding out of the counts, and returns the blobs that nothing names then.
  mutating func release(_ holding: Inventory.Holding) -> [String] {
    holding.blobs.filter { blob in
      counts[blob, default: 0] -= 1
      return counts[blob] == 0
    }
  }
}

extension Inventory {
  /// The bytes of these blobs in the store; a blob that is missing has none.
  fileprivate func size(of digests: some Sequence<String>) -> Int {
    digests.reduce(0) { $0 + (blobs[$1]?.storedSize ?? 0) }
  }
}
