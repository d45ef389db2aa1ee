import Fields

/// What is looked at before a run starts anything, of the work that it would have to do.
package struct Preflight {
  /// In files from outside.
  package let mistakes: [Diagnostic]
  /// The points that would start a program.
  package let programs: [StagePoint]

  /// - Parameters:
  ///   - fingerprint: what the results of this numerics depend on beyond its name.
  ///   - name: what messages call a path.
  package init(
    _ graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String,
    name: (String) -> String
  ) {
    guard graph.points.contains(where: { $0.kind.runsPrograms || $0.readsOutside }) else {
      mistakes = []
      programs = []
      return
    }
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    let work = Planner.plan(&resolver).points.filter(\.state.isWork).map(\.point)
    programs = work.filter(\.kind.runsPrograms)
    var mistakes: [Diagnostic] = []
    for point in work where point.readsOutside {
      let files = point.inputs.compactMap { input -> OutsideInput? in
        guard case .outside(let files) = input.source,
          let artifact = try? resolver.external(input, of: point)
        else { return nil }
        return OutsideInput(
          role: input.role, label: input.label, name: name(files.path), artifact: artifact)
      }
      mistakes += point.kind.mistakes(in: files, for: point.config)
    }
    self.mistakes = mistakes
  }
}

extension StagePoint {
  fileprivate var readsOutside: Bool {
    inputs.contains { if case .outside = $0.source { true } else { false } }
  }
}
