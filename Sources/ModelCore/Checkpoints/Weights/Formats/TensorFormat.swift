import TensorCore

/// A format in which files store the values of a tensor: blocks of a fixed number of values in a
/// fixed number of bytes, one after another. A plain number format has blocks of one value; others
/// are `QuantizedFormat`s.
///
/// Names and codes are those of ggml (`enum ggml_type` in ggml.h); safetensors uses the same names
/// for plain numbers.
protocol TensorFormat: Sendable {
  static var name: String { get }
  /// The code in GGUF files.
  static var code: UInt32 { get }
  static var valuesPerBlock: Int { get }
  static var bytesPerBlock: Int { get }

  /// Decodes whole blocks, exactly as ggml does: every product and sum is rounded to 32 bits.
  /// - Precondition: the number of bytes is that of whole blocks.
  static func values(decoding bytes: [UInt8]) -> [Float]

  /// The form in which a matrix of this format stays in memory if it is only read.
  static var keptForm: KeptMatrix.Form { get }
  /// Returns whole blocks in the kept form, which widens to the same bits as `values(decoding:)`.
  static func keptRows(decoding bytes: [UInt8]) -> KeptMatrix.Rows
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

extension [UInt8] {
  /// The 16-bit numbers whose low bytes come first.
  var halves: [UInt16] {
    let source = span
    return (0..<count / 2).map { source.bits16(at: 2 * $0) }
  }
}

extension KeptMatrix.Rows {
  /// True if all widened values are finite. Scales of files are products of few bits, so that no
  /// value overflows if its scale does not.
  func isFinite(in form: KeptMatrix.Form) -> Bool {
    switch self {
    case .floats(let values): return values.allSatisfy(\.isFinite)
    case .halves(let bits):
      // Infinities and NaNs have all bits of the exponent.
      let exponent: UInt16 = form == .float16 ? 0x7c00 : 0x7f80
      return bits.allSatisfy { $0 & exponent != exponent }
    case .blocks(let rows):
      return rows.scales.allSatisfy(\.isFinite) && rows.added.allSatisfy(\.isFinite)
    }
  }
}
