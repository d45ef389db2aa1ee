package import Fields

/// One unit of work: a stage at one assignment of the axes that reach it.
package struct StagePoint: Sendable {
  /// The position in `StageGraph.points`.
  package let index: Int
  /// `rl`, or `rl[alpha=0.1,seed=2]`: unique in its graph.
  package let address: String
  package let stage: String
  package let kind: any StageKind
  package let config: FieldValue
  /// The settings of the axes that reach the stage, in the pipeline's axis order.
  package let point: [AxisValue]
  /// The pipeline's seed at this point; 0 for kinds that use none.
  package let seed: UInt64
  package let numerics: Numerics
  /// The inputs: roles in file order; within a collecting role, labels in file order and points in
  /// axis order.
  package let inputs: [PointInput]
  /// The upstream stages, direct or indirect, whose work is done by a program of the pipeline's
  /// author; sorted, without repetition.
  package let programs: [String]
  /// The versions above 1 of the parts that decide its work: those that its fields choose, and
  /// those that the fields of its inputs in plain roles choose (`StageKind.revisions`).
  package let revisions: [String: Int]
  package var limits: StageLimits

  package init(
    index: Int, address: String, stage: String, kind: any StageKind, config: FieldValue,
    point: [AxisValue], seed: UInt64, numerics: Numerics, inputs: [PointInput],
    programs: [String] = [], revisions: [String: Int] = [:], limits: StageLimits = StageLimits()
  ) {
    self.index = index
    self.address = address
    self.stage = stage
    self.kind = kind
    self.config = config
    self.point = point
    self.seed = seed
    self.numerics = numerics
    self.inputs = inputs
    self.programs = programs
    self.revisions = revisions
    self.limits = limits
  }

  /// The point at another position, in a graph whose points are at `places`; inputs from points
  /// without a place are left out.
  func moved(to index: Int, among places: [Int: Int]) -> StagePoint {
    StagePoint(
      index: index, address: address, stage: stage, kind: kind, config: config, point: point,
      seed: seed, numerics: numerics,
      inputs: inputs.compactMap { input in
        guard case .point(let source) = input.source else { return input }
        return places[source].map {
          PointInput(
            role: input.role, label: input.label, source: .point($0), point: input.point)
        }
      }, programs: programs, revisions: revisions, limits: limits)
  }

  /// The number of threads it needs regardless of load; nil for a fair share.
  package var wantedThreads: Int? {
    (kind.usesNumerics ? numerics.fixedThreads : nil) ?? limits.threads
  }

  /// True if a server is one of its inputs.
  package var asksServer: Bool {
    inputs.contains { input in
      if case .external(.server) = input.source { true } else { false }
    }
  }

  /// Remarks that a user should read when planning the point.
  package var remarks: [String] { kind.remarks(on: config, inputs: inputs) }

  /// The indices of the points this one depends on, ascending and without repetition.
  package var dependencies: [Int] {
    Set(
      inputs.compactMap { input in
        if case .point(let index) = input.source { index } else { nil }
      }
    ).sorted()
  }
}

/// One artifact that a point takes as input.
package struct PointInput: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    /// The index of the point that makes it.
    case point(Int)
    case external(ExternalInput)
  }

  package let role: String
  /// The label in a collecting role; nil in a plain one.
  package let label: String?
  package let source: Source
  /// The settings of the axes that reach the input.
  package let point: [AxisValue]

  package init(role: String, label: String? = nil, source: Source, point: [AxisValue] = []) {
    self.role = role
    self.label = label
    self.source = source
    self.point = point
  }
}

extension [PointInput] {
  /// `StagePoint.revisions` of a point with these inputs and its own.
  func revisions(among points: [StagePoint], with own: [String: Int]) -> [String: Int] {
    reduce(into: own) { revisions, input in
      guard input.label == nil, case .point(let index) = input.source else { return }
      let source = points[index]
      revisions.merge(source.kind.revisions(of: source.config)) { one, _ in one }
    }
  }

  /// `StagePoint.programs` of a point with these inputs.
  func programs(among points: [StagePoint]) -> [String] {
    let stages = flatMap { input -> [String] in
      guard case .point(let index) = input.source else { return [] }
      let source = points[index]
      return source.programs + (source.kind.runsPrograms ? [source.stage] : [])
    }
    return Set(stages).sorted()
  }
}

/// The note shown with results that a program of the pipeline's author contributed to.
package enum ProgramNote {
  /// The note; nil when no stage is named.
  /// - Parameter most: the most stages to name; the rest are counted.
  package static func text(_ stages: [String], most: Int = .max) -> String? {
    guard !stages.isEmpty else { return nil }
    let more = stages.count - min(most, stages.count)
    return "Made by programs outside Laconic: " + stages.prefix(most).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "") + "."
  }
}
