import Foundation
import TensorCore
import Testing

/// Compares the kernels' and the double-precision functions of this project with libm.
@Suite struct `Elementary functions` {
  /// |found - exact| in units of the last place of a float at `exact`.
  private func ulps(_ found: Float, _ exact: Double) -> Double {
    abs(Double(found) - exact) / Double(Float(abs(exact)).ulp)
  }

  @Test func `exp is within one unit in the last place`() {
    let inputs = (0...200_000).map { Float($0) / 200_000 * 175.9 - 87.3 }
    let found = ElementaryKernels.exponentials(of: inputs)
    let worst = zip(found, inputs).map { ulps($0, exp(Double($1))) }.max() ?? .infinity
    #expect(worst <= 1.0, "worst error \(worst) ulp")
  }

  @Test func `exp at its ends`() {
    let found = ElementaryKernels.exponentials(of: [
      0, -0.0, -.infinity, .infinity, -87.4, -1e30, 88.73, 1e30,
    ])
    #expect(found == [1, 1, 0, .infinity, 0, 0, .infinity, .infinity])
    #expect(ElementaryKernels.exponentials(of: [.nan])[0].isNaN)
  }

  @Test func `log is within one unit in the last place`() {
    var inputs: [Float] = (0...100_000).map { Float($0) / 1000 + 0.001 }
    for exponent in -1000...1000 { inputs.append(Float(exp(Double(exponent) / 12))) }
    let found = ElementaryKernels.logarithms(of: inputs)
    let worst = zip(found, inputs).map { ulps($0, log(Double($1))) }.filter(\.isFinite).max() ?? 9
    #expect(worst <= 0.51, "worst error \(worst) ulp")
    #expect(ElementaryKernels.logarithms(of: [0, 1, .infinity]) == [-.infinity, 0, .infinity])
    #expect(ElementaryKernels.logarithms(of: [-1])[0].isNaN)
  }

  @Test func `double-precision functions agree with libm to 15 digits`() {
    for index in 0..<20_000 {
      let x = Double(index) / 20_000
      let exponent = x * 1400 - 700
      #expect(abs(DeterministicMath.exponential(exponent) / exp(exponent) - 1) < 1e-15)
      let positive = exp(exponent)
      #expect(
        abs(DeterministicMath.logarithm(positive) - log(positive))
          <= 1e-15 * max(1, abs(log(positive))))
      let angle = x * 4000 - 2000
      #expect(abs(DeterministicMath.cosine(angle) - cos(angle)) < 1e-15)
      #expect(abs(DeterministicMath.sine(angle) - sin(angle)) < 1e-15)
    }
    #expect(abs(DeterministicMath.power(10, 3) - 1000) < 1e-11)
  }
}
