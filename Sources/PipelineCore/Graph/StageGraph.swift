package import Fields

/// A pipeline's work as points, in an order in which every point follows the points it takes inputs
/// from.
///
/// A stage is split by the axes over its own fields, by the seed if its kind uses one, and by every
/// axis that splits an input in a plain role. So `base` is one point upstream of a sweep of `rl`,
/// and a stage downstream of `rl` has as many points as `rl`. An axis over several fields splits a
/// stage by the distinct values of those fields that reach it. A collecting role takes every point
/// and does not split the stage. A stage limited to the first few seeds has no points at the
/// others, and neither has a stage that takes it in a plain role.
package struct StageGraph: Sendable {
  package let points: [StagePoint]

  /// - Precondition: every point's `index` is its position, and its inputs come before it.
  init(points: [StagePoint]) {
    precondition(points.indices.allSatisfy { points[$0].index == $0 })
    self.points = points
  }

  /// - Precondition: as for `Pipeline`: no cycle, and every named stage is declared.
  package init(_ pipeline: Pipeline) {
    let labels = AxisLabels(pipeline.axes)
    var points: [StagePoint] = []
    var made: [String: StageSplit] = [:]
    let reach = AxisReach(of: pipeline.stages, over: pipeline.axes)
    for stage in Self.ordered(pipeline.stages) {
      var split = Self.split(of: stage, in: pipeline, reach, known: made)
      for setting in Self.settings(of: split.axes) {
        let seed = setting.first { $0.path == Axis.seedPath }?.value.intValue
        let config = stage.config(at: setting)
        let inputs = stage.inputs.flatMap {
          Self.resolve($0, at: setting, points: points, made: made)
        }
        split.indices[setting] = points.count
        split.order.append(points.count)
        points.append(
          StagePoint(
            index: points.count, address: labels.address(of: stage.name, at: setting),
            stage: stage.name, kind: stage.kind, config: config, point: setting,
            seed: stage.kind.usesSeed(config)
              ? seed.map(UInt64.init) ?? pipeline.seeds.first ?? 0 : 0,
            numerics: pipeline.numerics, inputs: inputs, programs: inputs.programs(among: points),
            revisions: inputs.revisions(among: points, with: stage.kind.revisions(of: config)),
            limits: stage.limits))
      }
      made[stage.name] = split
    }
    self.points = points
  }

  /// The graph of some of its points, in the same order.
  /// - Precondition: with a point come the points that it takes inputs from in plain roles. Those
  ///   of collecting roles may be left out.
  package func restricted(to chosen: Set<Int>) -> StageGraph {
    let kept = points.indices.filter(chosen.contains)
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    return StageGraph(
      points: kept.enumerated().map { place, index in points[index].moved(to: place, among: places)
      })
  }

  /// The stages that feed a point, by role, in the form `StageKind.issues` takes. A collecting role
  /// lists the configuration of each point.
  package func upstreams(of point: StagePoint) -> [String: [UpstreamStage]] {
    upstreams(of: point, costs: [])
  }

  /// The same with the cost of each, in the form `StageKind.cost` takes.
  /// - Parameter costs: the costs of earlier points, by index; the cost of a point that is left out
  ///   is unknown.
  package func upstreams(
    of point: StagePoint, costs: [StageCost]
  ) -> [String: [UpstreamStage]] {
    var found: [String: [UpstreamStage]] = [:]
    for input in point.inputs {
      switch input.source {
      case .point(let index):
        let source = points[index]
        found[input.role, default: []].append(
          UpstreamStage(
            stage: source.stage, kind: source.kind, config: source.config,
            output: source.kind.output(of: source.config), label: input.label,
            labels: source.inputs.labels, axes: source.point.map(\.path),
            externals: source.inputs.compactMap { input in
              guard let label = input.label, case .external(let external) = input.source else {
                return nil
              }
              return (label, external)
            },
            cost: costs.indices.contains(index) ? costs[index] : StageCost()))
      case .external(let external):
        found[input.role, default: []].append(.external(external, label: input.label))
      }
    }
    return found
  }

  /// The number of points plus inputs that a pipeline would have, without making them; nil above
  /// `limit`.
  static func size(of pipeline: Pipeline, limit: Int) -> Int? {
    var total = 0
    var known: [String: StageSplit] = [:]
    var counts: [String: Int] = [:]
    let reach = AxisReach(of: pipeline.stages, over: pipeline.axes)
    for stage in ordered(pipeline.stages) {
      let split = split(of: stage, in: pipeline, reach, known: known)
      known[stage.name] = split
      var count = 1
      for axis in split.axes {
        count *= axis.settings.count
        if count > limit { return nil }
      }
      counts[stage.name] = count
      let taken = stage.inputs.reduce(0) { sum, input in
        guard input.label != nil, case .stage(let name) = input.source else { return sum + 1 }
        return sum + counts[name, default: 0]
      }
      total += count * (1 + taken)
      if total > limit { return nil }
    }
    return total
  }

  /// The stages in file order, except that each follows those of the others that it takes inputs
  /// from.
  static func ordered(_ stages: [StageDeclaration]) -> [StageDeclaration] {
    let byName = Dictionary(stages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var entered: Set<String> = []
    var order: [StageDeclaration] = []
    func place(_ stage: StageDeclaration) {
      guard entered.insert(stage.name).inserted else { return }
      for case .stage(let name) in stage.inputs.map(\.source) {
        byName[name].map(place)
      }
      order.append(stage)
    }
    for stage in stages { place(stage) }
    return order
  }

  private static func split(
    of stage: StageDeclaration, in pipeline: Pipeline, _ reach: AxisReach,
    known: [String: StageSplit]
  ) -> StageSplit {
    var numSeeds = stage.numSeeds
    for input in stage.inputs where input.label == nil {
      guard case .stage(let name) = input.source else { continue }
      numSeeds = [numSeeds, known[name]?.numSeeds].compactMap { $0 }.min()
    }
    let reaching = reach.paths[stage.name] ?? []
    let axes = pipeline.axes.compactMap { axis in
      let axis = axis.paths == [Axis.seedPath] ? axis.first(numSeeds) : axis
      return axis.projected(onto: reaching)
    }
    return StageSplit(axes: axes, numSeeds: numSeeds)
  }

  /// Every assignment of the axes; the last axis varies fastest.
  static func settings(of axes: [Axis]) -> [[AxisValue]] {
    axes.reduce([[]]) { settings, axis in
      let own = axis.settings
      return settings.flatMap { setting in own.map { setting + $0 } }
    }
  }

  private static func resolve(
    _ input: StageInput, at setting: [AxisValue], points: [StagePoint], made: [String: StageSplit]
  ) -> [PointInput] {
    switch input.source {
    case .external(let external):
      return [PointInput(role: input.role, label: input.label, source: .external(external))]
    case .stage(let name):
      guard let source = made[name] else {
        preconditionFailure("an input names no stage before it")
      }
      // A plain input is the one point of its stage that agrees with this setting of the axes.
      let taken = input.label != nil ? source.order : [source.index(at: setting)]
      return taken.map {
        PointInput(
          role: input.role, label: input.label, source: .point($0), point: points[$0].point)
      }
    }
  }
}

/// The axes that split a stage, and the indices of its points.
private struct StageSplit {
  let axes: [Axis]
  /// The paths of the fields that the axes set.
  let paths: Set<String>
  /// The number of seeds for which there are points; nil for all.
  let numSeeds: Int?
  var order: [Int] = []
  var indices: [[AxisValue]: Int] = [:]

  init(axes: [Axis], numSeeds: Int?) {
    self.axes = axes
    self.numSeeds = numSeeds
    paths = Set(axes.flatMap(\.paths))
  }

  /// The index of the point that agrees with a setting, which may also set other axes.
  func index(at setting: [AxisValue]) -> Int {
    let own = setting.filter { paths.contains($0.path) }
    guard let index = indices[own] else { preconditionFailure("a setting without a point") }
    return index
  }
}

extension StageDeclaration {
  /// The configuration with this stage's swept fields set.
  package func config(at setting: [AxisValue]) -> FieldValue {
    setting.reduce(config) { config, value in
      value.stage == name ? config.setting(value.value, at: value.fieldPath[...]) : config
    }
  }
}

/// Labels of the swept fields in addresses: the shortest suffix of the path that no other path
/// shares.
struct AxisLabels {
  private var labels: [String: String] = [:]
  /// Fields with values that only quotes tell apart, for example the text "1" and the number 1.
  private var quoted: Set<String> = []

  /// Fields with a single value are left out of addresses.
  init(_ axes: [Axis]) {
    let shown = axes.flatMap { axis in
      axis.paths.indices.filter { index in Set(axis.settings.map { $0[index] }).count > 1 }
        .map { axis.paths[$0] }
    }
    for path in shown {
      let parts = path.split(separator: ".")
      let others = shown.filter { $0 != path }.map { $0.split(separator: ".") }
      let length = (1...max(1, parts.count)).first { length in
        !others.contains { $0.suffix(length).elementsEqual(parts.suffix(length)) }
      }
      labels[path] = parts.suffix(length ?? parts.count).joined(separator: ".")
    }
    for axis in axes {
      for (index, path) in axis.paths.enumerated() {
        let values = Set(axis.settings.map { $0[index].shown })
        if Set(values.map(\.addressText)).count < values.count { quoted.insert(path) }
      }
    }
  }

  func address(of stage: String, at setting: [AxisValue]) -> String {
    let shown = setting.compactMap { value in
      labels[value.path].map { label in
        guard case .string(let text) = value.shown, quoted.contains(value.path) else {
          return "\(label)=\(value.shown.addressText)"
        }
        return "\(label)=\(JSONText.string(text).compact)"
      }
    }
    return shown.isEmpty ? stage : stage + "[" + shown.joined(separator: ",") + "]"
  }
}

extension FieldValue {
  /// Like `text`, but quotes text that would read as a number, as true or as null, or whose end
  /// would not be visible. So no two values of one field, and no two points, have the same address.
  fileprivate var addressText: String {
    guard case .string(let text) = self else { return self.text }
    let isPlain =
      CoreScalar(text, isPlain: true) == .string(text) && text.first != " " && text.last != " "
      && !text.unicodeScalars.contains { ",[]{}=\"".unicodeScalars.contains($0) || $0.value < 0x20 }
    return isPlain ? text : JSONText.string(text).compact
  }
}

extension [PointInput] {
  /// The labels of each collecting role, in order and without repetition.
  fileprivate var labels: [String: [String]] {
    reduce(into: [:]) { labels, input in
      guard let label = input.label, labels[input.role]?.contains(label) != true else { return }
      labels[input.role, default: []].append(label)
    }
  }
}
