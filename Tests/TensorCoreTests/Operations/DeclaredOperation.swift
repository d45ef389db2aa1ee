import TensorCore
import Testing

/// The declaration of a tape operation: its call, its formula and its tolerance. Every check in
/// `OperationChecks` runs for every declaration.
///
/// A new operation is a case of `TapeOperation`, an entry in `all`, and a case of the same name in
/// Reference/freeze_operations.py.
struct DeclaredOperation: Sendable, CustomTestStringConvertible {
  /// The name in the frozen file.
  let name: String
  let operation: TapeOperation
  let inputs: [(name: String, shape: [Int])]
  let call: @Sendable (Tape, [Tensor]) throws -> Tensor
  /// Computes the output from the inputs alone.
  let formula: @Sendable ([Matrix]) -> Matrix
  /// Computes d loss / d each input, from the inputs and d loss / d output.
  let derivative: @Sendable ([Matrix], Matrix) -> [Matrix]
  let tolerance: OperationTolerance
  /// The tolerance under `bf16`, for operations with a matrix product: each operand has a relative
  /// error of up to 2⁻⁹.
  var narrowTolerance: OperationTolerance?

  var testDescription: String { name }

  static let all: [DeclaredOperation] = [
    embedding,
    linear, linearWithBias,
    add,
    rmsNorm,
    swiGLU,
    geGLU,
    rotary,
    attention, groupedAttention, oneKeyHeadAttention, windowedAttention,
    shortConvolution,
    logProbabilities, temperedLogProbabilities,
    recomputed, custom,
  ]

  /// The layout for operations inside sequences: one of a single token, one empty, one over several
  /// of attention's blocks of keys.
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

  /// Equal bits, because nothing is rounded twice.
  static let none = Tolerance(0, 0)
}

/// The largest allowed difference from double precision.
struct OperationTolerance: Sendable {
  var output: Tolerance
  var gradient: Tolerance
}
