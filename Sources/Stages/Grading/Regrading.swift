package import Fields
package import PipelineCore
import Reasoning

/// The part of a pipeline that can be graded anew without drawing a response: stages that sample,
/// the problems they read, and what is computed from them without a model or a program.
package struct Regrading {
  /// Responses that a stage would have to draw, or the reason why that is unknown.
  package struct Missing: Sendable, Hashable {
    package let address: String
    package let reason: String

    package init(address: String, reason: String) {
      self.address = address
      self.reason = reason
    }
  }

  private let graph: StageGraph
  private let store: Store
  private let fingerprint: @Sendable (Numerics) -> String

  package init(
    _ graph: StageGraph, store: Store, fingerprint: @escaping @Sendable (Numerics) -> String
  ) {
    self.graph = graph
    self.store = store
    self.fingerprint = fingerprint
  }

  /// The points whose responses are graded.
  package var sampling: [StagePoint] { graph.points.filter { Self.samples($0) } }

  /// The problems of these points that are not made yet, as a graph of their own; nil if there are
  /// none to make. Making problems takes no model.
  package func problems() -> StageGraph? {
    let wanted = graph.upstream(of: Set(sampling.flatMap(\.dependencies)))
    var chosen: Set<Int> = []
    for point in graph.points where wanted.contains(point.index) && Self.isCheap(point) {
      if chosen.isSuperset(of: point.dependencies) { chosen.insert(point.index) }
    }
    let plan = plan()
    guard chosen.contains(where: { plan.points[$0].state.isWork }) else { return nil }
    return graph.restricted(to: chosen)
  }

  /// The graph to run, once the problems are made.
  package struct Scope {
    package let graph: StageGraph
    /// The responses that are not in the store; nothing should be run if there are some.
    package let missing: [Missing]
    /// The addresses of the points that are left out: training, programs and what follows them.
    package let left: [String]
  }

  /// - Throws: `StoreError`, and `StageFailure` for problems that cannot be read.
  package func scope() throws -> Scope {
    let plan = plan()
    var chosen: Set<Int> = []
    var missing: [Missing] = []
    var left: [String] = []
    for (point, planned) in zip(graph.points, plan.points) {
      let isReady = chosen.isSuperset(of: point.dependencies)
      switch planned.state {
      case .hit, .same: chosen.insert(point.index)
      case .unusable(let reason):
        missing.append(Missing(address: point.address, reason: reason))
      case .miss, .resume, .extend, .waits:
        if Self.isCheap(point), isReady {
          chosen.insert(point.index)
        } else if Self.samples(point), planned.inputs.allSatisfy({ $0 != nil }) {
          chosen.insert(point.index)
          if let reason = try missingResponses(of: point, planned.inputs.compactMap { $0 }) {
            missing.append(Missing(address: point.address, reason: reason))
          }
        } else if Self.samples(point), let untrained = untrained(before: point, plan) {
          missing.append(
            Missing(
              address: point.address,
              reason: "none of its responses is stored, since '\(untrained)' was not run"))
        } else {
          left.append(point.address)
        }
      }
    }
    return Scope(graph: graph.restricted(to: chosen), missing: missing, left: left)
  }

  private func plan() -> Plan { Planner.plan(graph, store: store, fingerprint: fingerprint) }

  private static func samples(_ point: StagePoint) -> Bool {
    point.kind is any SamplingStageKind
  }

  /// True for work without a model, a program or a response.
  private static func isCheap(_ point: StagePoint) -> Bool {
    !point.kind.usesNumerics && !point.kind.runsPrograms && !samples(point)
  }

  /// The address of a point before this one that has all its inputs and no result.
  private func untrained(before point: StagePoint, _ plan: Plan) -> String? {
    graph.upstream(of: Set(point.dependencies)).sorted().first { index in
      let planned = plan.points[index]
      if case .waits = planned.state { return false }
      return planned.state.isWork && !Self.isCheap(graph.points[index])
        && !Self.samples(graph.points[index])
    }.map { graph.points[$0].address }
  }

  /// The sentence on the responses of a point that are not in the store; nil if all are.
  private func missingResponses(of point: StagePoint, _ digests: [String]) throws -> String? {
    guard let kind = point.kind as? any SamplingStageKind else { return nil }
    func digest(_ role: String) -> String? {
      zip(point.inputs, digests).first { $0.0.role == role }?.1
    }
    guard let policy = digest(RoleName.policy), let problems = digest(RoleName.problems) else {
      return "its inputs are not known"
    }
    let task = kind.task(of: point.config)
    let read = try task.splits.flatMap { split in
      try ProblemsArtifact.read(
        split: split.name, from: store.artifact(problems), for: task.sampling.format)
    }
    let site = ResponseCells.Site(
      purpose: kind.name, sampling: point.config["sampling"], seed: point.seed,
      numerics: point.numerics)
    let cells = try ResponseCells(read, task, at: site) { settings in
      CellCache(
        store,
        CellSpace(
          point: point, fingerprint: fingerprint(point.numerics),
          inputs: [RoleName.policy: policy], settings: settings, salt: try store.salt())
      ) { _ in }
    }
    let wanted = read.count * task.sampling.numGenerations
    let stored = read.indices.reduce(0) { $0 + cells.responses(to: $1, split: "").count }
    return stored < wanted
      ? "\(wanted - stored) of \(wanted) responses are not stored" : nil
  }
}

extension SamplingStageKind {
  /// The responses that a stage with these fields asks for.
  package func task(of config: FieldValue) -> SamplingTask {
    Configuration(decoding: config).task
  }
}
