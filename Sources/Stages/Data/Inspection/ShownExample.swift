package import Fields
import ModelCore
import Reasoning

/// A problem as the model of a stage reads it: all of it, or the prompt alone.
package struct ShownExample {
  /// Neighbouring tokens that are all learned, or all given.
  package struct Piece {
    package let text: String
    package let tokens: [Int32]
    package let isLearned: Bool
  }

  package let stage: String
  package let kind: String
  /// The data stage and its split, the file and the line.
  package let data: String
  package let split: String
  package let file: String
  package let line: Int
  package let pieces: [Piece]
  /// False for a prompt, which a response will follow.
  package let isLearned: Bool

  init(
    stage: String, kind: String, data: String, split: String, file: String, line: Int,
    tokens: [Int32], weights: [Float]?, in format: any ResponseFormat
  ) {
    self.stage = stage
    self.kind = kind
    self.data = data
    self.split = split
    self.file = file
    self.line = line
    isLearned = weights != nil
    let mask = weights.map { $0.map { $0 != 0 } } ?? tokens.map { _ in false }
    var runs: [(tokens: [Int32], isLearned: Bool)] = []
    for (token, isLearned) in zip(tokens, mask) {
      if runs.last?.isLearned == isLearned {
        runs[runs.count - 1].tokens.append(token)
      } else {
        runs.append(([token], isLearned))
      }
    }
    pieces = runs.map {
      Piece(text: format.tokenizer.decode($0.tokens), tokens: $0.tokens, isLearned: $0.isLearned)
    }
  }

  package func count(learned: Bool) -> Int {
    pieces.filter { $0.isLearned == learned }.reduce(0) { $0 + $1.tokens.count }
  }

  package var json: JSONText {
    .object([
      ("stage", .string(stage)), ("kind", .string(kind)), ("data", .string(data)),
      ("split", .string(split)), ("file", .string(file)), ("line", .int(line)),
      ("text", .string(pieces.map(\.text).joined())),
      ("tokens", .array(pieces.flatMap { $0.tokens.map { .int(Int($0)) } })),
      (
        "mask",
        .array(
          pieces.flatMap { piece in piece.tokens.map { _ in .int(piece.isLearned ? 1 : 0) } })
      ),
      (
        "pieces",
        .array(
          pieces.map {
            .object([("text", .string($0.text)), ("learned", .bool($0.isLearned))])
          })
      ),
    ])
  }
}
