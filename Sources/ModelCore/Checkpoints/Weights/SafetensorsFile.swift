import Foundation

/// A safetensors file, of which values are decoded when they are asked for.
struct SafetensorsFile {
  let header: SafetensorsHeader
  private let bytes: Data

  /// - Parameters:
  ///   - bytes: all bytes of the file, which may be mapped into memory.
  ///   - file: the name of the bytes in errors.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    self.bytes = bytes
    let length = try SafetensorsHeader.length(
      of: Array(bytes.prefix(8)), fileSize: bytes.count, file: file)
    header = try SafetensorsHeader(
      decoding: Array(bytes.prefix(length)), fileSize: bytes.count, file: file)
  }

  /// Returns some values of a tensor, counted in row-major order.
  /// - Precondition: the entry is one of this file's header, and has these values.
  func values(_ range: Range<Int>, of entry: SafetensorsHeader.Entry) -> [Float] {
    entry.format.values(decoding: bytes(range, of: entry))
  }

  /// Returns the bytes of some values of a tensor, with the same precondition.
  func bytes(_ range: Range<Int>, of entry: SafetensorsHeader.Entry) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= entry.count, "values of the tensor")
    let width = entry.format.bytesPerBlock
    let start = bytes.startIndex + header.valuesStart + entry.begin
    return Array(bytes[(start + range.lowerBound * width)..<(start + range.upperBound * width)])
  }
}
