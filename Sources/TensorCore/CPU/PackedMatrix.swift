/// A matrix in the order in which the product kernels read it. It belongs to the tensor it was made
/// from, and serves while the tensor's values stay as they are.
struct PackedMatrix: Sendable {
  let packed: FloatStorage
  /// The tensor's changes when it was made.
  let changes: Int
  /// The kernels that it was made for: each has an order of its own.
  let variant: KernelVariant
}
