/// A matrix in the order in which the product kernels read it, for use in many products while its
/// values stay as they are.
struct PackedMatrix: Sendable {
  let view: MatrixView
  /// Nil where products take the matrix as it lies.
  let packed: FloatStorage?
}
