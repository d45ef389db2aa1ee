import Fields

extension Plan {
  /// The points that take the most memory together when at most `jobs` run at once, and the bytes:
  /// the largest, then the next largest that depends on none of those before it nor they on it, and
  /// so on. Stages whose memory is unknown are left out.
  package func memoryAtOnce(jobs: Int) -> (points: [Int], bytes: Int) {
    var above: [Set<Int>] = []
    for planned in points {
      let direct = planned.point.dependencies
      above.append(direct.reduce(into: Set(direct)) { $0.formUnion(above[$1]) })
    }
    let sizes = points.map { $0.state.isWork ? $0.cost.memory?.most ?? 0 : 0 }
    let sized = points.indices.filter { sizes[$0] > 0 }.sorted {
      (sizes[$1], $0) < (sizes[$0], $1)
    }
    var chosen: [Int] = []
    for index in sized where chosen.count < jobs {
      let isFree = chosen.allSatisfy { !above[$0].contains(index) && !above[index].contains($0) }
      if isFree { chosen.append(index) }
    }
    return (chosen, StageCost.sum(chosen.map { sizes[$0] }))
  }
}

/// A point whose estimate of memory is more than there is.
package struct MemoryShortage: Sendable, Hashable {
  package let address: String
  package let stage: String
  package let memory: StageMemory
  /// The bytes that there are.
  package let limit: Int

  /// Nil if the point fits, does no work, or takes an unknown amount.
  package init?(_ planned: PlannedPoint, limit: Int) {
    guard planned.state.isWork, let memory = planned.cost.memory, memory.most > limit else {
      return nil
    }
    address = planned.point.address
    stage = planned.point.stage
    self.memory = memory
    self.limit = limit
  }

  /// True if the point takes more than there is whatever its data are; else it may fit.
  package var isCertain: Bool { memory.least > limit }

  /// The sentence of a message.
  package var message: String {
    let taken =
      isCertain
      ? "takes at least \(NumberFormat.bytes(memory.least))"
      : "may take up to \(NumberFormat.bytes(memory.most))"
    return "'\(address)' \(taken) of memory, more than the \(NumberFormat.bytes(limit)) there is"
  }

  /// The remedy: fields to lower, if what no field decides fits.
  package var help: String {
    let size: (StageMemory.Term) -> Int = isCertain ? \.least : \.most
    let fixed = StageCost.sum(memory.terms.filter(\.fields.isEmpty).map(size))
    let fields = fixed > limit ? [] : memory.fields(by: size)
    let names = fields.dropLast().joined(separator: ", ")
    let remedy =
      fields.isEmpty
      ? "take a smaller model"
      : "lower " + (names.isEmpty ? "" : names + " or ") + (fields.last ?? "")
    return isCertain ? remedy + "; --memory says what there is" : remedy
  }
}

extension Planner {
  /// The points of a run that take more memory than there is, the first of each stage.
  /// - Parameter fingerprint: as for a plan.
  package static func shortages(
    _ graph: StageGraph, memory: Int, store: Store, fingerprint: @escaping (Numerics) -> String
  ) -> [MemoryShortage] {
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    var costs: [StageCost] = []
    for point in graph.points { costs.append(resolver.cost(of: point, upstreamCosts: costs)) }
    // The store is read only if something may not fit.
    guard costs.contains(where: { $0.memory?.most ?? 0 > memory }) else { return [] }
    var stages: Set<String> = []
    return plan(&resolver).points.compactMap { MemoryShortage($0, limit: memory) }
      .filter { stages.insert($0.stage).inserted }
  }
}
