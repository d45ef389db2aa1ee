import Fields
import Foundation
import PipelineCore

/// Small stage kinds with every type of field and role, for tests of syntax and planning.
struct PlanningKind: StageKind {
  let name: String
  var meaning = "A kind for tests"
  var version = 1
  var roles: [Role] = []
  let output: ArtifactType
  var fields: GroupDescriptor
  var usesSeed = false
  var usesNumerics = false
  var namesPrograms = false
  var presets: [Preset] = []
  var rule: @Sendable (FieldValue, [String: [UpstreamStage]]) -> [FieldIssue] = { _, _ in [] }

  func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    rule(config, inputs)
  }

  func run(_ context: any StageContext) throws {}
}

enum PlanningKinds {
  static let all = StageKinds([problems, sft, rl, eval, table], folders: [model])

  /// A model folder has a `config.json`; a file of this extension is a whole model.
  static let model = FolderCheck(ArtifactType("model"), fileExtensions: ["whole"]) { path in
    FileManager.default.fileExists(atPath: path + "/config.json") ? nil : "it has no config.json"
  }

  static let problems = PlanningKind(
    name: "problems", output: ArtifactType("problems"), fields: ProblemsFields.descriptor)

  static let sft = PlanningKind(
    name: "sft", roles: [data], output: ArtifactType("model"), fields: SFTFields.descriptor,
    usesSeed: true, usesNumerics: true)

  static let rl = PlanningKind(
    name: "rl", roles: [policy, problemsRole], output: ArtifactType("model"),
    fields: RLFields.descriptor, usesSeed: true, usesNumerics: true, presets: [high, linear],
    rule: { config, inputs in
      var issues = RLFields(decoding: config).allIssues()
      let splits = inputs["problems"]?.first?.config["splits"].mapValue ?? [:]
      let split = config["split"].stringValue ?? ""
      if inputs["problems"] != nil, splits[split] == nil {
        issues.append(FieldIssue(["split"], "the problems have no split '\(split)'"))
      }
      return issues
    })

  static let high = Preset(
    name: "clip_high", meaning: "a higher upper clip", source: "a paper",
    text: "kl_coef: 0\nclip_ratio_high: 0.28\nsampling:\n  top_k: 5\n")

  static let linear = Preset(
    name: "linear", meaning: "a linear penalty", source: "another paper",
    text: "reward: {length_penalty: {type: linear}}\nclip_ratio_high: 0.2\n")

  static let eval = PlanningKind(
    name: "eval", roles: [policy, problemsRole], output: ArtifactType("responses"),
    fields: EvalFields.descriptor, usesSeed: true, usesNumerics: true)

  static let table = PlanningKind(
    name: "table",
    roles: [
      Role("results", accepts: [ArtifactType("responses")], collects: true, "What to tabulate"),
      Role("note", accepts: [ArtifactType("problems")], required: false, "Printed below"),
    ], output: ArtifactType("table"), fields: TableFields.descriptor)

  private static let data = Role("data", accepts: [ArtifactType("problems")], "What to learn")
  private static let policy = Role("policy", accepts: [ArtifactType("model")], "The model")
  private static let problemsRole = Role(
    "problems", accepts: [ArtifactType("problems")], "The questions")
}

struct ProblemsFields: FieldGroup {
  var families = ["chain"]
  var splits: [String: SplitFields] = [:]
  static let meaning = "Questions"
  static var fields: [Field<ProblemsFields>] {
    let choices = ["chain", "scan", "search"].map { Choice($0, "a family") }
    return [
      .strings(
        "families", \.families, of: choices, count: 1...3, "Families to draw from", .semantic),
      .groups("splits", \.splits, keys: "split", "Named sets of problems", .semantic),
    ]
  }
}

struct SplitFields: FieldGroup {
  var count = 0
  var difficulty = [1, 2]
  static let meaning = "One set of problems"
  static var fields: [Field<SplitFields>] {
    [
      .int(
        "count", \.count, 1...Int.max, unit: .problems, "How many problems", .semantic,
        required: true),
      .ints("difficulty", \.difficulty, each: 1...6, count: 2...2, "Lowest and highest", .semantic),
    ]
  }
}

struct TrainFields: FieldGroup {
  var learningRate = 0.0
  var maxSteps = 100
  var logsGradients = false
  var microBatchSize = 8
  var checkpointEverySteps: Int?
  static let meaning = "How the weights move"
  static var fields: [Field<TrainFields>] {
    [
      .float(
        "learning_rate", \.learningRate, .positive, "Step size", .semantic, required: true),
      .int("max_steps", \.maxSteps, 1...1_000_000, unit: .steps, "Optimizer steps", .semantic),
      .bool("log_gradients", \.logsGradients, "Log the gradient's norm", .operational),
      .int(
        "micro_batch_size", \.microBatchSize, 1...1024, unit: .sequences, "Sequences at once",
        .semanticUnlessExact),
      .int(
        "checkpoint_every_steps", \.checkpointEverySteps, 1...1_000_000, unit: .steps,
        "Save cadence", .operational),
    ]
  }
}

