import Foundation

/// A tensor of a GGUF file.
struct GGUFTensor: Sendable {
  /// The name in the file, such as `blk.0.attn_q.weight`.
  let name: String
  let format: any TensorFormat.Type
  /// The shape in Hugging Face's order, slowest dimension first; the file has the reverse.
  let shape: [Int]
  /// The number of values.
  let count: Int
  /// The place of the values, counted from the end of the header.
  let offset: Int
  let byteCount: Int

  var columns: Int { shape.last ?? 1 }
}

/// A GGUF file (github.com/ggml-org/ggml, docs/gguf.md), version 2 or 3: metadata, then the
/// descriptions of tensors, then their values. The two versions differ only in that files of
/// version 3 may be big-endian, which are refused.
///
/// Every stated count, length, dimension and offset is checked against the size of the file, and
/// the values of tensors may not overlap. Nothing is copied: bytes are decoded when they are asked
/// for, so that the bytes of a mapped file are read from the disk only then.
struct GGUFFile: Sendable {
  /// The most keys and the most tensors; the largest models have a few thousand.
  static let mostItems = 1 << 16
  /// The most bytes of a key (by the specification), and of a tensor's name (`GGML_MAX_NAME`).
  private static let longestKey = 65535
  private static let longestName = 64
  /// The most dimensions of a tensor (`GGML_MAX_DIMS`).
  private static let mostDimensions = 4

  /// The name of the file in errors.
  let file: String
  let metadata: GGUFMetadata
  /// The tensors in the order of the header; names are unique.
  let tensors: [GGUFTensor]
  private let bytes: Data
  private let valuesStart: Int

