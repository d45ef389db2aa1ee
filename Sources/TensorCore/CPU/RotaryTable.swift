/// cos and sin of position · θ^(-2i/D) (Su et al. 2021, equation 15), computed in double precision
/// and rounded once: `[positions × D/2]`.
final class RotaryTable: Sendable {
  let positions: Int
  let cosines: FloatStorage
  let sines: FloatStorage

  init(theta: Float, headDimension: Int, positions: Int) {
    self.positions = positions
    let half = headDimension / 2
    let logTheta = DeterministicMath.logarithm(Double(theta))
    let frequencies = (0..<half).map { index in
      DeterministicMath.exponential(-2 * Double(index) / Double(headDimension) * logTheta)
    }
    var cosineValues = [Float]()
    var sineValues = [Float]()
    cosineValues.reserveCapacity(positions * half)
    sineValues.reserveCapacity(positions * half)
    for position in 0..<positions {
      for frequency in frequencies {
        let angle = Double(position) * frequency
        cosineValues.append(Float(DeterministicMath.cosine(angle)))
        sineValues.append(Float(DeterministicMath.sine(angle)))
      }
    }
    cosines = FloatStorage(count: positions * half)
    cosines.copy(from: cosineValues)
    sines = FloatStorage(count: positions * half)
    sines.copy(from: sineValues)
  }
}
