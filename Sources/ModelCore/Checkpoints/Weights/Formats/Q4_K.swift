/// Blocks of 256 values in eight groups of 32, each with a scale and a minimum of 6 bits:
/// value = (d · scale) · q − (dmin · minimum), q of 4 bits (`block_q4_K` in ggml-common.h). Two
/// groups share 32 bytes, the first in the low halves.
enum Q4_KFormat: TensorFormat {
  static let name = "Q4_K"
  static let code: UInt32 = 12
  static let valuesPerBlock = 256
  static let bytesPerBlock = 144

  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int
  ) {
    for pair in 0..<4 {
      let low = KQuantGroup(2 * pair, bytes, at: start)
      let high = KQuantGroup(2 * pair + 1, bytes, at: start)
      let place = start + 16 + 32 * pair
      let target = first + 64 * pair
      for index in 0..<32 {
        let both = bytes[place + index]
        values[target + index] = low.scale * Float(both & 15) - low.minimum
        values[target + 32 + index] = high.scale * Float(both >> 4) - high.minimum
      }
    }
  }
}

/// The scale and the minimum of a group of 32 values in a block that begins with d, dmin and twelve
/// bytes of sixteen 6-bit numbers (`get_scale_min_k4` in ggml-quants.c): bytes 0 to 3 hold the
/// scales of groups 0 to 3, bytes 4 to 7 their minima, each in its low 6 bits. Those of groups 4 to
/// 7 have their low 4 bits in bytes 8 to 11, and their high 2 bits in the spare ones of the others.
struct KQuantGroup {
  let scale: Float
  let minimum: Float

  init(_ group: Int, _ bytes: Span<UInt8>, at start: Int) {
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
    self.scale = bytes.half(at: start) * Float(scale)
    self.minimum = bytes.half(at: start + 2) * Float(minimum)
  }
}
