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
    let (graph, store) = (resolver.graph, resolver.store)
    var planned: [PlannedPoint] = []
    var costs: [StageCost] = []
    var artifacts: [Int: String] = [:]
    var firstWithKey: [String: Int] = [:]
    lazy var history = RecordHistory(store.records())

    func maker(_ point: StagePoint, _ role: String, _ digest: String) -> RecordHistory.Subject? {
      for input in point.inputs where input.role == role {
        guard case .point(let index) = input.source, artifacts[index] == digest,
          let key = planned[index].key
        else { continue }
        return RecordHistory.Subject(point: planned[index].point, preimage: key.preimage)
      }
      return nil
    }

    for point in graph.points {
      let cost = resolver.cost(of: point, upstreamCosts: costs)
      costs.append(cost)
      func add(
        _ state: PlannedState, _ inputs: [String?] = [], _ key: StageKey? = nil,
        _ reason: MissReason? = nil
      ) {
        planned.append(
          PlannedPoint(
            point: point, state: state, key: key, inputs: inputs, cost: cost, reason: reason))
      }
      let (inputs, key): ([String?], StageKey)
      do {
        inputs = try resolver.digests(of: point) { artifacts[$0] }
        key = try resolver.key(of: point, inputs: inputs)
      } catch {
        add(.unusable(error.inWords))
        continue
      }
      let unknown = point.dependencies.filter { artifacts[$0] == nil }
      guard unknown.isEmpty else {
        let roles = Set(zip(point.inputs, inputs).filter { $0.1 == nil }.map(\.0.role))
        let subject = RecordHistory.Subject(
          point: point, preimage: key.preimage, unknownRoles: roles)
        add(.waits(on: unknown), inputs, nil, history.reason(for: subject, upstream: maker))
        continue
      }
      let found = store.lookup(key.hex)
      if case .hit(let artifact) = found {
        artifacts[point.index] = artifact.digest
        add(.hit(artifact: artifact.digest), inputs, key)
        continue
      }
      if let first = firstWithKey[key.hex] {
        add(.same(as: first), inputs, key)
        continue
      }
      firstWithKey[key.hex] = point.index
      let reason: MissReason
      if case .damaged(_, let problems) = found {
        reason = .damaged(problems)
      } else {
        let subject = RecordHistory.Subject(point: point, preimage: key.preimage)
        reason = history.reason(for: subject, upstream: maker)
      }
      add(PrefixPlan.start(of: key, store: store), inputs, key, reason)
    }
    return Plan(
      points: PrefixPlan.completed(planned).map { planned in
        var planned = planned
        planned.cost = planned.cost.left(in: planned.state)
        return planned
      })
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
