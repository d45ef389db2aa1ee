import Fields

/// What a run would do with a point.
package enum PlannedState: Sendable, Hashable {
  /// The store has the artifact of this digest.
  case hit(artifact: String)
  /// Half done: it goes on from this step.
  case resume(step: Int)
  /// Goes on from the state that shorter work of the same settings ended in: work done before, or
  /// that of another point of this plan, by its index.
  case extend(step: Int, of: Int?)
  case miss
  /// The same work as another point of this plan, by its index: done once.
  case same(as: Int)
  /// Its key is known when these points, by index, are done.
  case waits(on: [Int])
  /// Its inputs from outside cannot be taken: one sentence.
  case unusable(String)
}

/// One line of a key that differs from an earlier record's; nil where one of them has no such line.
package struct FieldChange: Sendable, Hashable {
  package let path: String
  package let before: String?
  package let now: String?

  package init(path: String, before: String?, now: String?) {
    self.path = path
    self.before = before
    self.now = now
  }
}

/// Why a point is a miss.
package enum MissReason: Sendable, Hashable {
  /// Nothing of this kind was ever done in this store.
  case noEarlierRecord
  /// The nearest record of the same kind differs in these fields.
  case changed([FieldChange], from: String)
  /// There is a record, but its artifact is damaged or gone.
  case damaged([StoreError])
}

package struct PlannedPoint: Sendable {
  package let point: StagePoint
  package var state: PlannedState
  /// Nil while inputs are unknown or unusable.
  package let key: StageKey?
  package let cost: StageCost
  /// Given for misses and for half-done work.
  package let reason: MissReason?
  /// Why a miss cannot go on from the work it differs from in length alone.
  package var obstacle: ExtensionObstacle?
}

package struct Plan: Sendable {
  /// As in the graph.
  package let points: [PlannedPoint]

  package var isAllHits: Bool {
    points.allSatisfy { if case .hit = $0.state { true } else { false } }
  }
}

/// Says what a run would do, and changes nothing.
package enum Planner {
  /// - Parameter fingerprint: what the results of this numerics depend on beyond its name.
  package static func plan(
    _ graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String
  ) -> Plan {
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    return plan(&resolver)
  }

  static func plan(_ resolver: inout PointResolver) -> Plan {
    let (graph, store) = (resolver.graph, resolver.store)
    var planned: [PlannedPoint] = []
    var artifacts: [Int: String] = [:]
    var firstWithKey: [String: Int] = [:]
    lazy var history = RecordHistory(store.records())

    for point in graph.points {
      let cost = point.kind.cost(of: point.config, inputs: graph.upstreams(of: point))
      func add(_ state: PlannedState, _ key: StageKey? = nil, _ reason: MissReason? = nil) {
        planned.append(
          PlannedPoint(point: point, state: state, key: key, cost: cost, reason: reason))
      }
      let unknown = point.dependencies.filter { artifacts[$0] == nil }
      guard unknown.isEmpty else {
        add(.waits(on: unknown))
        continue
      }
      let key: StageKey
      do {
        key = try resolver.key(of: point) { artifacts[$0] }
      } catch {
        add(.unusable("\(error)"))
        continue
      }
      let found = store.lookup(key.hex)
      if case .hit(let artifact) = found {
        artifacts[point.index] = artifact.digest
        add(.hit(artifact: artifact.digest), key)
        continue
      }
      if let first = firstWithKey[key.hex] {
        add(.same(as: first), key)
        continue
      }
      firstWithKey[key.hex] = point.index
      let reason: MissReason
      if case .damaged(_, let problems) = found {
        reason = .damaged(problems)
      } else {
        reason = history.reason(for: key, kind: point.kind.name)
      }
      add(PrefixPlan.start(of: key, store: store), key, reason)
    }
    return Plan(points: PrefixPlan.completed(planned))
  }
}

/// What was done before, for finding the field that changed.
private struct RecordHistory {
  private let byKind: [String: [StoreRecord]]

  init(_ records: [StoreRecord]) {
    byKind = Dictionary(grouping: records, by: \.kind)
  }

  /// Compares with the record that differs least; of equals, the one whose key sorts first.
  func reason(for key: StageKey, kind: String) -> MissReason {
    var nearest: (changes: [FieldChange], key: String)?
    for record in byKind[kind] ?? [] {
      let limit = nearest?.changes.count ?? .max
      if let changes = changes(from: record.preimage, to: key.preimage, fewerThan: limit) {
        nearest = (changes, record.key)
      }
    }
    guard let nearest else { return .noEarlierRecord }
    return .changed(nearest.changes, from: nearest.key)
  }

  /// The lines that differ, or nil as soon as there are too many. Both lists are sorted by path.
  private func changes(
    from old: [KeyLine], to new: [KeyLine], fewerThan limit: Int
  ) -> [FieldChange]? {
    var changes: [FieldChange] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, old[i].path == new[j].path {
        if old[i].text != new[j].text {
          changes.append(
            FieldChange(path: old[i].path, before: old[i].text, now: new[j].text))
        }
        i += 1
        j += 1
      } else if j == new.count || (i < old.count && old[i].path < new[j].path) {
        changes.append(FieldChange(path: old[i].path, before: old[i].text, now: nil))
        i += 1
      } else {
        changes.append(FieldChange(path: new[j].path, before: nil, now: new[j].text))
        j += 1
      }
      if changes.count >= limit { return nil }
    }
    return changes
  }
}
