import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning

/// Estimates of the disk space of stages and of what their time depends on, before anything runs.
/// Sizes of text were measured on the quickstart; a test compares every estimate with what a run
/// really writes.
enum StageEstimates {
  /// A problem as a line of JSON.
  static let bytesPerProblem = 85
  /// A row of `metrics.jsonl`.
  static let bytesPerSupervisedStep = 130
  static let bytesPerPolicyStep = 570
  static let bytesPerPreferenceStep = 330
  /// `config.json`, `tokenizer.json` and the header of the weights.
  static let bytesAroundWeights = 6000
  /// The most bytes of a log-probability: the shortest text that reads back as a `Float` has at
  /// most nine digits, with a sign, a point, and an exponent (`e-45`) or zeros after the point.
  static let mostBytesPerLogProbability = 15
  /// The most bytes of a response in `labels.jsonl`: a length of 11 digits, `false`, two commas.
  static let mostBytesPerLabel = 18
  /// The most bytes of a response without its tokens: names, counts and its problem.
  static let mostBytesPerResponse = 600
  /// The most bytes of a split in `evaluation.json`: every family at every difficulty.
  static let mostBytesPerSplit = 32_000

  /// The parameters that a stage trains.
  enum TrainedParameters {
    case all
    /// Those of an adapter; nil if the model's shape is unknown.
    case adapter(Int?)
  }

  /// The parameters that a stage trains, from its field `lora` and its policy.
  static func trained(
    _ lora: LoRAConfiguration?, from policy: UpstreamStage?
  ) -> TrainedParameters {
    if let lora { return .adapter(lora.parameterCount(over: policy)) }
    guard let policy else { return .all }
    if let adapter = UpstreamModel.adapter(of: policy), policy.external != nil,
      let configuration = UpstreamModel.configuration(of: policy)
    {
      return .adapter(adapter.parameterCount(over: configuration))
    }
    return policy.config["lora"].isAbsent ? .all : .adapter(nil)
  }

  /// The figures of the model that a stage makes: weights that are trained are written in 32 bits.
  static func figures(
    of model: ModelSizes?, trained: TrainedParameters
  ) -> [String: Int]? {
    var model = model
    if case .all = trained { model?.keptByteCount = nil }
    return model?.figures
  }

  /// The memory of a stage that trains, before its passes: weights, gradients and moments. Nil if
  /// the model that it starts from is unknown.
  /// - Parameter configuration: the shape of a new model, if there is no policy.
  static func memory(
    ofTraining policy: UpstreamStage?, orNew configuration: ModelConfiguration? = nil,
    lora: LoRAConfiguration?, hasReference: Bool, numerics: Numerics, format: any ResponseFormat
  ) -> MemoryEstimate? {
    guard let model = model(of: policy, orNew: configuration, in: format) else { return nil }
    var estimate: MemoryEstimate
    switch trained(lora, from: policy) {
    case .all:
      estimate = MemoryEstimate(model, numerics: numerics, format: format)
      if hasReference { estimate.addReference() }
    // The reference is the base of the adapter, which is in memory once.
    case .adapter(let count):
      estimate = MemoryEstimate(
        model, numerics: numerics, format: format, use: .onlyRead, adapterCount: count ?? 0)
    }
    estimate.addOptimizer()
    return estimate
  }

  /// The bytes of a stage that trains a model for the given number of steps.
  static func training(
    parameters: Int?, steps: Int, trained: TrainedParameters = .all, bytesPerStep: Int
  ) -> (artifact: ByteEstimate?, checkpoint: ByteEstimate?) {
    let written: Int? =
      switch trained {
      case .all: parameters
      case .adapter(let count): count
      }
    guard let written else { return (nil, nil) }
    let log = StageCost.product(steps, bytesPerStep)
    let weights = StageCost.product(4, written)
    return (
      .about(StageCost.sum([weights, log, bytesAroundWeights])),
      // Weights and two optimizer moments.
      .about(StageCost.sum([StageCost.product(3, weights), log, bytesAroundWeights]))
    )
  }

