package import Fields
package import PipelineCore
import Reasoning

/// A problem as the model of a stage reads it: all of it, or the prompt alone.
package struct ShownExample {
  package typealias Piece = StageExample.Piece

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
    pieces = Piece.all(of: tokens, weights: weights, in: format)
  }

  package func count(learned: Bool) -> Int { pieces.count(learned: learned) }

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
