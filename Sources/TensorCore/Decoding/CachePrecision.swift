/// How keys and values of past tokens are kept.
package enum CachePrecision: String, Sendable, Hashable, CaseIterable {
  case float32
  /// Half the memory. Attention then reads rounded keys and values, so that log-probabilities are
  /// not the trainer's: refused by an exact backend.
  case bfloat16
}
