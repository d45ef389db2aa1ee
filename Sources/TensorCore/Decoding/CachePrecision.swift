/// The precision of cached keys and values.
package enum CachePrecision: String, Sendable, Hashable, CaseIterable {
  case float32
  /// Uses half the memory. Attention then reads rounded keys and values, so log-probabilities
  /// differ from the trainer's; an exact backend refuses it.
  case bfloat16

  package var bytes: Int { self == .float32 ? 4 : 2 }
  var valuesPerFloat: Int { 4 / bytes }
}
