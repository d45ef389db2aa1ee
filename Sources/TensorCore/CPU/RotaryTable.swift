/// cos and sin of position · frequency, computed in double precision and rounded once:
/// `[positions × D/2]`.
final class RotaryTable: Sendable {
  let positions: Int
  let cosines: FloatStorage
  let sines: FloatStorage

  init(_ frequencies: RotaryFrequencies, positions: Int) {
    self.positions = positions
    let half = frequencies.values.count
    var cosineValues = [Float]()
    var sineValues = [Float]()
    cosineValues.reserveCapacity(positions * half)
    sineValues.reserveCapacity(positions * half)
    for position in 0..<positions {
      for frequency in frequencies.values {
        let angle = Double(position) * frequency
        cosineValues.append(Float(frequencies.amplitude * DeterministicMath.cosine(angle)))
        sineValues.append(Float(frequencies.amplitude * DeterministicMath.sine(angle)))
      }
    }
    cosines = FloatStorage(count: positions * half)
    cosines.copy(from: cosineValues)
    sines = FloatStorage(count: positions * half)
    sines.copy(from: sineValues)
  }
}
