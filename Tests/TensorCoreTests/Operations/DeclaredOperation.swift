import TensorCore
import Testing

/// An operation of the tape, declared once: how it is called, what it means, how exact it is. Every
/// check in `OperationChecks` holds for every declaration.
///
/// A new operation is a case of `TapeOperation`, an entry in `all`, and a case of the same name in
/// Reference/freeze_operations.py.
struct DeclaredOperation: Sendable, CustomTestStringConvertible {
  /// As in the frozen file.
  let name: String
  let operation: TapeOperation
  let inputs: [(name: String, shape: [Int])]
  let call: @Sendable (Tape, [Tensor]) throws -> Tensor
  /// The output, from the inputs alone.
  let formula: @Sendable ([Matrix]) -> Matrix
  /// d loss / d each input, from the inputs and d loss / d output.
  let derivative: @Sendable ([Matrix], Matrix) -> [Matrix]
  let tolerance: OperationTolerance

  var testDescription: String { name }

  static let all: [DeclaredOperation] = [
    embedding,
    linear, linearWithBias,
    add,
    rmsNorm,
    swiGLU,
    rotary,
    attention, groupedAttention, oneKeyHeadAttention, windowedAttention,
    shortConvolution,
    logProbabilities, temperedLogProbabilities,
    recomputed, custom,
  ]

  /// Of the operations inside sequences: one of a single token, one empty, one over several of
  /// attention's blocks of keys.
  static let layout = SequenceLayout(lengths: [5, 1, 0, 35, 3])
}

/// |found - expected| ≤ absolute + relative · |expected|.
struct Tolerance: Sendable {
  var absolute: Double
  var relative: Double

  init(_ absolute: Double, _ relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  /// Bits that cannot differ, since nothing is rounded twice.
  static let none = Tolerance(0, 0)
}

/// How far an operation may be from double precision.
struct OperationTolerance: Sendable {
  var output: Tolerance
  var gradient: Tolerance
}
