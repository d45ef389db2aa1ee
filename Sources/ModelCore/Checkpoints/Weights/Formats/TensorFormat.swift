/// A format in which files store the values of a tensor: blocks of a fixed number of values in a
/// fixed number of bytes, one after another. A plain number format has blocks of one value.
///
/// Names and codes are those of ggml (`enum ggml_type` in ggml.h); safetensors uses the same names
/// for plain numbers.
protocol TensorFormat: Sendable {
  static var name: String { get }
  /// The code in GGUF files.
  static var code: UInt32 { get }
  static var valuesPerBlock: Int { get }
  static var bytesPerBlock: Int { get }

  /// Decodes the block that begins at `start` to the values from `first` on, exactly as ggml does:
  /// every product and sum is rounded to 32 bits.
  static func decode(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Float>, at first: Int)
  /// Decodes whole blocks. The default, which calls `decode` for each block, fits every format; it
  /// is a requirement so that each format gets a loop of its own.
  static func values(decoding bytes: [UInt8]) -> [Float]
}

extension TensorFormat {
  /// - Precondition: the number of bytes is that of whole blocks.
  static func values(decoding bytes: [UInt8]) -> [Float] {
    precondition(bytes.count % bytesPerBlock == 0, "whole blocks")
    let blocks = bytes.count / bytesPerBlock
    var values = [Float](repeating: 0, count: blocks * valuesPerBlock)
    let source = bytes.span
    var target = values.mutableSpan
    for block in 0..<blocks {
      decode(source, at: block * bytesPerBlock, into: &target, at: block * valuesPerBlock)
    }
    return values
  }
}

/// The formats that are read. A new one is a file beside this one and a line here.
enum TensorFormats {
  static let all: [any TensorFormat.Type] = [
    F32Format.self,
    F16Format.self,
    BF16Format.self,
    Q4_0Format.self,
    Q4_1Format.self,
    Q5_0Format.self,
    Q5_1Format.self,
    Q8_0Format.self,
    Q4_KFormat.self,
    Q5_KFormat.self,
    Q6_KFormat.self,
  ]

  /// The formats of plain numbers, which safetensors files hold.
  static let plain = all.filter { $0.valuesPerBlock == 1 }
}

extension [any TensorFormat.Type] {
  /// The names in a sentence: `F32, F16 and BF16`.
  var named: String {
    let names = map { $0.name }
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }
}

extension Span<UInt8> {
  /// The 16-bit number whose low byte comes first.
  func bits16(at place: Int) -> UInt16 {
    UInt16(self[place]) | UInt16(self[place + 1]) << 8
  }

  /// The 32-bit number whose low byte comes first.
  func bits32(at place: Int) -> UInt32 {
    UInt32(bits16(at: place)) | UInt32(bits16(at: place + 2)) << 16
  }

  /// The half-precision number (IEEE 754 binary16) at a place, widened exactly. `Float16` is not
  /// available on every platform.
  func half(at place: Int) -> Float {
    let bits = bits16(at: place)
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:  // zero and subnormals: fraction × 2⁻²⁴ is exact in Float
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
