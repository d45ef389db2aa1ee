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

  /// Whether the run may have something to do here.
  package var isWork: Bool {
    switch self {
    case .miss, .resume, .extend, .waits: true
    case .hit, .same, .unusable: false
    }
  }
}

/// One line of a key that differs from an earlier record's; nil where one of them has no such line.
package struct FieldChange: Sendable, Hashable {
  package let path: String
  package let before: String?
  package let now: String?
  /// Where the line is an input made by another point: what changed there.
  package let cause: Cause?

  package init(path: String, before: String?, now: String?, cause: Cause? = nil) {
    self.path = path
    self.before = before
    self.now = now
    self.cause = cause
  }

  /// Why an input is another than before.
  package struct Cause: Sendable, Hashable {
    /// The point that makes the input now.
    package let address: String
    package let changes: [FieldChange]
    /// The key of the record that made it before.
    package let from: String

    package init(address: String, changes: [FieldChange], from: String) {
      self.address = address
      self.changes = changes
      self.from = from
    }
  }
}

/// Why a point is a miss.
package enum MissReason: Sendable, Hashable {
  /// Nothing of this kind was ever done in this store.
  case noEarlierRecord
  /// The nearest record of the same kind differs in these fields. Of a point that waits only what
  /// is known counts, and there may be none: it is a hit if what it waits for comes out as before.
  case changed([FieldChange], from: String)
  /// There is a record, but its artifact is damaged or gone.
  case damaged([StoreError])
}

package struct PlannedPoint: Sendable {
  package let point: StagePoint
  package var state: PlannedState
  /// Nil while inputs are unknown or unusable.
  package let key: StageKey?
  /// The digest of each of the point's inputs; nil of those not yet made.
  package let inputs: [String?]
  /// What is left to do, at worst; nothing for hits and for what another point does.
  package var cost: StageCost
  /// Given for misses, for half-done work, and for points that wait.
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

  /// What is left to do in all, at worst: points that wait may turn out to be hits.
  package var cost: StageCost { .total(of: points.filter(\.state.isWork).map(\.cost)) }
}
