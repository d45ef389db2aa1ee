import Fields

/// The reason why work cannot continue from shorter work with the same settings.
package enum ExtensionObstacle: Sendable, Hashable {
  /// Each of its steps depends on the total number of steps.
  case trainingLength(field: String, steps: Int, TrainingLength.Dependence)
  /// The state of the shorter work was not kept, or was removed by `gc`.
  case notKept(steps: Int)
}

extension ExtensionObstacle: CustomStringConvertible {
  package var description: String {
    switch self {
    case .trainingLength(let field, let steps, let obstacle):
      "cannot go on from step \(steps): \(obstacle.text), which needs \(field)"
    case .notKept(let steps):
      "cannot go on from step \(steps): the state there was not kept"
    }
  }
}

/// Chooses where work begins: at its own checkpoint, at the final state of shorter work with the
/// same settings, or at the beginning. Planning and running share this code, so that a run does
/// what the plan says.
enum PrefixPlan {
  static func start(of key: StageKey, store: Store) -> PlannedState {
    let saved = (try? store.latestCheckpoint(key.hex).checkpoint?.step) ?? nil
    if let prefix = key.prefix,
      let state = store.keptState(prefix.hex, upTo: prefix.steps, rehashes: false).state,
      state.step > saved ?? 0
    {
      return .extend(step: state.step, of: nil)
    }
    return saved.map { .resume(step: $0) } ?? .miss
  }

  /// Lets each of several points with the same prefix continue from the longest shorter one. For
  /// the others it adds the reason why they do not.
  static func completed(_ points: [PlannedPoint]) -> [PlannedPoint] {
    var shared: [String: [(index: Int, prefix: PrefixKey)]] = [:]
    for (index, planned) in points.enumerated() {
      guard planned.state.start != nil, let prefix = planned.key?.prefix else { continue }
      shared[prefix.hex, default: []].append((index, prefix))
    }
    return points.map { planned in
      var planned = planned
      guard let start = planned.state.start else { return planned }
      if let prefix = planned.key?.prefix, let among = shared[prefix.hex],
        let base = base(for: prefix, from: start, among: among)
      {
        planned.state = .extend(step: base.prefix.steps, of: base.index)
      }
      if planned.state == .miss { planned.obstacle = obstacle(to: planned) }
      return planned
    }
  }

  /// The best point for work to continue from: the longest of those that are shorter than it and
  /// end after `start`, where it would otherwise begin.
  static func base(
    for prefix: PrefixKey, from start: Int, among points: [(index: Int, prefix: PrefixKey)]
  ) -> (index: Int, prefix: PrefixKey)? {
    points.filter {
      $0.prefix.hex == prefix.hex && $0.prefix.keepsState && $0.prefix.steps < prefix.steps
        && $0.prefix.steps > start
    }.max { ($0.prefix.steps, $1.index) < ($1.prefix.steps, $0.index) }
  }

  private static func obstacle(to planned: PlannedPoint) -> ExtensionObstacle? {
    guard let length = planned.point.kind.trainingLength(of: planned.point.config),
      case .changed(let changes, _) = planned.reason, changes.count == 1,
      changes[0].path == length.field, let before = changes[0].before.flatMap({ Int($0) }),
      before < length.steps
    else { return nil }
    return length.obstacles.first.map {
      .trainingLength(field: length.field, steps: before, $0)
    } ?? .notKept(steps: before)
  }
}

extension PlannedState {
  /// The step from which work would continue, 0 for a miss; nil if there is no work or its key is
  /// unknown.
  var start: Int? {
    switch self {
    case .miss: 0
    case .resume(let step), .extend(let step, _): step
    case .hit, .same, .waits, .unusable: nil
    }
  }
}
