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

  /// The workloads of every stage that computes, at its first point. Left out are stages with the
  /// same work as an earlier one (evaluating another policy of the same shape), and stages that
  /// train on stored responses, which exist only after a run.
  /// - Throws: `StageFailure` if a split is empty; errors from reading an external model.
  package func all() throws -> [Workload] {
    var seen: [(kind: String, config: FieldValue, model: Model)] = []
    var stages: Set<String> = []
    return try graph.points.flatMap { point -> [Workload] in
      guard point.kind.usesNumerics, stages.insert(point.stage).inserted else { return [] }
      let model = try model(of: point)
      let isRepeat = seen.contains {
        $0.kind == point.kind.name && $0.config == point.config && $0.model == model
      }
      guard !isRepeat else { return [] }
      seen.append((point.kind.name, point.config, model))
      return try workloads(of: point)
    }
  }

  /// The workloads of one stage, at its first point.
  /// - Throws: `StageFailure` if the stage does not exist, or has nothing that can be measured;
  ///   errors from reading an external model.
  package func workloads(ofStage name: String) throws -> [Workload] {
    guard let point = graph.points.first(where: { $0.stage == name }) else {
      throw StageFailure("the pipeline has no stage '\(name)'")
    }
    let workloads = point.kind.usesNumerics ? try workloads(of: point) : []
    guard !workloads.isEmpty else {
      throw StageFailure(
        "stage '\(name)' cannot be measured by itself: it computes nothing, or trains on stored "
          + "responses, which only a run makes")
    }
    return workloads
  }

  private func workloads(of point: StagePoint) throws -> [Workload] {
    let model = try model(of: point)
    return try works(of: point).map {
      Workload(
        name: point.stage, model: model.configuration, vocabularySize: model.vocabularySize,
        work: $0)
    }
  }

  private func works(of point: StagePoint) throws -> [Workload.Work] {
    switch point.kind {
    case is SFTKind:
      return try training(SFTKind.Configuration(decoding: point.config), point)
    case is RLKind:
      let configuration = RLKind.Configuration(decoding: point.config)
      let problems = try problems(ofSplit: configuration.split, role: "problems", of: point)
      return [
        try sampling(
          Array(problems.prefix(configuration.train.promptsPerStep)), configuration.sampling),
        .reinforcement(
          configuration.train,
          PolicyTrainingConfiguration(
            rollout: configuration.rollout, sampling: configuration.sampling.settings,
            numGenerations: configuration.sampling.numGenerations, reward: configuration.reward,
            algorithm: configuration.algorithm),
          problems: problems),
      ]
    case is SampleKind:
      let configuration = SampleKind.Configuration(decoding: point.config)
      return [try slice(ofSplits: [configuration.split], configuration.sampling, point)]
    case is EvalKind:
      let configuration = EvalKind.Configuration(decoding: point.config)
      return [try slice(ofSplits: configuration.splits, configuration.sampling, point)]
    default:
      return []
    }
  }

  private func training(
    _ configuration: SFTKind.Configuration, _ point: StagePoint
  ) throws -> [Workload.Work] {
    guard let split = configuration.split else { return [] }
    let problems = try problems(ofSplit: split, role: "data", of: point)
    let examples = TeacherExamples(
      ExampleSource(
        pool: ProblemPool(problems), truncatedFraction: configuration.truncatedFraction,
        curriculum: configuration.curriculum, drills: configuration.drills),
      seed: point.seed, count: configuration.train.promptsPerStep,
      maxSteps: configuration.train.maxSteps)
    return [
      .training(
        configuration.train, lossScaleFactor: configuration.lossScaleFactor, examples: examples)
    ]
  }

  /// The work of one slice: the problems that a stage samples between two opportunities to stop.
  private func slice(
    ofSplits splits: [String], _ configuration: SamplingConfiguration, _ point: StagePoint
  ) throws -> Workload.Work {
    let all = try splits.flatMap {
      try problems(ofSplit: $0, role: "problems", of: point)
    }
    return try sampling(Array(all.prefix(ResponseSampling.problemsPerSlice)), configuration)
  }

  private func sampling(
    _ problems: [Problem], _ configuration: SamplingConfiguration
  ) throws -> Workload.Work {
    let prompts = try problems.flatMap { problem in
      let prompt = try LadderVocabulary.encode(problem.prompt) + [LadderVocabulary.beginThinking]
      return Array(repeating: prompt, count: configuration.numGenerations)
    }
    var settings = configuration.settings
    settings.bannedTokens = LadderVocabulary.banned + [LadderVocabulary.endOfSequence]
    return .sampling(prompts: prompts, settings)
  }

  // MARK: What a stage is given

  private struct Model: Equatable {
    var configuration: ModelConfiguration
    var vocabularySize: Int
  }

  /// The model that a stage creates or continues.
  private func model(of point: StagePoint) throws -> Model {
    switch point.inputs.first(where: { $0.role == "policy" })?.source {
    case .point(let index):
      return try model(of: graph.points[index])
    case .external(.checkpoint(let path)):
      let model = try ModelDescription(folder: path)
      return Model(configuration: model.configuration, vocabularySize: model.vocabularySize)
    case .external, nil:
      let configuration = SFTKind.Configuration(decoding: point.config).model
      return Model(
        configuration: configuration ?? ModelConfiguration(),
        vocabularySize: LadderVocabulary.tokens.count)
    }
  }

  private func problems(
    ofSplit split: String, role: String, of point: StagePoint
  ) throws -> [Problem] {
    guard case .point(let index) = point.inputs.first(where: { $0.role == role })?.source,
      let problems = try problems(ofSplit: split, from: graph.points[index]), !problems.isEmpty
    else {
      throw StageFailure("stage '\(point.stage)' has no problems in a split '\(split)'")
    }
    return problems
  }

  private func problems(ofSplit split: String, from point: StagePoint) throws -> [Problem]? {
    switch point.kind {
    case is ProblemsKind:
      return try ProblemsKind.problems(
        ofSplit: split, in: ProblemsKind.Configuration(decoding: point.config))
    case is DataKind:
      let input = point.inputs.first { $0.role == DataKind.role && $0.label == split }
      guard case .external(.file(let path)) = input?.source else { return nil }
      return try DataKind.problems(
        of: Data(contentsOf: URL(fileURLWithPath: path)), named: path, split: split,
        DataKind.Configuration(decoding: point.config))
    default:
      return nil
    }
  }
}
