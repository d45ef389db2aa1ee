/// The operations of a tape, by the names that errors and diagnostics use.
///
/// Every case has a declaration in the tests (inputs, formula, derivative, tolerance); a case
/// without one makes the tests fail.
package enum TapeOperation: String, Sendable, CaseIterable {
  case embedding
  case linear
  case add
  case rmsNorm
  case swiGLU
  case geGLU
  case rotary
  case attention
  case shortConvolution
  case logProbabilities
  /// A stretch whose results are recomputed in the backward pass; see `Tape.recomputed`.
  case recomputed
  /// An operation that was computed elsewhere; see `Tape.custom`.
  case custom
}
