import Algorithms
package import Fields
package import ModelCore
package import PipelineCore
package import Reasoning

/// Reinforcement learning with verified answers as reward.
package struct RLKind: TrainingStageKind {
  package let name = "rl"
  package let meaning = "Reinforcement learning on verified answers"
  package let version = 3
  package let logColumns: [String]? = [
    "step", "reward", "accuracy", "completions/mean_length", "completions/clipped_ratio",
    "entropy", "kl", "grad_norm",
  ]
  package let roles = [
    Role(RoleName.policy, accepts: [.model], "the model to start from"),
    Role(RoleName.problems, accepts: [.problems], "the problems to practise on"),
    Role(
      "labels", accepts: [.labels], required: false,
      "statistics of a frozen policy on them: b_max and reference_accuracy for rewards"),
    .responseFormat,
  ]
  package var presets: [Preset] { Presets.reinforcement }

  package init() {}

  package struct Configuration: FormattedConfiguration {
    package var split = ""
    package var sampling = SamplingConfiguration()
    package var responseFormat: FormatConfiguration?
    package var rollouts = RolloutConfiguration()
    package var reward = RewardConfiguration()
    package var algorithm = AlgorithmConfiguration()
    package var lora: LoRAConfiguration?
    package var train = TrainConfiguration()

    package init() {}
    package static let meaning = "Problems, rollouts, rewards and training"

    /// The way responses are sampled; plain whole responses if the fields are invalid.
    package var rollout: any RolloutSpecification {
      (try? rollouts.specification(maxNewTokens: sampling.maxNewTokens, in: sampling.format))
        ?? PlainRollout()
    }

    /// The numbers that every problem must have, because rewards or rollouts read them.
    var numbersOfProblems: [ProblemNumber] {
      let read = reward.problemNumbers + rollouts.problemNumbers
      return read.uniqued(on: \.self).filter { !rollouts.givenNumbers.contains($0.name) }
    }

    package static var fields: [Field<Configuration>] {
      [
        .string(
          "split", \.split, "The split of the problems to practise on", .semantic, required: true)
      ] + sampling(\.sampling, in: \.responseFormat, meaning: "Sampling of rollouts") + [
        .group("rollout", \.rollouts, RolloutConfiguration.meaning, .semantic),
        .group("reward", \.reward, "Correctness and further reward terms", .semantic),
        .group(
          "algorithm", \.algorithm, "Estimator, loss, aggregation and divergence", .semantic,
          required: true),
        lora(\.lora),
        .group("train", \.train, "Optimiser, schedule and batch", .semantic, required: true),
      ]
    }

    package func issues() -> [FieldIssue] {
      let budgetEstimator = algorithm.estimator as? any BudgetAdvantageEstimator
      var issues =
        algorithm.issues(
          numGenerations: sampling.numGenerations, rollout: rollout, reward: reward
        ).map { $0.prefixed("algorithm") }
        + algorithm.warnings(promptsPerStep: train.promptsPerStep).map { $0.prefixed("algorithm") }
        + reward.issues(rollout: rollout).map { $0.prefixed("reward") }
        + (budgetEstimator?.issues(in: rollouts) ?? []).map { $0.prefixed("rollout") }
        + reward.issues(maxNewTokens: sampling.maxNewTokens).map { $0.prefixed("reward") }
      if sampling.temperature == 0 {
        issues.append(
          FieldIssue(
            ["sampling", "temperature"], "rl needs a temperature above 0 to explore",
            help: "set sampling.temperature above 0"))
      }
      if let dropout = lora?.dropout, dropout > 0 {
        issues.append(
          .warning(
            ["lora", "dropout"],
            "dropout makes the probabilities of training differ from those of sampling",
            help: "leave it out in rl"))
      }
      return issues + sampling.trainingIssues.map { $0.prefixed("sampling") }
        + rollouts.issues(maxNewTokens: sampling.maxNewTokens, in: sampling.format)
        .map { $0.prefixed("rollout") }
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let problems = UpstreamProblems(role: RoleName.problems, inputs: inputs)
    var issues = [
      problems.issue(forSplit: configuration.split, at: ["split"]),
      problems.trainingIssue(forSplit: configuration.split, at: ["split"]),
    ].compactMap { $0 }
    if let count = problems.count(ofSplit: configuration.split),
      count < configuration.train.promptsPerStep
    {
      issues.append(
        FieldIssue(
          ["train", "prompts_per_step"],
          "split '\(configuration.split)' has \(count) problems, fewer than one step draws"))
    }
    issues += configuration.lora?.issues(over: inputs[RoleName.policy]?.first) ?? []
    return issues + configuration.sampling.issues(under: numerics)
      + labelIssues(for: configuration.split, inputs: inputs)
  }

  /// Issues if labels were made for another split than the one that is trained on.
  private func labelIssues(
    for split: String, inputs: [String: [UpstreamStage]]
  ) -> [FieldIssue] {
    guard let labels = inputs["labels"]?.first, let other = labels.config["split"].stringValue,
      other != split
    else { return [] }
    return [
      FieldIssue(
        ["inputs", "labels"],
        "'\(labels.stage)' labels split '\(other)', and this stage practises on '\(split)'",
        help: "label the split that is practised on")
    ]
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    let (train, sampling) = (configuration.train, configuration.sampling)
    // With dynamic sampling each step may sample as many batches as the filter allows.
    let prompts = StageCost.product(
      train.maxSteps, train.promptsPerStep,
      configuration.algorithm.filterGroups?.maxNumGenBatches ?? 1)
    let completions = StageCost.product(prompts, sampling.numGenerations)
    // Some estimators sample one more response for each prompt, at temperature 0.
    let isGreedyToo = type(of: configuration.algorithm.estimator).needsGreedyResponse
    let drawn = StageCost.product(prompts, sampling.numGenerations + (isGreedyToo ? 1 : 0))
    let model = StageEstimates.model(
      of: inputs[RoleName.policy]?.first, orNew: nil, in: sampling.format)
    let parameters = model?.parameterCount
    let trained = StageEstimates.trained(
      configuration.lora, from: inputs[RoleName.policy]?.first)
    let sizes = StageEstimates.training(
      parameters: parameters, steps: train.maxSteps, trained: trained,
      bytesPerStep: StageEstimates.bytesPerPolicyStep)
    var cost = StageCost(
      prompts: prompts, completions: completions,
      maxGeneratedTokens: StageCost.product(
        drawn, configuration.rollout.mostTokens(maxNewTokens: sampling.maxNewTokens)),
      optimizerSteps: StageCost.product(
        train.maxSteps, configuration.algorithm.numIterations,
        min(configuration.algorithm.numMiniBatches, train.promptsPerStep)),
      steps: train.maxSteps, modelParameters: parameters, artifactBytes: sizes.artifact,
      keptBytes: train.keepState ? sizes.checkpoint : nil, checkpointBytes: sizes.checkpoint,
      work: StageEstimates.work(
        completions, parameters: parameters, problems: inputs[RoleName.problems]?.first,
        splits: [configuration.split],
        also: [
          ("prompts_per_step", train.promptsPerStep), ("num_generations", sampling.numGenerations),
          ("max_new_tokens", sampling.maxNewTokens),
          ("num_iterations", configuration.algorithm.numIterations),
        ]))
    cost.modelFigures = StageEstimates.figures(of: model, trained: trained)
    cost.draws = UpstreamProblems(role: RoleName.problems, inputs: inputs).draws
    return cost
  }

  package func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    let (train, sampling) = (configuration.train, configuration.sampling)
    guard
      var estimate = StageEstimates.memory(
        ofTraining: inputs[RoleName.policy]?.first, lora: configuration.lora,
        hasReference: configuration.algorithm.needsReference, numerics: numerics,
        format: sampling.format)
    else { return nil }
    let longest = longestSequence(configuration) ?? sampling.maxNewTokens
    let sequences = StageCost.product(train.promptsPerStep, sampling.numGenerations)
    estimate.addPasses(
      train, sequences: sequences, longest: StageCost.sum([longest, estimate.assumedPrompt]),
      fields: ["sampling.max_new_tokens"])
    estimate.addDecoding(
      sequences: sequences, longest: longest, precision: sampling.kvCache.precision,
      forks: configuration.rollouts.type != .plain,
      fields: ["sampling.max_new_tokens", "sampling.num_generations", "train.prompts_per_step"])
    return estimate.memory
  }

  package func demand(of config: FieldValue) -> InputDemand? {
    let configuration = Configuration(decoding: config)
    return InputDemand(
      role: RoleName.problems, label: configuration.split,
      count: configuration.train.promptsPerStep,
      field: "train.prompts_per_step")
  }

  package func figures(of config: FieldValue) -> [String] {
    let configuration = Configuration(decoding: config)
    return PolicyMetrics.names(
      configuration.algorithm, configuration.reward,
      budgets: configuration.rollout.scoresBudgets ? configuration.rollouts.cuts.budgets : [])
  }

  package func trainingLength(of configuration: Configuration) -> TrainingLength? {
    configuration.train.trainingLength(
      obstacles: configuration.reward.readersOfProgress.map {
        TrainingLength.Dependence(["reward", $0])
      })
  }

  package func longestSequence(_ configuration: Configuration) -> Int? {
    configuration.rollout.longestSequence(
      maxNewTokens: configuration.sampling.maxNewTokens, in: format(of: configuration))
  }

  package func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    let problems = try inputs.problems(ofSplit: configuration.split, role: RoleName.problems)
    return [
      try inputs.sampling(
        Array(problems.prefix(configuration.train.promptsPerStep)), configuration.sampling),
      .reinforcement(
        configuration.train,
        PolicyTrainingConfiguration(
          rollout: configuration.rollout, sampling: configuration.sampling.settings,
          numGenerations: configuration.sampling.numGenerations, reward: configuration.reward,
          algorithm: configuration.algorithm),
        problems: problems),
    ]
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> {
    let own: Set<PolicyCapability> = [.tokenIDs, .logProbabilities, .gradients]
    return configuration.rollouts.type == .plain ? own : own.union([.forks])
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let backend = context.makeBackend()
    let format = format(of: configuration)
    let policy = try TrainedModel.read(
      context.input(RoleName.policy), for: format, lora: configuration.lora, seed: context.seed,
      backend: backend)
    var problems = try ProblemsArtifact.read(
      split: configuration.split, from: context.input(RoleName.problems), for: format)
    if let labels = context.optionalInput("labels") {
      problems = try LabelsArtifact.label(problems, by: labels)
    }
    guard problems.count >= configuration.train.promptsPerStep else {
      throw StageFailure(
        "split '\(configuration.split)' came out with \(problems.count) problems, fewer than the "
          + "\(configuration.train.promptsPerStep) prompts of a step")
    }
    for number in configuration.numbersOfProblems {
      guard let mistake = number.mistake(in: problems.map(\.numbers)) else { continue }
      throw StageFailure(
        "split '\(configuration.split)': \(mistake), which the reward or the rollout reads")
    }
    try ModelArtifact.requireRoom(
      of: policy.configuration.contextLength, for: problems,
      longest: longestSequence(configuration) ?? 0, format: format)
    let optimization = TrainingState(
      model: policy, format: format, configuration: configuration.train, seed: context.seed,
      backend: backend)
    let trainer = PolicyTrainer(
      optimization: optimization,
      reference: configuration.algorithm.needsReference
        ? try TrainedModel.reference(
          of: policy, from: context.input(RoleName.policy), for: format, backend: backend) : nil,
      training: PolicyTrainingConfiguration(
        rollout: try configuration.rollouts.specification(
          maxNewTokens: configuration.sampling.maxNewTokens, in: format),
        sampling: configuration.sampling.settings,
        cachePrecision: configuration.sampling.kvCache.precision,
        numGenerations: configuration.sampling.numGenerations, reward: configuration.reward,
        algorithm: configuration.algorithm),
      problems: ProblemPool(
        problems, balance: try ProblemsArtifact.balance(of: context.input(RoleName.problems))),
      seed: context.seed, backend: backend)

    try TrainingLoop(
      optimization, trainer: trainer, watch: WatchSetting(configuration.reward, format: format),
      context: context,
      shown: [
        ("reward", "reward", 3), ("accuracy", "accuracy", 3),
        ("completions/mean_length", "length", 1),
      ]
    ).run { step in
      let metrics = try trainer.step(step)
      context.show(examples: {
        StageExample.groups(of: trainer.responses, step: step + 1, in: format)
      })
      return metrics
    }
  }
}

extension RLKind: ProblemReadingKind {
  package func problemUse(_ configuration: Configuration) -> ProblemUse? {
    ProblemUse(role: RoleName.problems, splits: [configuration.split])
  }
}
