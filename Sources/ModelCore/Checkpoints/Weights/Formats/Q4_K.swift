/// Blocks of 256 values in eight groups of 32, each with a scale and a minimum of 6 bits:
/// value = (d · scale) · q − (dmin · minimum), q of 4 bits (`block_q4_K` in ggml-common.h). Two
/// groups share 32 bytes, the first in the low halves.
enum Q4_KFormat: QuantizedFormat {
  static let name = "Q4_K"
  static let code: UInt32 = 12
  static let valuesPerBlock = 256
  static let bytesPerBlock = 144
  static let valuesPerScale = 32
  static let hasAdded = true

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    for pair in 0..<4 {
      scales.append(group: 2 * pair, bytes, at: start)
      scales.append(group: 2 * pair + 1, bytes, at: start)
      let place = start + 16 + 32 * pair
      let target = first + 64 * pair
      for index in 0..<32 {
        let both = bytes[place + index]
        values[target + index] = Int8(both & 15)
        values[target + 32 + index] = Int8(both >> 4)
      }
    }
  }
}

extension BlockScales {
  /// Appends the scale and the minimum of a group of 32 values in a block that begins with d, dmin
  /// and twelve bytes of sixteen 6-bit numbers (`get_scale_min_k4` in ggml-quants.c): bytes 0 to 3
  /// hold the scales of groups 0 to 3, bytes 4 to 7 their minima, each in its low 6 bits. Those of
  /// groups 4 to 7 have their low 4 bits in bytes 8 to 11, and their high 2 bits in the spare ones
  /// of the others. Adding the negated minimum has the bits of subtracting it.
  mutating func append(group: Int, _ bytes: Span<UInt8>, at start: Int) {
    let packed = start + 4
    let (scale, minimum): (UInt8, UInt8)
    if group < 4 {
      scale = bytes[packed + group] & 63
      minimum = bytes[packed + 4 + group] & 63
    } else {
      let low = bytes[packed + 4 + group]
      scale = low & 15 | (bytes[packed + group - 4] >> 6) << 4
      minimum = low >> 4 | (bytes[packed + group] >> 6) << 4
    }
    append(
      bytes.half(at: start) * Float(scale), added: -(bytes.half(at: start + 2) * Float(minimum)))
  }
}
