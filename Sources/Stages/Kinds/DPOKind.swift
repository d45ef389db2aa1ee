package import Fields
package import ModelCore
package import PipelineCore
package import Reasoning

/// Direct preference optimisation (DPO) on stored responses: for each problem, the shortest correct
/// response is preferred to the longest correct one.
package struct DPOKind: TrainingStageKind {
  package let name = "dpo"
  package let meaning =
    "Direct preference optimization: prefer each problem's shortest correct response to its longest"
  package let version = 2
  package let logColumns: [String]? = [
    "step", "loss", "rewards/accuracies", "rewards/margins", "logps/chosen", "logps/rejected",
    "grad_norm", "learning_rate",
  ]
  package let roles = [
    Role("data", accepts: [.responses, .labels], "the responses to choose from"),
    Role(RoleName.policy, accepts: [.model], "the model to start from, and the reference"),
    .responseFormat,
  ]

  package init() {}

  package struct Configuration: FormattedConfiguration {
    package var responseFormat: FormatConfiguration?
    package var beta = 0.1
    package var lora: LoRAConfiguration?
    package var train = TrainConfiguration()

    package init() {}
    package static let meaning = "Preference strength and training"
    package static var fields: [Field<Configuration>] {
      [
        responseFormat(\.responseFormat),
        .float(
          "dpo_beta", \.beta, .positive,
          "Factor of log-probability ratios; higher values stay nearer to the reference",
          .semantic),
        lora(\.lora),
        .group(
          "train", \.train, "Optimiser, schedule and batch; prompts_per_step counts pairs",
          .semantic, required: true),
      ]
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    (configuration.lora?.issues(over: inputs[RoleName.policy]?.first) ?? [])
      + dataIssues(inputs: inputs)
  }

  private func dataIssues(inputs: [String: [UpstreamStage]]) -> [FieldIssue] {
    guard let data = inputs["data"]?.first, data.config["sampling"]["num_generations"] == .int(1)
    else { return [] }
    return [
      FieldIssue(
        ["inputs", "data"],
        "'\(data.stage)' draws one response to a problem, and a pair takes two",
        help: "raise sampling.num_generations of '\(data.stage)'")
    ]
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageEstimates.cost(
      ofExamples: configuration.train, steps: configuration.train.maxSteps,
      keepsState: configuration.train.keepState,
      model: StageEstimates.model(
        of: inputs[RoleName.policy]?.first, orNew: nil, in: format(of: configuration)),
      trained: StageEstimates.trained(configuration.lora, from: inputs[RoleName.policy]?.first),
      bytesPerStep: StageEstimates.bytesPerPreferenceStep, data: inputs["data"]?.first)
  }

  package func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    guard
      var estimate = StageEstimates.memory(
        ofTraining: inputs[RoleName.policy]?.first, lora: configuration.lora,
        hasReference: true, numerics: numerics, format: format(of: configuration))
    else { return nil }
    estimate.addPasses(
      configuration.train, sequences: StageCost.product(2, configuration.train.promptsPerStep),
      // Both responses of a pair are in one pass.
      longest: StageCost.product(2, estimate.assumedExample(from: inputs["data"]?.first)),
      fields: [])
    return estimate.memory
  }

  package func figures(of config: FieldValue) -> [String] { PreferenceTrainer.figures }

  package func trainingLength(of configuration: Configuration) -> TrainingLength? {
    configuration.train.trainingLength(obstacles: [])
  }

  package func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    // Pairs are chosen from stored responses, which exist only after a run.
    []
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> {
    [.tokenIDs, .logProbabilities, .gradients]
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let backend = context.makeBackend()
    let format = format(of: configuration)
    let policy = try TrainedModel.read(
      context.input(RoleName.policy), for: format, lora: configuration.lora, seed: context.seed,
      backend: backend)
    let records = try ResponsesArtifact.read(context.input("data"))
    let pairs = try ResponseTargets(records, in: format).pairs()
    guard !pairs.isEmpty else {
      throw StageFailure(
        "no problem has two correct responses of different lengths among the \(records.count), so "
          + "no pair can be formed")
    }
    try ModelArtifact.requireRoom(
      in: policy, for: pairs.flatMap { [$0.chosen, $0.rejected] }, of: "the data")
    let order = ShuffledPasses(
      pairs, seed: context.seed, purpose: "dpo.order", count: configuration.train.promptsPerStep)
    let optimization = TrainingState(
      model: policy, format: format, configuration: configuration.train, seed: context.seed,
      backend: backend)
    let trainer = PreferenceTrainer(
      optimization: optimization,
      reference: try TrainedModel.reference(
        of: policy, from: context.input(RoleName.policy), for: format, backend: backend),
      beta: configuration.beta,
      backend: backend)
    try TrainingLoop(
      optimization, context: context,
      shown: [("loss", "loss", 3), ("rewards/accuracies", "right", 3)]
    ).run { step in
      let pairs = order.elements(at: step)
      context.show(examples: {
        pairs.enumerated().flatMap { number, pair in
          [("preferred", pair.chosen), ("rejected", pair.rejected)].map { part, example in
            StageExample(
              example, title: "step \(step + 1), pair \(number + 1), \(part)", in: format)
          }
        }
      })
      return try trainer.step(step, pairs: pairs)
    }
  }
}
