/// A matrix in the order in which the product kernels read it. It belongs to the tensor it was made
/// from, and is valid while the tensor's values do not change.
struct PackedMatrix: Sendable {
  enum Format: Equatable {
    /// Floats, in the order of these kernels.
    case float32(KernelVariant)
    /// `BF16Panels`, two values in the place of a float. Their order is the same for all kernels.
    case bfloat16
  }

  let packed: FloatStorage
  /// The tensor's change count when the matrix was packed.
  let changes: Int
  let format: Format
}
