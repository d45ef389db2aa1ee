import Fields
import PipelineCore
import TestSupport

/// A random pipeline: chains, diamonds and collectors, swept and seeded; some stages do the same
/// work under two names.
struct RandomPipeline {
  struct Stage {
    var name: String
    var gathers: [String]?
    var from: String?
    var also: String?
    var label: String
    var steps: Int
    var alpha: Double
    var salt: Int
    var patience: Int
    var usesSeed: Bool
  }

  var stages: [Stage] = []
  var axes: [Axis] = []
  var seeds: [UInt64]

  init(using random: inout SeededRandom) {
    let count = Int.random(in: 2...7, using: &random)
    seeds = Array(0..<UInt64.random(in: 1...2, using: &random))
    for index in 0..<count {
      let earlier = stages.filter { $0.gathers == nil }.map(\.name)
      let gathers = index > 1 && random.chance(0.2)
      stages.append(
        Stage(
          name: "s\(index)",
          gathers: gathers
            ? Array(earlier.shuffled(using: &random).prefix(3)) : nil,
          from: random.chance(0.7) ? earlier.randomElement(using: &random) : nil,
          also: random.chance(0.3) ? earlier.randomElement(using: &random) : nil,
          label: random.chance(0.3) ? "shared" : "s\(index)",
          steps: Int.random(in: 0...4, using: &random),
          alpha: [0, 0.5].randomElement(using: &random) ?? 0,
          salt: Int.random(in: 0...1, using: &random),
          patience: Int.random(in: 0...9, using: &random),
          usesSeed: random.chance(0.3)))
    }
    // A sweep of `patience`, which is not in any key, makes points with the same work.
    for field in ["alpha", "salt", "patience"] where random.chance(0.3) {
      let counting = stages.filter { $0.gathers == nil }
      guard let swept = counting.randomElement(using: &random) else { continue }
      axes.append(
        Axis(
          path: "\(swept.name).\(field)",
          values: field == "alpha" ? [.float(0.25), .float(0.75)] : [.int(2), .int(3)]))
    }
    if seeds.count > 1 {
      axes.append(Axis(path: Axis.seedPath, values: seeds.map { .int(Int($0)) }))
    }
  }

  func graph(_ ledger: Ledger) -> StageGraph {
    StageGraph(
      Pipeline(
        name: "random", seeds: seeds, axes: axes,
        stages: stages.map { stage in
          if let names = stage.gathers { return gathering(stage.name, ledger, names) }
          return counting(
            stage.name, ledger, from: stage.from, also: stage.also, label: stage.label,
            steps: stage.steps, alpha: stage.alpha, salt: stage.salt, patience: stage.patience,
            usesSeed: stage.usesSeed)
        }))
  }

  /// The stage `name` and all stages that depend on it, directly or not.
  func downstream(of name: String) -> Set<String> {
    var found: Set = [name]
    // Stages come after those from which they take inputs.
    for stage in stages {
      let sources = stage.gathers ?? [stage.from, stage.also].compactMap { $0 }
      if sources.contains(where: found.contains) { found.insert(stage.name) }
    }
    return found
  }
}
