import Fields

/// The state of a point in a plan: what a run would do with it.
package enum PlannedState: Sendable, Hashable {
  /// A cache hit; the store has the artifact of this digest.
  case hit(artifact: String)
  /// Unfinished work that resumes from this step.
  case resume(step: Int)
  /// Continues from the final state of shorter work with the same settings: either work done
  /// before, or another point of this plan, given by its index.
  case extend(step: Int, of: Int?)
  case miss
  /// The same work as another point of this plan, given by its index; it is done once.
  case same(as: Int)
  /// The key is unknown until these points, given by their indices, are done; without any, until a
  /// server that is an input first answers.
  case waits(on: [Int])
  /// Inputs from outside the store cannot be read, with the reason in one sentence.
  case unusable(String)

  /// True if the run may have work to do for the point.
  package var isWork: Bool {
    switch self {
    case .miss, .resume, .extend, .waits: true
    case .hit, .same, .unusable: false
    }
  }
}

/// One line of a key that differs from an earlier record's; nil where one of the two has no such
/// line.
package struct FieldChange: Sendable, Hashable {
  package let path: String
  package let before: String?
  package let now: String?
  /// The reason, if the line is an input made by another point.
  package let cause: Cause?

  package init(path: String, before: String?, now: String?, cause: Cause? = nil) {
    self.path = path
    self.before = before
    self.now = now
    self.cause = cause
  }

  /// The reason why an input differs from before.
  package struct Cause: Sendable, Hashable {
    /// The point that makes the input now.
    package let address: String
    package let changes: [FieldChange]
    /// The key of the record that made the input before.
    package let from: String

    package init(address: String, changes: [FieldChange], from: String) {
      self.address = address
      self.changes = changes
      self.from = from
    }
  }
}

/// The reason why a point is a cache miss.
package enum MissReason: Sendable, Hashable {
  /// The store has no record of this kind of work.
  case noEarlierRecord
  /// The nearest record of the same kind differs in these fields. For a point that waits, only
  /// known fields are compared, so the list may be empty; it is then a cache hit if its missing
  /// inputs turn out as before.
  case changed([FieldChange], from: String)
  /// A record exists, but its artifact is damaged or missing.
  case damaged([StoreError])
}

package struct PlannedPoint: Sendable {
  package let point: StagePoint
  package var state: PlannedState
  /// Nil if an input is unknown or unusable.
  package let key: StageKey?
  /// The digest of each input; nil for those not made yet.
  package let inputs: [String?]
  /// The largest cost that may remain; zero for cache hits and for work that another point does.
  package var cost: StageCost
  /// Given for misses, for unfinished work and for points that wait.
  package let reason: MissReason?
  /// The reason why a miss cannot continue from work that differs from it in length alone.
  package var obstacle: ExtensionObstacle?

  package init(
    point: StagePoint, state: PlannedState, key: StageKey?, inputs: [String?], cost: StageCost,
    reason: MissReason?, obstacle: ExtensionObstacle? = nil
  ) {
    self.point = point
    self.state = state
    self.key = key
    self.inputs = inputs
    self.cost = cost
    self.reason = reason
    self.obstacle = obstacle
  }
}

package struct Plan: Sendable {
  /// In the order of the graph.
  package let points: [PlannedPoint]

  package init(points: [PlannedPoint]) { self.points = points }

  /// The indices of the points for which a run may have work to do.
  package var work: Set<Int> { Set(points.filter(\.state.isWork).map(\.point.index)) }

  /// The largest total cost that may remain: points that wait may turn out to be cache hits.
  package var cost: StageCost { .total(of: points.filter(\.state.isWork).map(\.cost)) }
}
