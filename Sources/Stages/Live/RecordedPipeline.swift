import Fields
package import PipelineCore

/// The pipeline that a run recorded: its graph, and what else decides the work of its points.
package struct RecordedPipeline: Sendable {
  package let graph: StageGraph
  private let points: [JSONText]

  /// - Throws: `ResolvedGraph.Unusable` for a run that did not record its pipeline, or one of
  ///   another version; `StoreError` or `StageFailure` if it cannot be read.
  package init(of run: RunRecord, in store: Store) throws {
    let bytes = try store.resolved(of: run)
    graph = try ResolvedGraph.decode(bytes, kinds: .builtIn)
    points = (try? JSONText(parsing: bytes))?["points"]?.arrayValue ?? []
    guard graph.points.count == run.points.count, points.count == graph.points.count else {
      throw StageFailure("the run's file does not fit its pipeline")
    }
  }

  /// The numerics' fingerprint in a point's key; empty for a kind that does not compute.
  func fingerprint(of index: Int) -> String { points[index]["fingerprint"]?.stringValue ?? "" }

  /// The digest of a point's input in a plain role, once it is made.
  func digest(of role: String, of index: Int, in run: RunRecord) -> String? {
    guard let place = graph.points[index].inputs.firstIndex(where: { $0.role == role }) else {
      return nil
    }
    switch graph.points[index].inputs[place].source {
    case .point(let source): return run.points[source].artifact
    case .external: return points[index]["inputs"]?.arrayValue?[place]["digest"]?.stringValue
    }
  }
}
