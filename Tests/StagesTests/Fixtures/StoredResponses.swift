import Fields
import Foundation
import PipelineCore
import Reporting
import Stages

/// An evaluation that never ran: the test chooses lengths and correctness of its responses.
struct StoredResponses: ArtifactReader {
  struct Answer {
    var split = "easy"
    var family = "chain"
    var difficulty = 1
    var question: Int
    var sample = 0
    var length: Int
    var isCorrect = true
    var cluster: String?
    var isFinished = true
    var budget: Int?
    var budgetUse: String?
    var summary: Int?
    var promptTokens: Int?
    var thinkingTokens: Int?
    var stop = "eos"
    var cutBy: [String]?
    var thoughts: Int?
    var text: String?
    var tokens: [Int] = []
    var logProbabilities: [Double] = []
  }

  let answers: [Answer]
  let type = ArtifactType.responses
  let digest = String(repeating: "0", count: 64)
  let files = [ResponsesArtifact.path]

  init(_ answers: [Answer]) { self.answers = answers }

  func read(_ path: String) throws -> Data {
    JSONLines.encode(
      answers.map { answer in
        .object([
          ("split", .string(answer.split)),
          (
            "problem",
            .object(
              [
                ("family", .string(answer.family)), ("difficulty", .int(answer.difficulty)),
                ("prompt", .string("\(answer.split) \(answer.family) \(answer.question)")),
                ("answer", .string("1")),
              ] + (answer.cluster.map { [("fields", .object([("cluster", .string($0))]))] } ?? []))
          ),
          ("sample", .int(answer.sample)),
          ("tokens", .array(answer.tokens.map { .int($0) })),
          ("log_probabilities", .array(answer.logProbabilities.map { .double($0) })),
          ("thinking_tokens", .int(answer.thinkingTokens ?? answer.length - 3)),
          ("answer_tokens", .int(1)), ("length", .int(answer.length)),
          ("stop", .string(answer.stop)),
          ("cut_by", answer.cutBy.map { .array($0.map { .string($0) }) } ?? .null),
          ("thoughts", answer.thoughts.map { .int($0) } ?? .null),
          ("finished", .bool(answer.isFinished)),
          ("answer", .string(answer.text ?? (answer.isCorrect ? "1" : "2"))),
          ("correct", .bool(answer.isCorrect)), ("budget", answer.budget.map { .int($0) } ?? .null),
          ("budget_use", answer.budgetUse.map { .string($0) } ?? .null),
          ("summary", answer.summary.map { .int($0) } ?? .null),
          ("prompt_tokens", answer.promptTokens.map { .int($0) } ?? .null),
        ])
      })
  }

  /// This evaluation as an input of a collecting role.
  func input(_ label: String, alpha: Double? = nil, seed: Int = 0) -> CollectedInput {
    let alpha = alpha.map { [AxisValue(path: "rl.reward.alpha", value: .float($0))] } ?? []
    return CollectedInput(
      label: label, stage: label,
      point: alpha + [AxisValue(path: Axis.seedPath, value: .int(seed))], artifact: self)
  }
}
