package import Fields
import Foundation
package import ModelCore
package import PipelineCore
package import Reasoning
import TensorCore

/// Supervised fine-tuning on teacher traces or stored responses, from scratch or from a given
/// model.
package struct SFTKind: TrainingStageKind {
  package let name = "sft"
  package let meaning = "Supervised fine-tuning on teacher traces or stored responses"
  package let version = 2
  package let roles = [
    Role(
      "data", accepts: [.problems, .responses, .labels], "problems with teachers, or responses"),
    Role(RoleName.policy, accepts: [.model], required: false, "the model to start from"),
    .responseFormat,
  ]

  package init() {}

  package struct Configuration: FormattedConfiguration {
    package var responseFormat: FormatConfiguration?
    package var split: String?
    package var targets = TargetChoice.all
    package var budgetHeader = false
    package var maxLength: Int?
    package var truncation = Truncation.error
    package var packing = false
    package var model: ModelConfiguration?
    package var lora: LoRAConfiguration?
    package var train = SupervisedTrainConfiguration()
    package var truncatedFraction = 0.0
    package var curriculum: Curriculum?
    package var drills: Drills?
    package var aggregation = SupervisedAggregation.sequenceMeanTokenSumNorm
    package var lossScaleFactor = Self.standardLossScaleFactor

    private static let standardLossScaleFactor = 60.0

    package init() {}
    package static let meaning = "Training data and training"
    package static var fields: [Field<Configuration>] {
      [
        responseFormat(\.responseFormat),
        .string(
          "split", \.split, "The split of the problems to train on; responses need none",
          .semantic),
        .choice(
          "targets", \.targets, "The stored responses of a problem to learn", .semantic),
        .bool(
          "budget_header", \.budgetHeader,
          "Learn each stored response after a budget that states its own length", .semantic),
        .int(
          "max_length", \.maxLength, 2...1_048_576, unit: .tokens,
          "Longest example, prompt and response together; absent for any length", .semantic),
        .choice(
          "truncation", \.truncation, "The treatment of an example longer than max_length",
          .semantic),
        .bool(
          "packing", \.packing,
          "Put whole examples into rows of at most max_length tokens; prompts_per_step counts rows",
          .semantic),
        .group(
          "model", \.model, "Shape of a new model; leave out when a policy is given", .semantic),
        lora(\.lora),
        .group("train", \.train, "Optimiser, schedule and batch", .semantic, required: true),
        .float(
          "truncated_fraction", \.truncatedFraction, .unit,
          "Share of examples whose thinking is cut anywhere and answered at once", .semantic),
        .group("curriculum", \.curriculum, Curriculum.meaning, .semantic),
        .group("drills", \.drills, Drills.meaning, .semantic),
        .choice(
          "loss_agg_mode", \.aggregation, "The way in which the losses of tokens are averaged",
          .semantic),
        .float(
          "loss_scale_factor", \.lossScaleFactor, .positive, unit: .tokens,
          "The loss is summed over tokens, divided by prompts_per_step times this", .semantic),
      ]
    }

    /// The fields that need responses which are known before training.
    var fieldsForStoredResponses: [(name: String, isSet: Bool)] {
      [("packing", packing), ("max_length", maxLength != nil), ("budget_header", budgetHeader)]
    }

    package func issues() -> [FieldIssue] {
      var issues: [FieldIssue] = []
      if maxLength == nil {
        if packing {
          issues.append(
            FieldIssue(
              ["packing"], "'packing' needs 'max_length', the most tokens of a row",
              help: "add 'max_length', or leave out 'packing'"))
        }
        if truncation != .error {
          issues.append(
            FieldIssue(
              ["truncation"], "'truncation' has no effect without 'max_length'",
              help: "add 'max_length', or leave out 'truncation'"))
        }
      }
      if aggregation == .tokenMean, lossScaleFactor != Self.standardLossScaleFactor {
        issues.append(
          FieldIssue(
            ["loss_scale_factor"],
            "loss_scale_factor has no effect with loss_agg_mode '\(aggregation.rawValue)'",
            help: "only 'seq-mean-token-sum-norm' divides by it"))
      }
      let writtenAnew = [
        ("truncated_fraction", truncatedFraction > 0), ("drills", drills != nil),
        ("curriculum", packing && curriculum != nil),
      ]
      if let field = fieldsForStoredResponses.first(where: \.isSet)?.name {
        issues += writtenAnew.filter(\.1).map { name, _ in
          FieldIssue(
            [name], "'\(name)' makes examples for each step, and '\(field)' needs them before",
            help: "leave out one of the two")
        }
      }
      return issues
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    let hasPolicy = !(inputs[RoleName.policy] ?? []).isEmpty
    if hasPolicy, configuration.model != nil {
      issues.append(
        FieldIssue(
          ["model"], "'model' cannot be combined with the input 'policy', which has a shape",
          help: "leave out 'model', or the input 'policy'"))
    }
    if !hasPolicy, configuration.model == nil {
      issues.append(
        FieldIssue(
          [], "sft needs 'model' or the input 'policy'",
          help: "add 'model: {}' for a new model, or 'policy: STAGE' under 'inputs'"))
    }
    issues += configuration.lora?.issues(over: inputs[RoleName.policy]?.first) ?? []
    guard let data = inputs["data"]?.first else { return issues }
    if data.output == .problems {
      if let split = configuration.split {
        let problems = UpstreamProblems(role: "data", inputs: inputs)
        issues += [
          problems.issue(forSplit: split, at: ["split"]),
          problems.trainingIssue(forSplit: split, at: ["split"]),
          problems.imitationIssue(),
        ].compactMap { $0 }
      } else {
        issues.append(
          FieldIssue([], "missing field 'split': the problems of '\(data.stage)' to train on"))
      }
      // Generated problems have teachers and store no response.
      let onlyForResponses =
        [("targets", configuration.targets != .all)]
        + (data.kind is ProblemsKind ? configuration.fieldsForStoredResponses : [])
      issues += onlyForResponses.filter(\.1).map { field, _ in
        FieldIssue(
          [field], "'\(field)' has no meaning for problems with teachers",
          help: "leave it out, or train on the responses of a 'sample' or 'label' stage")
      }
    } else {
      let onlyForTeachers = [
        ("split", configuration.split != nil),
        ("curriculum", configuration.curriculum != nil),
        ("drills", configuration.drills != nil),
        ("truncated_fraction", configuration.truncatedFraction > 0),
      ]
      issues += onlyForTeachers.filter(\.1).map { field, _ in
        FieldIssue(
          [field], "'\(field)' has no meaning for stored responses",
          help: "leave it out, or train on problems")
      }
    }
    return issues
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    let data = inputs["data"]?.first
    let problems = UpstreamProblems(role: "data", inputs: inputs)
    // Packing, dropping and wrong responses only make them fewer.
    let mostRows =
      configuration.split.map { problems.count(ofSplit: $0) }
      ?? (configuration.targets == .all ? data?.cost.completions : data?.cost.prompts)
    var cost = StageEstimates.cost(
      ofExamples: configuration.train.train(onRows: mostRows),
      steps: configuration.train.steps(rows: mostRows),
      keepsState: trainingLength(of: configuration)?.keepsState ?? false,
      model: StageEstimates.model(
        of: inputs[RoleName.policy]?.first, orNew: configuration.model,
        in: format(of: configuration)),
      trained: StageEstimates.trained(configuration.lora, from: inputs[RoleName.policy]?.first),
      bytesPerStep: StageEstimates.bytesPerSupervisedStep, data: data,
      splits: configuration.split.map { [$0] } ?? [],
      also: configuration.maxLength.map { configuration.packing ? [("packing", $0)] : [] } ?? [])
    cost.draws = problems.draws
    return cost
  }

  package func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    guard
      var estimate = StageEstimates.memory(
        ofTraining: inputs[RoleName.policy]?.first, orNew: configuration.model,
        lora: configuration.lora,
        hasReference: false, numerics: numerics, format: format(of: configuration))
    else { return nil }
    let train = configuration.train.train(onRows: nil)
    estimate.addPasses(
      train, sequences: configuration.packing ? .max : train.promptsPerStep,
      longest: configuration.maxLength
        ?? estimate.assumedExample(from: inputs["data"]?.first), fields: ["max_length"])
    return estimate.memory
  }

  package func figures(of config: FieldValue) -> [String] { SupervisedTrainer.figures }

  /// Nil where the number of steps is known only once the data is read.
  package func trainingLength(of configuration: Configuration) -> TrainingLength? {
    guard configuration.train.numTrainEpochs == nil else { return nil }
    let shaping = [
      ("curriculum", configuration.curriculum != nil), ("drills", configuration.drills != nil),
    ]
    return configuration.train.train(onRows: nil).trainingLength(
      obstacles: shaping.filter(\.1).map { TrainingLength.Dependence([$0.0]) })
  }

  package func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    // Stored responses exist only after a run; a stage without a split trains on them.
    guard let split = configuration.split else { return [] }
    let data = try SupervisedData(
      problems: try inputs.problems(ofSplit: split, role: "data"),
      balance: configuration.packing ? [] : ProblemBalance.generated, split: split, configuration,
      in: format(of: configuration), tell: { _ in })
    let train = configuration.train.train(onRows: data.rowCount)
    return [
      .training(
        train, lossScaleFactor: configuration.lossScaleFactor,
        examples: data.examples(for: train, seed: inputs.seed))
    ]
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> {
    [.tokenIDs, .gradients]
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let backend = context.makeBackend()
    let format = format(of: configuration)
    let model =
      try context.optionalInput(RoleName.policy).map {
        try TrainedModel.read(
          $0, for: format, lora: configuration.lora, seed: context.seed, backend: backend)
      }
      ?? Transformer(
        configuration: configuration.model ?? ModelConfiguration(),
        vocabularySize: format.tokenizer.vocabularySize, seed: context.seed)
    let data = try data(configuration, in: format, context: context)
    try data.requireRoom(in: model)
    let train = configuration.train.train(onRows: data.rowCount)
    if let issue = train.issues().first {
      throw StageFailure("\(issue.message), which is 'num_train_epochs' of \(data.rowCount) rows")
    }
    let source = data.examples(for: train, seed: context.seed)
    let optimization = TrainingState(
      model: model, format: format, configuration: train, seed: context.seed, backend: backend)
    let trainer = SupervisedTrainer(
      optimization: optimization, aggregation: configuration.aggregation,
      lossScaleFactor: configuration.lossScaleFactor, backend: backend)

    try TrainingLoop(optimization, context: context, shown: [("loss", "loss", 3)]).run { step in
      let examples = try source.examples(at: step)
      // A teacher's trace has a length only once it is written.
      try ModelArtifact.requireRoom(in: model, for: examples, of: "step \(step + 1)")
      context.show(examples: {
        examples.enumerated().map { number, example in
          StageExample(example, title: "step \(step + 1), example \(number + 1)", in: format)
        }
      })
      return try trainer.step(step, examples: examples)
    }
  }

  private func data(
    _ configuration: Configuration, in format: any ResponseFormat, context: any StageContext
  ) throws -> SupervisedData {
    let data = context.input("data")
    guard data.type == .problems, let split = configuration.split else {
      return try SupervisedData(
        responses: try ResponsesArtifact.read(data), configuration, in: format, tell: context.tell)
    }
    return try SupervisedData(
      problems: try ProblemsArtifact.read(split: split, from: data, for: format),
      balance: try ProblemsArtifact.balance(of: data), split: split, configuration, in: format,
      tell: context.tell)
  }

  package func newModel(of configuration: Configuration) -> ModelConfiguration {
    configuration.model ?? ModelConfiguration()
  }
}

extension SFTKind: ProblemReadingKind {
  package func problemUse(_ configuration: Configuration) -> ProblemUse? {
    configuration.split.map { ProblemUse(role: "data", splits: [$0]) }
  }

  package func example(
    of problem: Problem, _ configuration: Configuration
  ) throws -> SupervisedExample? {
    let format = format(of: configuration)
    if let text = problem.response {
      return try .stored(
        text, to: problem, in: format, statesBudget: try configuration.statesBudget(in: format))
    }
    var stream = RandomStream(seed: 0, purpose: "sft.example")
    return try ExampleSource(pool: ProblemPool([problem]), format: format)
      .example(of: problem, progress: 0, using: &stream)
  }
}
