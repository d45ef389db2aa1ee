/// Blocks of 256 values in eight groups of 32, each with a scale and a minimum of 6 bits:
/// value = (d · scale) · q − (dmin · minimum), q of 5 bits (`block_q5_K` in ggml-common.h). Two
/// groups share 32 bytes, the first in the low halves; bit g of 32 further bytes is the fifth bit
/// of group g.
enum Q5_KFormat: QuantizedFormat {
  static let name = "Q5_K"
  static let code: UInt32 = 13
  static let valuesPerBlock = 256
  static let bytesPerBlock = 176
  static let valuesPerScale = 32
  static let hasAdded = true

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    for pair in 0..<4 {
      scales.append(group: 2 * pair, bytes, at: start)
      scales.append(group: 2 * pair + 1, bytes, at: start)
      let place = start + 48 + 32 * pair
      let target = first + 64 * pair
      for index in 0..<32 {
        let both = bytes[place + index]
        let fifth = bytes[start + 16 + index] >> UInt8(2 * pair)
        values[target + index] = Int8(both & 15 | (fifth & 1) << 4)
        values[target + 32 + index] = Int8(both >> 4 | (fifth >> 1 & 1) << 4)
      }
    }
  }
}
