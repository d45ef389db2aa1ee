import Fields
import Foundation

/// The results of some points of a run that `rm` removes, or would remove.
package struct Removal: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    package let address: String
    package let key: String
    /// True if the store has a result under the key.
    package var hasResult = false
    /// The number of training states that the work ended in.
    package var states = 0
    /// True if there are checkpoints of unfinished work.
    package var hasCheckpoints = false

    package var isEmpty: Bool { !hasResult && states == 0 && !hasCheckpoints }
  }

  /// The points in the order of the run, one for each key.
  package var points: [Point] = []
  /// The points of the same run that have results made from these, directly or through others.
  package var dependents: [String] = []
  /// The number of such results that this run does not have.
  package var otherDependents = 0
  /// The number of segments of cells that were made from the inputs of these results.
  package var segments = 0
}

/// The reason why results are not removed.
package enum RemovalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  case atWork(address: String, holder: LeaseHolder?)
  case pinned(address: String, run: String)
  case inUse(address: String, run: String)

  package var description: String {
    switch self {
    case .atWork(let address, let holder):
      "\(holder?.label ?? "another process") is at work on \(address.quoted): stop it first"
    case .pinned(let address, let run):
      "the pinned run \(run) uses \(address.quoted): unpin it, or add --force"
    case .inUse(let address, let run):
      "run \(run), which is running, uses \(address.quoted): wait for it, or add --force"
    }
  }
}

extension Store {
  /// Returns what `remove` would remove, without changing anything.
  /// - Throws: `RemovalRefusal`, `StoreError`.
  package func removal(
    of points: [RunRecord.Point], in run: RunRecord, isForced: Bool = false
  ) throws -> Removal {
    try removalPlan(of: points, in: run, isForced: isForced).removal
  }

  /// Removes the results of points of a run, their training states and the checkpoints of
  /// unfinished work, so that a run computes them anew. Blobs stay until `collect` finds that
  /// nothing uses them.
  ///
  /// A key loses its record last and at once. If the process is killed before, the result is still
  /// there, and the same call removes it.
  /// - Parameters:
  ///   - withCells: true to remove also the cells that were made from the inputs of these results.
  ///   - isForced: true to remove what pinned or live runs use. What a process is at work on is
  ///     never removed.
  /// - Throws: `RemovalRefusal` before anything is removed; `StoreError`.
  package func remove(
    _ points: [RunRecord.Point], of run: RunRecord, withCells: Bool = false, isForced: Bool = false
  ) throws -> Removal {
    let trash = try temporaryPath()
    try files.makeDirectory(trash)
    let removal = try withExclusiveLock {
      let plan = try removalPlan(of: points, in: run, isForced: isForced)
      for point in plan.removal.points where !point.isEmpty {
        switch try takeLease(point.key, holder: LeaseHolder(address: "rm")) {
        case .held(let holder):
          throw RemovalRefusal.atWork(address: point.address, holder: holder)
        case .granted(let lease):
          try remove(point, plan.states[point.key] ?? [], to: trash)
          lease.release()
        }
      }
      if withCells { try remove(plan.segments) }
      return plan.removal
    }
    // This is slow and needs no lock.
    try files.removeTree(trash)
    return removal
  }

  /// A removal with the places of the files.
  private struct RemovalPlan {
    var removal = Removal()
    /// The paths of training states, by key.
    var states: [String: [String]] = [:]
    var segments: [String] = []
  }

  private func removalPlan(
    of points: [RunRecord.Point], in run: RunRecord, isForced: Bool
  ) throws -> RemovalPlan {
    var plan = RemovalPlan()
    for state in try keptStates() {
      if let key = state.key { plan.states[key, default: []].append(state.path) }
    }
    var known: Set<String> = []
    for point in points {
      // A partial result has a key of its own only once it is whole.
      guard let key = point.key, ContentDigest.isWellFormed(key), known.insert(key).inserted else {
        continue
      }
      plan.removal.points.append(
        Removal.Point(
          address: point.address, key: key, hasResult: files.status(recordPath(key)) != nil,
          states: plan.states[key]?.count ?? 0, hasCheckpoints: try !checkpointParts(key).isEmpty))
    }
    try check(plan.removal.points, isForced: isForced)
    try note(plan.removal.points, of: run, in: &plan)
    return plan
  }

  /// - Throws: `RemovalRefusal` if one of the points is in use.
  private func check(_ points: [Removal.Point], isForced: Bool) throws {
    let points = points.filter { !$0.isEmpty }
    for point in points {
      guard let (holder, _) = leaseHolder(point.key) else { continue }
      throw RemovalRefusal.atWork(address: point.address, holder: holder)
    }
    guard !isForced, !points.isEmpty else { return }
    let pins = Set(try pinnedRuns())
    for id in try runIDs() {
      guard let run = try? readRun(id), pins.contains(id) || run.state == .running else { continue }
      let keys = Set(run.points.compactMap(\.key))
      guard let point = points.first(where: { keys.contains($0.key) }) else { continue }
      throw pins.contains(id)
        ? RemovalRefusal.pinned(address: point.address, run: id)
        : RemovalRefusal.inUse(address: point.address, run: id)
    }
  }

  /// Notes what was made from the results, and the cells that were made from the same inputs.
  private func note(
    _ points: [Removal.Point], of run: RunRecord, in plan: inout RemovalPlan
  ) throws {
    let records = records()
    let removed = Set(points.filter(\.hasResult).map(\.key))
    let own = records.filter { removed.contains($0.key) }
    let sources = Set(own.flatMap(\.inputDigests))
    plan.segments = try cellSegments().filter {
      !$0.sources.isEmpty && sources.isSuperset(of: $0.sources)
    }.map(\.path)
    plan.removal.segments = plan.segments.count

    var users: [String: [StoreRecord]] = [:]
    for record in records {
      for digest in Set(record.inputDigests) { users[digest, default: []].append(record) }
    }
    var found: Set<String> = []
    var artifacts = own.map(\.artifact)
    while let artifact = artifacts.popLast() {
      for record in users[artifact] ?? []
      where !removed.contains(record.key) && found.insert(record.key).inserted {
        artifacts.append(record.artifact)
      }
    }
    let inRun = run.points.filter { point in point.key.map(found.contains) ?? false }
    plan.removal.dependents = inRun.map(\.address)
    plan.removal.otherDependents = found.subtracting(inRun.compactMap(\.key)).count
  }

  /// Removes a point's states and checkpoints, and then its record.
  private func remove(_ point: Removal.Point, _ states: [String], to trash: String) throws {
    try remove(states)
    try setAsideCheckpoints(point.key, in: trash)
    try files.remove(keptLogPath(point.key))
    let record = recordPath(point.key)
    if files.status(record) != nil { try remove([record]) }
  }
}

extension StoreRecord {
  /// The digests of the artifacts that the result was made from.
  fileprivate var inputDigests: [String] {
    preimage.filter { $0.path.hasPrefix("inputs.") }
      .compactMap { $0.text.split(separator: " ").last.map(String.init) }
      .filter(ContentDigest.isWellFormed)
  }
}
