import Algorithms
import Fields
import ModelCore
import PipelineCore
import Reasoning

extension StageExample {
  /// An example of supervised training, with the tokens that are learned.
  init(_ example: SupervisedExample, title: String, in format: any ResponseFormat) {
    self.init(
      title: title,
      pieces: Piece.all(of: example.tokens, weights: example.weights, in: format))
  }

  /// The responses of a step of reinforcement learning: of each prompt the first, with the rewards
  /// of all.
  static func groups(
    of responses: [PlayedResponse], step: Int, in format: any ResponseFormat
  ) -> [StageExample] {
    responses.chunked(on: { ExactText($0.problem.prompt) }).enumerated().compactMap {
      number, group in
      guard let first = group.1.first else { return nil }
      let digits = 3
      let rewards = group.1.map { NumberFormat.fixed($0.reward, digits: digits) }
      let verdict = first.graded.isFinished ? first.graded.verdict.rawValue : "unfinished"
      return StageExample(
        title: "step \(step), prompt \(number + 1): \(verdict)",
        figures: [
          ("tokens", String(first.graded.tokenCount)), ("reference", first.problem.answer),
          (rewards.count > 1 ? "rewards of the group" : "reward", rewards.joined(separator: " ")),
        ]
          + first.terms.sorted { $0.key < $1.key }.map {
            ($0.key, NumberFormat.fixed($0.value, digits: digits))
          },
        pieces: [.prompt(of: first.problem, header: .none, in: format)],
        response: format.tokenizer.decode(first.tokens))
    }
  }
}

extension StageExample.Piece {
  /// The prompt of a problem as a model reads it; the problem's own text where no tokens stand for
  /// it.
  static func prompt(
    of problem: Problem, header: ResponseHeader, in format: (any ResponseFormat)?
  ) -> StageExample.Piece {
    let tokens = format.flatMap { try? $0.prompt(of: problem, header: header) } ?? []
    let text = tokens.isEmpty ? nil : format?.tokenizer.decode(tokens)
    return StageExample.Piece(text: text ?? problem.prompt, tokens: tokens, isLearned: false)
  }

  /// The pieces of a text, divided where learning begins or ends.
  /// - Parameter weights: of the tokens in the loss; nil if none is learned.
  static func all(
    of tokens: [Int32], weights: [Float]?, in format: any ResponseFormat
  ) -> [StageExample.Piece] {
    let mask = weights.map { $0.map { $0 != 0 } } ?? tokens.map { _ in false }
    return Array(zip(tokens, mask)).chunked(on: \.1).map { isLearned, run in
      let tokens = run.map(\.0)
      return StageExample.Piece(
        text: format.tokenizer.decode(tokens), tokens: tokens, isLearned: isLearned)
    }
  }
}
