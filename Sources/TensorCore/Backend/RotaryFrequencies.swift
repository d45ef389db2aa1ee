/// The angles of rotary position embedding (Su et al. 2021, arXiv 2104.09864): a token at position
/// p has pair i of every head turned by p · `values[i]` radians.
package struct RotaryFrequencies: Sendable, Hashable {
  /// One for each pair (i, i + D/2) of a head.
  package let values: [Double]
  /// The factor of all cosines and sines; 1 for a pure rotation.
  package let amplitude: Double

  /// - Precondition: at least one value.
  package init(_ values: [Double], amplitude: Double = 1) {
    precondition(!values.isEmpty)
    self.values = values
    self.amplitude = amplitude
  }

  /// The original frequencies, θ^(-2i/D) (equation 15).
  /// - Precondition: the dimension D is even and at least 2.
  package init(theta: Double, headDimension: Int) {
    precondition(headDimension >= 2 && headDimension % 2 == 0)
    let logTheta = DeterministicMath.logarithm(theta)
    self.init(
      (0..<headDimension / 2).map { index in
        DeterministicMath.exponential(-2 * Double(index) / Double(headDimension) * logTheta)
      })
  }

  /// The number of columns of a head.
  package var headDimension: Int { 2 * values.count }
}