  /// The cost of a stage that learns from `prompts_per_step` examples in each step.
  /// - Parameters:
  ///   - steps: the most steps; nil if they are known only when the data is read.
  ///   - keepsState: true if the state at the end stays in the store.
  ///   - others: further figures that the time of a step depends on.
  static func cost(
    ofExamples train: TrainConfiguration, steps: Int?, keepsState: Bool, model: ModelSizes?,
    trained: TrainedParameters = .all, bytesPerStep: Int, data: UpstreamStage?,
    splits: [String] = [], also others: [(String, Int)] = []
  ) -> StageCost {
    let prompts = steps.map { StageCost.product($0, train.promptsPerStep) }
    let parameters = model?.parameterCount
    let sizes = training(
      parameters: parameters, steps: steps ?? 0, trained: trained, bytesPerStep: bytesPerStep)
    var cost = StageCost(
      prompts: prompts, optimizerSteps: steps, steps: steps, modelParameters: parameters,
      artifactBytes: sizes.artifact, keptBytes: keepsState ? sizes.checkpoint : nil,
      checkpointBytes: sizes.checkpoint,
      work: prompts.flatMap {
        work(
          $0, parameters: parameters, problems: data, splits: splits,
          also: [("prompts_per_step", train.promptsPerStep)] + others)
      })
    cost.modelFigures = figures(of: model, trained: trained)
    return cost
  }

  /// The bytes of the files that stages have from outside; nil if there are none.
  static func bytes(ofFilesFrom stages: [UpstreamStage]) -> Int? {
    let paths = stages.flatMap { $0.external?.allPaths ?? [] }
    guard !paths.isEmpty else { return nil }
    return StageCost.sum(
      paths.map { path in
        let figures = try? FileManager.default.attributesOfItem(atPath: path)
        return (figures?[.size] as? NSNumber)?.intValue ?? 0
      })
  }

  /// The most bytes of the given number of responses with this number of tokens in total.
  static func responses(_ count: Int, tokens: Int, in format: any ResponseFormat) -> Int {
    StageCost.sum([
      StageCost.product(count, mostBytesPerResponse),
      StageCost.product(tokens, mostBytesPerToken(in: format)),
    ])
  }

  /// The most bytes of a token in `responses.jsonl`: its id and its log-probability, each with a
  /// comma.
  static func mostBytesPerToken(in format: any ResponseFormat) -> Int {
    let largestID = max(0, format.tokenizer.vocabularySize - 1)
    return String(largestID).utf8.count + mostBytesPerLogProbability + 2
  }

  /// The sizes of the model that a stage starts from or creates; nil if unknown.
  static func model(
    of policy: UpstreamStage?, orNew configuration: ModelConfiguration?,
    in format: any ResponseFormat
  ) -> ModelSizes? {
    if let policy {
      guard case .checkpoint(let folder, let base) = policy.external else {
        return policy.cost.modelFigures.flatMap(ModelSizes.init)
      }
      return model(inFolder: base ?? folder)
    }
    return ModelSizes(
      configuration ?? ModelConfiguration(), vocabularySize: format.tokenizer.vocabularySize)
  }

  /// Nil if the configuration of the folder or the file cannot be read; the run reports that error.
  private static func model(inFolder path: String) -> ModelSizes? {
    if let model = try? ModelDescriptionCache.shared.description(of: path) {
      var sizes = ModelSizes(model.configuration, vocabularySize: model.vocabularySize)
      sizes.keptByteCount = model.byteCount(for: .onlyRead)
      return sizes
    }
    if GGUFModel.isFile(path) { return nil }
    return ModelFolder.sizes { name in
      let file = try FileHandle(
        forReadingFrom: URL(fileURLWithPath: path).appendingPathComponent(name))
      defer { try? file.close() }
      return try file.read(upToCount: 1 << 20) ?? Data()
    }
  }

  /// The quantities that a stage's time depends on, besides the amount of work: the model's size,
  /// the problems, and others that the kind names. Nil if the model is unknown.
  static func work(
    _ amount: Int, parameters: Int?, problems: UpstreamStage?, splits: [String],
    also others: [(String, Int)] = []
  ) -> WorkAmount? {
    guard let parameters, let problems else { return nil }
    var texts = [problems.kind?.name ?? problems.stage, problems.config.text]
    if problems.kind is ProblemsKind {
      // Problems of one difficulty have similar lengths, however many there are.
      let drawn = splits.map { problems.config["splits"][$0]["difficulty"].text }
      texts = [
        "families=" + problems.config["families"].text,
        "difficulty=" + drawn.joined(separator: " "),
      ]
    }
    let figures = ([("parameters", parameters)] + others).map { "\($0.0)=\($0.1)" }
    return WorkAmount(sort: (figures + texts).joined(separator: " "), amount: amount)
  }
}
