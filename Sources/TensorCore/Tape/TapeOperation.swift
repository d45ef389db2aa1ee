/// What a tape can do, by the names that errors and diagnoses use.
///
/// Every case has a declaration in the tests (inputs, formula, derivative, tolerance); a new one
/// without fails them.
package enum TapeOperation: String, Sendable, CaseIterable {
  case embedding
  case linear
  case add
  case rmsNorm
  case swiGLU
  case rotary
  case attention
  case shortConvolution
  case logProbabilities
  /// A stretch whose results are made again on the way back; see `Tape.recomputed`.
  case recomputed
  /// One that was computed elsewhere; see `Tape.custom`.
  case custom
}
