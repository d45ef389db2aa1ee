/// Blocks of 256 values in sixteen groups of 16, each with a scale of 8 bits with a sign:
/// value = (d · scale) · (q − 32), q of 6 bits (`block_q6_K` in ggml-common.h). A half block has
/// its low 4 bits in 64 bytes and its high 2 bits in 32 bytes.
enum Q6_KFormat: QuantizedFormat {
  static let name = "Q6_K"
  static let code: UInt32 = 14
  static let valuesPerBlock = 256
  static let bytesPerBlock = 210
  static let valuesPerScale = 16

  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales
  ) {
    let block = bytes.half(at: start + 208)
    for half in 0..<2 {
      let lowBits = start + 64 * half
      let highBits = start + 128 + 32 * half
      let target = first + 128 * half
      // Quarter k of the half block: 32 values, which are two groups.
      for quarter in 0..<4 {
        let highShift = UInt8(2 * quarter)
        let isUpper = quarter >= 2
        for group in 0..<2 {
          let scale = bytes[start + 192 + 8 * half + 2 * quarter + group]
          scales.append(block * Float(Int8(bitPattern: scale)))
        }
        for index in 0..<32 {
          let both = bytes[lowBits + 32 * (quarter % 2) + index]
          let low = isUpper ? both >> 4 : both & 15
          let high = bytes[highBits + index] >> highShift & 3
          values[target + 32 * quarter + index] = Int8(low | high << 4) - 32
        }
      }
    }
  }
}
