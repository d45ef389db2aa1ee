import Fields

/// Plans a run: computes what it would do, without changing anything.
package enum Planner {
  /// - Parameter fingerprint: what the results of a numerics depend on beyond its name.
  package static func plan(
    _ graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String
  ) -> Plan {
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    return plan(&resolver)
  }

  static func plan(_ resolver: inout PointResolver) -> Plan {
    var builder = PlanBuilder(resolver)
    for point in resolver.graph.points { builder.add(point) }
    resolver = builder.resolver
    return Plan(
      points: PrefixPlan.completed(builder.planned).map { planned in
        var planned = planned
        planned.cost = planned.cost.left(in: planned.state)
        return planned
      })
  }
}

/// Plans the points of a graph one after another, each after its upstream points.
private struct PlanBuilder {
  private(set) var resolver: PointResolver
  private(set) var planned: [PlannedPoint] = []
  private let store: Store
  private var costs: [StageCost] = []
  /// The digests of the artifacts that the store has, by point.
  private var artifacts: [Int: String] = [:]
  /// The first point with each key that has work to do.
  private var firstWithKey: [String: Int] = [:]
  private lazy var history = RecordHistory(store.records())

  init(_ resolver: PointResolver) {
    self.resolver = resolver
    store = resolver.store
  }

  /// A planned point without its cost.
  private struct Finding {
    let state: PlannedState
    var key: StageKey?
    var inputs: [String?] = []
    var reason: MissReason?
  }

  mutating func add(_ point: StagePoint) {
    let cost = resolver.cost(of: point, upstreamCosts: costs)
    costs.append(cost)
    let found: Finding
    do {
      let inputs = try resolver.digests(of: point) { [artifacts] in artifacts[$0] }
      let key = try resolver.key(of: point, inputs: inputs)
      let unknown = point.dependencies.filter { artifacts[$0] == nil }
      found =
        unknown.isEmpty
        ? known(point, key, inputs) : waiting(point, key, inputs, for: unknown)
    } catch is UnknownServer {
      // The point waits for the server's first answer.
      found = Finding(state: .waits(on: []))
    } catch {
      found = Finding(state: .unusable(error.inWords))
    }
    planned.append(
      PlannedPoint(
        point: point, state: found.state, key: found.key, inputs: found.inputs, cost: cost,
        reason: found.reason))
  }

  /// Plans a point whose inputs are not all made. The key of the inputs that are made is not its
  /// key, but explains what changed.
  private mutating func waiting(
    _ point: StagePoint, _ partialKey: StageKey, _ inputs: [String?], for unknown: [Int]
  ) -> Finding {
    let roles = Set(zip(point.inputs, inputs).filter { $0.1 == nil }.map(\.0.role))
    let subject = RecordHistory.Subject(
      point: point, preimage: partialKey.preimage, unknownRoles: roles)
    return Finding(state: .waits(on: unknown), inputs: inputs, reason: reason(for: subject))
  }

  /// Plans a point whose key is known.
  private mutating func known(
    _ point: StagePoint, _ key: StageKey, _ inputs: [String?]
  ) -> Finding {
    let found = store.lookup(key.hex)
    if case .hit(let artifact) = found {
      artifacts[point.index] = artifact.digest
      return Finding(state: .hit(artifact: artifact.digest), key: key, inputs: inputs)
    }
    if let first = firstWithKey[key.hex] {
      return Finding(state: .same(as: first), key: key, inputs: inputs)
    }
    firstWithKey[key.hex] = point.index
    let reason: MissReason
    if case .damaged(_, let problems) = found {
      reason = .damaged(problems)
    } else {
      reason = self.reason(
        for: RecordHistory.Subject(point: point, preimage: key.preimage))
    }
    return Finding(
      state: PrefixPlan.start(of: key, store: store), key: key, inputs: inputs, reason: reason)
  }

  private mutating func reason(for subject: RecordHistory.Subject) -> MissReason {
    history.reason(for: subject) { [planned, artifacts] point, role, digest in
      Self.maker(of: digest, for: point, in: role, planned, artifacts)
    }
  }

  /// The point that made a point's input, if a point did.
  private static func maker(
    of digest: String, for point: StagePoint, in role: String, _ planned: [PlannedPoint],
    _ artifacts: [Int: String]
  ) -> RecordHistory.Subject? {
    for input in point.inputs where input.role == role {
      guard case .point(let index) = input.source, artifacts[index] == digest,
        let key = planned[index].key
      else { continue }
      return RecordHistory.Subject(point: planned[index].point, preimage: key.preimage)
    }
    return nil
  }
}

extension StageCost {
  /// The cost that remains for a run.
  fileprivate func left(in state: PlannedState) -> StageCost {
    switch state {
    case .hit, .same, .unusable: StageCost()
    case .resume(let step), .extend(let step, _): remaining(after: step)
    case .miss, .waits: self
    }
  }
}
