/// The swept fields that reach each stage, and so split it: its own, the seed if its kind uses one,
/// and those that split an input in a plain role. A collecting role takes every point and splits
/// nothing.
struct AxisReach {
  /// The paths of the fields, by stage.
  private(set) var paths: [String: Set<String>] = [:]

  /// - Parameter stages: stages without a cycle; inputs from others are left out.
  init(of stages: [StageDeclaration], over axes: [Axis]) {
    let swept = axes.flatMap(\.paths)
    for stage in StageGraph.ordered(stages) {
      var reaching = Set(swept.filter { $0.hasPrefix(stage.name + ".") })
      if stage.usesSeed(swept: axes) { reaching.insert(Axis.seedPath) }
      for input in stage.inputs where input.label == nil {
        guard case .stage(let name) = input.source else { continue }
        reaching.formUnion(paths[name] ?? [])
      }
      paths[stage.name] = reaching
    }
  }
}

extension StageDeclaration {
  /// True if any point of the stage uses the seed.
  fileprivate func usesSeed(swept axes: [Axis]) -> Bool {
    kind.usesSeed(config)
      || axes.contains { axis in
        axis.paths.contains { $0.hasPrefix(name + ".") }
          && axis.settings.contains { kind.usesSeed(config(at: $0)) }
      }
  }
}