struct SFTFields: FieldGroup {
  var split = "train"
  var train = TrainFields()
  static let meaning = "Learning from traces"
  static var fields: [Field<SFTFields>] {
    [
      .string("split", \.split, "The split to learn from", .semantic),
      .group("train", \.train, "How the weights move", .semantic),
    ]
  }
}

enum PenaltyType: String, FieldChoice {
  case sigmoid, linear
  var meaning: String { "a \(rawValue) of the length" }
}

struct PenaltyFields: FieldGroup {
  var type = PenaltyType.sigmoid
  var alpha = 0.0
  static let meaning = "Shorter is better"
  static var fields: [Field<PenaltyFields>] {
    [
      .choice("type", \.type, "Shape of the penalty", .semantic),
      .float("alpha", \.alpha, .unit, "Strength of the penalty", .semantic, required: true),
    ]
  }
}

struct RewardFields: FieldGroup {
  var lengthPenalty: PenaltyFields?
  static let meaning = "What is rewarded"
  static var fields: [Field<RewardFields>] {
    [.group("length_penalty", \.lengthPenalty, "Penalty on length", .semantic)]
  }
}

struct SamplingFields: FieldGroup {
  var numGenerations = 8
  var maxNewTokens = 165
  var topP = 1.0
  var topK: Int?
  static let meaning = "How responses are drawn"
  static var fields: [Field<SamplingFields>] {
    [
      .int("num_generations", \.numGenerations, 1...4096, unit: .completions, "Each", .semantic),
      .int("max_new_tokens", \.maxNewTokens, 1...100_000, unit: .tokens, "At most", .semantic),
      .float("top_p", \.topP, FloatRange(0, 1, excludesLower: true), "Kept mass", .semantic),
      .int("top_k", \.topK, 1...100_000, "Kept tokens", .semantic),
    ]
  }
}

struct RLFields: FieldGroup {
  var split = "train"
  var klCoef = 0.0
  var clipRatioLow = 0.2
  var clipRatioHigh = 0.2
  var lossAggMode = "token-mean"
  var sampling = SamplingFields()
  var reward = RewardFields()
  var train = TrainFields()
  static let meaning = "Learning from reward"
  static var fields: [Field<RLFields>] {
    [
      .string("split", \.split, "The split to learn from", .semantic),
      .float("kl_coef", \.klCoef, .nonNegative, "Weight of the KL term", .semantic),
      .float("clip_ratio_low", \.clipRatioLow, .unit, "Clip below", .semantic),
      .float("clip_ratio_high", \.clipRatioHigh, .nonNegative, "Clip above", .semantic),
      .choice(
        "loss_agg_mode", \.lossAggMode,
        of: [Choice("token-mean", "over tokens"), Choice("seq-mean-token-mean", "over both")],
        "How token losses add up", .semantic),
      .group("sampling", \.sampling, "How responses are drawn", .semantic),
      .group("reward", \.reward, "What is rewarded", .semantic),
      .group("train", \.train, "How the weights move", .semantic),
    ]
  }

  func issues() -> [FieldIssue] {
    guard sampling.numGenerations < 2, reward.lengthPenalty != nil else { return [] }
    return [
      FieldIssue(
        ["sampling", "num_generations"], "a length penalty compares responses, but there is one",
        help: "write 2 or more")
    ]
  }
}

struct EvalFields: FieldGroup {
  var splits = ["test"]
  var sampling = SamplingFields()
  static let meaning = "Measuring"
  static var fields: [Field<EvalFields>] {
    [
      .strings("splits", \.splits, count: 1...10, "What to ask", .semantic),
      .group("sampling", \.sampling, "How responses are drawn", .semantic),
    ]
  }
}

struct TableFields: FieldGroup {
  var columns = ["accuracy"]
  static let meaning = "A table"
  static var fields: [Field<TableFields>] {
    [.strings("columns", \.columns, count: 1...20, "What to show", .semantic)]
  }
}

/// A correct pipeline with all kinds, which tests modify.
let wholePipeline = """
  version: 1
  name: demo
  seeds: [0, 1]
  stages:
    problems:
      kind: problems
      splits: {train: {count: 10}, test: {count: 5}}
    base:
      kind: sft
      inputs: {data: problems}
      train: {learning_rate: 1e-3}
    rl:
      kind: rl
      inputs: {policy: base, problems: problems}
      reward: {length_penalty: {alpha: 0.1}}
      train: {learning_rate: 5e-4, max_steps: 80}
    eval:
      kind: eval
      inputs: {policy: rl, problems: problems}
    eval_base:
      kind: eval
      inputs: {policy: base, problems: problems}
    table:
      kind: table
      inputs: {results: {base: eval_base, rl: eval}}
  sweep:
    grid: {rl.reward.length_penalty.alpha: [0, 0.1, 0.4]}
  """
