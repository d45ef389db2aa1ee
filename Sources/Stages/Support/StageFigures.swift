import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning

/// What stages take on disk and what their time depends on, before anything runs. Sizes of text
/// were measured on the quickstart; a test holds every estimate against what a run really writes.
enum StageFigures {
  /// A problem as a line of JSON.
  static let bytesPerProblem = 85
  /// A row of `metrics.jsonl`.
  static let bytesPerSupervisedStep = 130
  static let bytesPerPolicyStep = 570
  static let bytesPerPreferenceStep = 330
  /// `config.json`, `tokenizer.json` and the header of the weights.
  static let bytesAroundWeights = 6000
  /// A token's id of two digits and its log-probability of nine, with sign, exponent and commas.
  static let mostBytesPerToken = 18
  /// Of a response without its tokens: names, counts and its problem.
  static let mostBytesPerResponse = 600
  /// Of a split in `evaluation.json`: every family at every difficulty.
  static let mostBytesPerSplit = 32_000

  /// Of a stage that trains a model for so many steps.
  static func training(
    parameters: Int?, steps: Int, bytesPerStep: Int
  ) -> (artifact: ByteEstimate?, checkpoint: ByteEstimate?) {
    guard let parameters else { return (nil, nil) }
    let log = StageCost.product(steps, bytesPerStep)
    let weights = StageCost.product(4, parameters)
    return (
      .about(StageCost.sum([weights, log, bytesAroundWeights])),
      // Weights and two moments.
      .about(StageCost.sum([StageCost.product(3, weights), log, bytesAroundWeights]))
    )
  }

  /// The most bytes of so many responses with so many tokens together.
  static func responses(_ count: Int, tokens: Int) -> Int {
    StageCost.sum([
      StageCost.product(count, mostBytesPerResponse), StageCost.product(tokens, mostBytesPerToken),
    ])
  }

  /// How many weights the model has that a stage starts from or makes; nil when unknown.
  static func parameters(
    of policy: UpstreamStage?, orNew configuration: ModelConfiguration?
  ) -> Int? {
    if let policy {
      return policy.folder.map(parameters(inFolder:)) ?? policy.cost.modelParameters
    }
    return (configuration ?? ModelConfiguration())
      .parameterCount(vocabularySize: LadderVocabulary.tokens.count)
  }

  /// Nil when the folder's configuration cannot be read, which the run will say.
  private static func parameters(inFolder path: String) -> Int? {
    ModelFolder.parameterCount { name in
      let file = try FileHandle(
        forReadingFrom: URL(fileURLWithPath: path).appendingPathComponent(name))
      defer { try? file.close() }
      return try file.read(upToCount: 1 << 20) ?? Data()
    }
  }

  /// What the time of a stage depends on beside the amount of work: the model's size, the problems,
  /// and whatever else the kind names. Nil when the model is unknown.
  static func work(
    _ amount: Int, parameters: Int?, problems: UpstreamStage?, splits: [String],
    also others: [(String, Int)] = []
  ) -> WorkAmount? {
    guard let parameters, let problems else { return nil }
    var texts = [problems.kind, problems.config.text]
    if problems.kind == ProblemsKind().name {
      // Problems of one difficulty are as long, however many there are.
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
