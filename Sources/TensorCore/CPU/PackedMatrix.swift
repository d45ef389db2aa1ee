/// A matrix in the order in which the product kernels read it. It belongs to the tensor it was made
/// from, and is valid while the tensor's values do not change.
struct PackedMatrix: Sendable {
  let packed: FloatStorage
  /// The tensor's change count when the matrix was packed.
  let changes: Int
  /// The kernels that it was packed for; each has its own order.
  let variant: KernelVariant
  /// The numerics that it was packed for; `bf16` packs rounded values.
  let numerics: MatrixNumerics
}
