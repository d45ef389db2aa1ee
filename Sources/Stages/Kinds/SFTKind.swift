package import Fields
import Foundation
package import ModelCore
package import PipelineCore
package import Reasoning

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
  ]

  package init() {}

  package struct Configuration: FieldGroup {
    package var split: String?
    package var targets = TargetChoice.all
    package var budgetHeader = false
    package var model: ModelConfiguration?
    package var train = TrainConfiguration()
    package var truncatedFraction = 0.0
    package var curriculum: Curriculum?
    package var drills: Drills?
    package var lossScaleFactor = 60.0

    package init() {}
    package static let meaning = "Training data and training"
    package static var fields: [Field<Configuration>] {
      [
        .string(
          "split", \.split, "The split of the problems to train on; responses need none",
          .semantic),
        .choice(
          "targets", \.targets, "The stored responses of a problem to learn", .semantic),
        .bool(
          "budget_header", \.budgetHeader,
          "Learn each stored response after a budget that states its own length", .semantic),
        .group(
          "model", \.model, "Shape of a new model; leave out when a policy is given", .semantic),
        .group("train", \.train, "Optimiser, schedule and batch", .semantic, required: true),
        .float(
          "truncated_fraction", \.truncatedFraction, .unit,
          "Share of examples whose thinking is cut anywhere and answered at once", .semantic),
        .group("curriculum", \.curriculum, Curriculum.meaning, .semantic),
        .group("drills", \.drills, Drills.meaning, .semantic),
        .float(
          "loss_scale_factor", \.lossScaleFactor, .positive, unit: .tokens,
          "The loss is summed over tokens, divided by prompts_per_step times this", .semantic),
      ]
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
      let onlyForResponses = [
        ("targets", configuration.targets != .all), ("budget_header", configuration.budgetHeader),
      ]
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
    var cost = StageEstimates.cost(
      ofExamples: configuration.train,
      parameters: StageEstimates.parameters(
        of: inputs[RoleName.policy]?.first, orNew: configuration.model,
        in: format(of: configuration)),
      bytesPerStep: StageEstimates.bytesPerSupervisedStep, data: inputs["data"]?.first,
      splits: configuration.split.map { [$0] } ?? [])
    cost.draws = UpstreamProblems(role: "data", inputs: inputs).draws
    return cost
  }

  package func figures(of config: FieldValue) -> [String] { SupervisedTrainer.figures }

  package func trainingLength(of configuration: Configuration) -> TrainingLength? {
    let shaping = [
      ("curriculum", configuration.curriculum != nil), ("drills", configuration.drills != nil),
    ]
    return configuration.train.trainingLength(
      obstacles: shaping.filter(\.1).map { TrainingLength.Dependence([$0.0]) })
  }

  package func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    // Stored responses exist only after a run; a stage without a split trains on them.
    guard let split = configuration.split else { return [] }
    let problems = try inputs.problems(ofSplit: split, role: "data")
    return [
      .training(
        configuration.train, lossScaleFactor: configuration.lossScaleFactor,
        examples: teacherExamples(
          of: ProblemPool(problems), configuration, seed: inputs.seed))
    ]
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> {
    [.tokenIDs, .gradients]
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let backend = context.makeBackend()
    let format = format(of: configuration)
    let model =
      try context.optionalInput(RoleName.policy).map { try ModelArtifact.read($0, for: format) }
      ?? Transformer(
        configuration: configuration.model ?? ModelConfiguration(),
        vocabularySize: format.tokenizer.vocabularySize, seed: context.seed)
    let source = try exampleSource(configuration, for: model, in: format, context: context)
    let optimization = TrainingState(
      model: model, format: format, configuration: configuration.train, backend: backend)
    let trainer = SupervisedTrainer(
      optimization: optimization, lossScaleFactor: configuration.lossScaleFactor,
      backend: backend)

    try TrainingLoop(optimization, context: context, shown: [("loss", "loss", 3)]).run { step in
      let examples = try source.examples(at: step)
      // A teacher's trace has a length only once it is written.
      try ModelArtifact.requireRoom(in: model, for: examples, of: "step \(step + 1)")
      return try trainer.step(step, examples: examples)
    }
  }

  private func exampleSource(
    _ configuration: Configuration, for model: Transformer, in format: any ResponseFormat,
    context: any StageContext
  ) throws -> any StepExamples {
    let data = context.input("data")
    guard data.type == .problems, let split = configuration.split else {
      let targets = try ResponseTargets(try ResponsesArtifact.read(data), in: format)
      let examples = try targets.examples(
        configuration.targets, statesBudget: configuration.budgetHeader)
      try ModelArtifact.requireRoom(in: model, for: examples, of: "the data")
      return ResponseExamples(
        examples, seed: context.seed, count: configuration.train.promptsPerStep)
    }
    let problems = try ProblemsArtifact.read(split: split, from: data, for: format)
    if model.configuration.contextLength != nil {
      let stored = try problems.compactMap { problem in
        try problem.response.map {
          try SupervisedExample.complete(
            problem, format.trace(ofResponse: $0, answer: problem.answer), in: format)
        }
      }
      try ModelArtifact.requireRoom(in: model, for: stored, of: "the data")
    }
    return teacherExamples(
      of: ProblemPool(problems, balance: try ProblemsArtifact.balance(of: data)), configuration,
      seed: context.seed)
  }

  private func teacherExamples(
    of pool: ProblemPool, _ configuration: Configuration, seed: UInt64
  ) -> TeacherExamples {
    TeacherExamples(
      ExampleSource(
        pool: pool, format: format(of: configuration),
        truncatedFraction: configuration.truncatedFraction,
        curriculum: configuration.curriculum, drills: configuration.drills),
      seed: seed, count: configuration.train.promptsPerStep,
      maxSteps: configuration.train.maxSteps)
  }

  package func newModel(of configuration: Configuration) -> ModelConfiguration {
    configuration.model ?? ModelConfiguration()
  }
}
