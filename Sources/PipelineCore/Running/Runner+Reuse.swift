import Fields

extension Runner {
  /// The summary of a run in which every point is a cache hit, from a store opened for reading; nil
  /// if there is work to do. Nothing is written, and no run is recorded.
  package static func reuse(
    _ graph: StageGraph, store: Store, fingerprint: @escaping @Sendable (Numerics) -> String
  ) -> RunSummary? {
    var points: [PointResult] = []
    for (index, planned) in Planner.plan(graph, store: store, fingerprint: fingerprint)
      .points.enumerated()
    {
      guard case .hit(let artifact) = planned.state else { return nil }
      points.append(
        PointResult(
          index: index, address: planned.point.address, outcome: .hit, key: planned.key?.hex,
          artifact: artifact, seconds: 0))
    }
    return RunSummary(id: "", outcome: .done, points: points, seconds: 0)
  }
}