  /// - Parameters:
  ///   - bytes: all bytes of the file, which may be mapped into memory.
  ///   - file: the name of the bytes in errors.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    self.bytes = bytes
    self.file = file
    var reader = GGUFReader(bytes, file: file)
    let (tensorCount, keyCount) = try Self.counts(&reader)
    metadata = try Self.metadata(count: keyCount, &reader)
    let alignment = try metadata.integer("general.alignment") ?? 32
    guard alignment > 0, alignment <= 1 << 20, alignment.nonzeroBitCount == 1 else {
      throw metadata.wrong(
        "general.alignment", expected: "a power of two up to 1048576", found: "\(alignment)")
    }
    var tensors: [GGUFTensor] = []
    var names: Set<String> = []
    for index in 0..<tensorCount {
      let tensor = try Self.tensor(index, alignment: alignment, &reader)
      guard names.insert(tensor.name).inserted else {
        throw ModelFileError(file, .malformed("tensor '\(tensor.name)' occurs twice"))
      }
      tensors.append(tensor)
    }
    self.tensors = tensors
    valuesStart = (reader.position + alignment - 1) / alignment * alignment
    try checkPlaces()
  }

  private static func counts(
    _ reader: inout GGUFReader
  ) throws(ModelFileError) -> (tensors: Int, keys: Int) {
    let magic = try reader.integer(UInt32.self, of: "the header")
    guard magic == 0x4655_4747 else {  // "GGUF"
      throw reader.error(
        "the header", expected: "a GGUF file, which begins with 'GGUF'", found: "other bytes")
    }
    let version = try reader.integer(UInt32.self, of: "the header")
    guard version & 0xffff != 0 else {
      throw ModelFileError(
        reader.file, .unsupported("the file is big-endian; little-endian files are read"))
    }
    guard version == 2 || version == 3 else {
      throw ModelFileError(
        reader.file, .unsupported("the version is \(version); 2 and 3 are read"))
    }
    // A tensor has a name, dimensions, a type and an offset; a key has a name, a type and a value.
    let tensors = try reader.count(of: "tensors", size: 24, most: mostItems, in: "the header")
    return (tensors, try reader.count(of: "keys", size: 13, most: mostItems, in: "the header"))
  }

  private static func metadata(
    count: Int, _ reader: inout GGUFReader
  ) throws(ModelFileError) -> GGUFMetadata {
    var values: [String: GGUFValue] = [:]
    for index in 0..<count {
      let key = try reader.name(of: "key \(index + 1)", most: longestKey)
      let subject = "key '\(key.prefix(80))'"
      let type = try reader.valueType(of: subject)
      let value = try reader.value(type, of: subject)
      guard values.updateValue(value, forKey: key) == nil else {
        throw ModelFileError(reader.file, .malformed("\(subject) occurs twice"))
      }
    }
    return GGUFMetadata(values, bytes: reader.bytes, file: reader.file)
  }

  private static func tensor(
    _ index: Int, alignment: Int, _ reader: inout GGUFReader
  ) throws(ModelFileError) -> GGUFTensor {
    let name = try reader.name(of: "tensor \(index + 1)", most: longestName)
    let subject = "tensor '\(name)'"
    let dimensions = try reader.integer(UInt32.self, of: subject)
    guard (1...UInt32(mostDimensions)).contains(dimensions) else {
      throw reader.error(
        subject, expected: "1 to \(mostDimensions) dimensions", found: "\(dimensions)")
    }
    var sizes: [UInt64] = []
    for _ in 0..<dimensions { sizes.append(try reader.integer(UInt64.self, of: subject)) }
    var count = 1
    for size in sizes {
      let (product, overflows) = count.multipliedReportingOverflow(by: Int(clamping: size))
      guard size > 0, size < UInt64(Int.max), !overflows else {
        throw reader.error(
          subject, expected: "a possible shape",
          found: sizes.map(String.init).joined(separator: "×"))
      }
      count = product
    }
    let shape = sizes.reversed().map { Int($0) }
    let code = try reader.integer(UInt32.self, of: subject)
    let formats = TensorFormats.all
    guard let format = formats.first(where: { $0.code == code }) else {
      throw ModelFileError(
        reader.file,
        .unsupported("\(subject) has \(GGMLNames.type(code)); \(formats.named) are read"))
    }
    let columns = shape.last ?? 1
    guard columns % format.valuesPerBlock == 0 else {
      throw reader.error(
        subject, expected: "rows of whole blocks of \(format.valuesPerBlock) (\(format.name))",
        found: "rows of \(columns)")
    }
    let (byteCount, overflows) = (count / format.valuesPerBlock)
      .multipliedReportingOverflow(by: format.bytesPerBlock)
    let offset = try reader.integer(UInt64.self, of: subject)
    guard !overflows, offset <= UInt64(reader.bytes.count), byteCount <= reader.bytes.count else {
      throw reader.error(
        subject,
        expected: "values inside the \(reader.bytes.count) bytes of the file",
        found: overflows ? "more values than memory" : "\(byteCount) bytes at offset \(offset)")
    }
    guard Int(offset) % alignment == 0 else {
      throw reader.error(
        subject, expected: "an offset that is a multiple of \(alignment)", found: "\(offset)")
    }
    return GGUFTensor(
      name: name, format: format, shape: shape, count: count, offset: Int(offset),
      byteCount: byteCount)
  }

  /// Checks that values are inside the file and no value belongs to two tensors.
  private func checkPlaces() throws(ModelFileError) {
    var end = 0
    var previous = ""
    for tensor in tensors.sorted(by: { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }) {
      guard tensor.offset >= end else {
        throw ModelFileError(
          file,
          .malformed(
            "tensor '\(tensor.name)': expected an offset from \(end) on, after the values of "
              + "tensor '\(previous)', found \(tensor.offset)"))
      }
      // Both are at most the size of the file.
      end = tensor.offset + tensor.byteCount
      previous = tensor.name
    }
    guard valuesStart + end <= bytes.count else {
      throw ModelFileError(file, .truncated(expected: valuesStart + end, found: bytes.count))
    }
  }

  /// Returns the values of some rows of a tensor, in 32 bits.
  /// - Precondition: the tensor is one of this file, and has these rows.
  func values(of tensor: GGUFTensor, rows: Range<Int>) -> [Float] {
    tensor.format.values(decoding: bytes(of: tensor, rows: rows))
  }

  /// Returns the bytes of some rows of a tensor, with the same precondition.
  func bytes(of tensor: GGUFTensor, rows: Range<Int>) -> [UInt8] {
    let rowBytes = tensor.columns / tensor.format.valuesPerBlock * tensor.format.bytesPerBlock
    precondition(
      rows.lowerBound >= 0 && rows.upperBound * rowBytes <= tensor.byteCount, "rows of the tensor")
    let start = bytes.startIndex + valuesStart + tensor.offset
    return Array(
      bytes[(start + rows.lowerBound * rowBytes)..<(start + rows.upperBound * rowBytes)])
  }
}

/// Names of formats that are not read, for messages.
private enum GGMLNames {
  /// By code in `enum ggml_type`.
  private static let known: [UInt32: String] = [
    9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16",
    26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    40: "NVFP4",
  ]

  static func type(_ code: UInt32) -> String {
    known[code].map { "the type \($0)" } ?? "the unknown type \(code)"
  }
}
