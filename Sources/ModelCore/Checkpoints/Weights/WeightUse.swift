/// The use of a model's weights, which decides their form in memory. It never changes results.
package enum WeightUse: Sendable, Hashable {
  /// Values change, or gradients of them are computed: 32 bits for each.
  case trained
  /// Nothing changes them, as in a policy that is only sampled or a reference: matrices are kept in
  /// the precision of their file (see `KeptMatrix`), with the results of 32 bits.
  case onlyRead
}
