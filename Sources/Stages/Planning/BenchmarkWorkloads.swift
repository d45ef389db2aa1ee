import Algorithms
import Fields
import Foundation
import ModelCore
package import PipelineCore
package import Reasoning

/// The work of a pipeline's stages, for benchmarks that do not run the stages: models of the same
/// shapes with random weights, and the stages' own problems, batches and lengths.
package struct BenchmarkWorkloads {
  private let graph: StageGraph

  package init(_ graph: StageGraph) { self.graph = graph }

  /// The workloads of every stage that computes, at its first point, and the names of those that
  /// cannot be measured by themselves. Left out are stages with the same work as an earlier one
  /// (evaluating another policy of the same shape).
  /// - Throws: `StageFailure` if a split is empty; errors from reading an external model.
  package func all() throws -> (workloads: [Workload], unmeasured: [String]) {
    var seen: [(kind: String, config: FieldValue, model: Model)] = []
    var stages: Set<String> = []
    var unmeasured: [String] = []
    let measured = try graph.points.flatMap { point -> [Workload] in
      guard point.kind.usesNumerics, stages.insert(point.stage).inserted else { return [] }
      let model = try model(of: point)
      let isRepeat = seen.contains {
        $0.kind == point.kind.name && $0.config == point.config && $0.model == model
      }
      guard !isRepeat else { return [] }
      seen.append((point.kind.name, point.config, model))
      let works = try workloads(of: point)
      if works.isEmpty { unmeasured.append(point.stage) }
      return works
    }
    return (measured, unmeasured)
  }

  /// The workloads of one stage, at its first point.
  /// - Throws: `StageFailure` if the stage does not exist, or has nothing that can be measured;
  ///   errors from reading an external model.
  package func workloads(ofStage name: String) throws -> [Workload] {
    guard let point = graph.points.first(where: { $0.stage == name }) else {
      throw StageFailure(
        UnknownName(
          "stage", name, "in the pipeline", among: graph.points.map(\.stage).uniqued(on: \.self)
        )
        .sentence)
    }
    let workloads = try workloads(of: point)
    guard !workloads.isEmpty else {
      throw StageFailure(
        "stage '\(name)' cannot be measured by itself: it computes nothing, or trains on stored "
          + "responses, which only a run makes")
    }
    return workloads
  }

  private func workloads(of point: StagePoint) throws -> [Workload] {
    guard let kind = point.kind as? any ComputingStageKind else { return [] }
    let model = try model(of: point)
    let inputs = BenchmarkInputs(graph: graph, point: point)
    return try kind.benchmarkWork(of: point.config, inputs: inputs).map {
      Workload(
        name: point.stage, model: model.configuration, vocabularySize: model.vocabularySize,
        adapter: model.adapter,
        format: kind.format(of: point.config), work: $0)
    }
  }

  private struct Model: Equatable {
    var configuration: ModelConfiguration
    var vocabularySize: Int
    var adapter: LoRAShape?
  }

  /// The model that a stage creates or continues, with the adapter that it trains.
  private func model(of point: StagePoint) throws -> Model {
    var model = try givenModel(of: point)
    if case .map = point.config["lora"] {
      model.adapter = LoRAConfiguration(decoding: point.config["lora"])
        .shape(continuing: model.adapter)
    }
    return model
  }

  private func givenModel(of point: StagePoint) throws -> Model {
    switch point.inputs.first(where: { $0.role == RoleName.policy })?.source {
    case .point(let index):
      return try model(of: graph.points[index])
    case .external(.checkpoint(let path, let base)):
      let model = try ModelDescriptionCache.shared.description(of: path, base: base)
      return Model(
        configuration: model.configuration, vocabularySize: model.vocabularySize,
        adapter: model.adapter)
    case .external, nil:
      let kind = point.kind as? any ComputingStageKind
      let format = kind?.format(of: point.config) ?? ResponseFormats.standard
      return Model(
        configuration: kind?.newModel(of: point.config) ?? ModelConfiguration(),
        vocabularySize: format.tokenizer.vocabularySize)
    }
  }
}

/// The inputs of a stage as far as its benchmark needs them: problems, which are known before any
/// run.
package struct BenchmarkInputs {
  fileprivate let graph: StageGraph
  fileprivate let point: StagePoint

  var seed: UInt64 { point.seed }

  func problems(ofSplit split: String, role: String) throws -> [Problem] {
    guard case .point(let index) = point.inputs.first(where: { $0.role == role })?.source,
      let problems = try Self.problems(ofSplit: split, from: graph.points[index]),
      !problems.isEmpty
    else {
      throw StageFailure("stage '\(point.stage)' has no problems in a split '\(split)'")
    }
    return problems
  }

  private static func problems(
    ofSplit split: String, from source: StagePoint
  ) throws -> [Problem]? {
    guard let kind = source.kind as? any ProblemsStageKind else { return nil }
    let inputs = source.inputs.compactMap { input -> (label: String, input: ExternalInput)? in
      guard let label = input.label, case .external(let external) = input.source else { return nil }
      return (label, external)
    }
    return try kind.problems(ofSplit: split, in: source.config, inputs: inputs)
  }

  /// Returns the work of one slice of the role `problems`: the problems that a stage samples
  /// between two opportunities to stop.
  func slice(
    ofSplits splits: [String], _ configuration: SamplingConfiguration
  ) throws -> Workload.Work {
    let all = try splits.flatMap {
      try problems(ofSplit: $0, role: RoleName.problems)
    }
    return try sampling(Array(all.prefix(ResponseSampling.problemsPerSlice)), configuration)
  }

  func sampling(
    _ problems: [Problem], _ configuration: SamplingConfiguration
  ) throws -> Workload.Work {
    let format = configuration.format
    let prompts = try problems.flatMap { problem in
      let prompt = try format.prompt(of: problem, header: .none)
      return Array(repeating: prompt, count: configuration.numGenerations)
    }
    var settings = configuration.settings
    settings.bannedTokens = format.bannedTokens + format.stopTokens
    return .sampling(prompts: prompts, settings)
  }
}
