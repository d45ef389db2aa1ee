/// The graph of a pipeline, or of the part of it that some of its points need.
package struct TargetedGraph: Sendable {
  /// The names that were given: stages, or addresses of points; empty for the whole pipeline.
  package let targets: [String]
  /// The targets and everything upstream of them.
  package let graph: StageGraph
  /// The points of the pipeline that no target needs, in the order of the whole graph.
  package let leftOut: [StagePoint]

  /// - Throws: `StageFailure` if a target is the name of no stage and the address of no point.
  package init(_ whole: StageGraph, targets: [String] = []) throws(StageFailure) {
    self.targets = targets
    guard !targets.isEmpty else {
      graph = whole
      leftOut = []
      return
    }
    var chosen: Set<Int> = []
    for target in targets { chosen.formUnion(try whole.indices(of: target)) }
    let needed = whole.upstream(of: chosen)
    graph = whole.restricted(to: needed)
    leftOut = whole.points.filter { !needed.contains($0.index) }
  }
}

extension StageGraph {
  /// These points and all that they take inputs from, directly or through others.
  package func upstream(of chosen: Set<Int>) -> Set<Int> {
    // Every point follows those that it takes inputs from.
    points.reversed().reduce(into: chosen) { needed, point in
      if needed.contains(point.index) { needed.formUnion(point.dependencies) }
    }
  }
}
