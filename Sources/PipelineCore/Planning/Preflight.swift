import Fields

/// Checks made before a run starts, on the work that it would have to do.
package struct Preflight {
  /// Mistakes in files from outside the store.
  package let mistakes: [Diagnostic]
  /// The points that would start a program.
  package let programs: [StagePoint]

  /// - Parameters:
  ///   - fingerprint: what the results of a numerics depend on beyond its name.
  ///   - name: the form of a path in messages.
  package init(
    _ graph: StageGraph, store: Store, fingerprint: @escaping (Numerics) -> String,
    name: (String) -> String
  ) {
    guard graph.points.contains(where: { $0.kind.runsPrograms || $0.readsExternalFiles }) else {
      mistakes = []
      programs = []
      return
    }
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    let work = Planner.plan(&resolver).points.filter(\.state.isWork).map(\.point)
    programs = work.filter(\.kind.runsPrograms)
    var mistakes: [Diagnostic] = []
    func files(of point: StagePoint) -> [ExternalInput.Opened] {
      point.inputs.compactMap { input -> ExternalInput.Opened? in
        guard case .external(let external) = input.source, external.isFiles,
          let artifact = try? resolver.external(input, of: point)
        else { return nil }
        return ExternalInput.Opened(
          role: input.role, label: input.label, name: name(external.path), artifact: artifact)
      }
    }
    // Each point's files are read once.
    var known: [Int: FileFindings] = [:]
    func findings(of point: StagePoint) -> FileFindings {
      if let found = known[point.index] { return found }
      let found = point.kind.findings(in: files(of: point), for: point.config)
      known[point.index] = found
      return found
    }
    for point in work where point.readsExternalFiles { mistakes += findings(of: point).mistakes }
    // Entries of files with mistakes are not counted.
    if mistakes.isEmpty {
      for point in work {
        guard let demand = point.kind.demand(of: point.config),
          case .point(let index) = point.inputs.first(where: { $0.role == demand.role })?.source
        else { continue }
        let source = graph.points[index]
        guard source.readsExternalFiles else { continue }
        guard let count = findings(of: source).counts[demand.label], count < demand.count else {
          continue
        }
        let given = files(of: source)
        guard let first = given.first else { continue }
        // A split that no file is given for is a part of one.
        let file = given.first { $0.label == demand.label }
        mistakes.append(
          demand.mistake(
            of: point, count: count, holder: file == nil ? "split '\(demand.label)'" : "the file",
            file: (file ?? first).name))
      }
    }
    self.mistakes = mistakes.withoutRepeats
  }
}

extension InputDemand {
  fileprivate func mistake(
    of point: StagePoint, count: Int, holder: String, file: String
  ) -> Diagnostic {
    Diagnostic(
      .error,
      "\(holder) holds \(count) problem\(count == 1 ? "" : "s"), fewer than '\(point.stage)' draws "
        + "in one step: \(self.count)",
      at: SourceRange(line: 1, column: 1), in: SourceFile(name: file, line: "", number: 1),
      help: "lower \(field) of '\(point.stage)', or add problems")
  }
}

extension StagePoint {
  fileprivate var readsExternalFiles: Bool {
    inputs.contains { input in
      if case .external(let external) = input.source { external.isFiles } else { false }
    }
  }
}
