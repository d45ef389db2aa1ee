package import Foundation

extension NamedTensors {
  /// The longest header we read; a header takes about 100 bytes a tensor.
  static let headerLimit = 16 << 20

  /// Reads safetensors bytes. F32, F16 and BF16 are understood and become `Float`.
  ///
  /// Every stated length and offset is checked against the bytes that are there, and tensors must
  /// cover the value area without gaps or overlaps, as the format demands.
  /// - Parameter file: how errors name the bytes.
  package init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let bytes = Array(bytes)
    guard bytes.count >= 8 else {
      throw ModelFileError(file, .truncated(expected: 8, found: bytes.count))
    }
    let stated = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard stated <= UInt64(Self.headerLimit) else {
      throw ModelFileError(
        file, .tooLarge("the header claims \(stated) bytes, more than \(Self.headerLimit)"))
    }
    let valuesStart = 8 + Int(stated)
    guard bytes.count >= valuesStart else {
      throw ModelFileError(file, .truncated(expected: valuesStart, found: bytes.count))
    }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<valuesStart]))
    } catch {
      throw ModelFileError(file, .malformed("the header is not the JSON of a safetensors file"))
    }

    var tensors: [NamedTensor] = []
    var position = 0
    let entries = header.entries.sorted {
      ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name)
    }
    for entry in entries {
      guard entry.begin == position, entry.end >= entry.begin else {
        throw ModelFileError(
          file, .malformed("the values of tensor '\(entry.name)' do not follow the ones before"))
      }
      guard entry.end <= bytes.count - valuesStart else {
        throw ModelFileError(
          file, .truncated(expected: valuesStart.addingClamped(entry.end), found: bytes.count))
      }
      position = entry.end
      let range = (valuesStart + entry.begin)..<(valuesStart + entry.end)
      tensors.append(try entry.tensor(in: bytes[range], file: file))
    }
    guard position == bytes.count - valuesStart else {
      throw ModelFileError(file, .malformed("bytes that belong to no tensor follow the last one"))
    }
    self.init(tensors)
  }
}

/// The decoded header, still unchecked.
private struct Header: Decodable {
  struct Entry {
    let name: String
    let type: String
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  var entries: [Entry] = []

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Fields: Decodable {
    let type: String
    let shape: [Int]
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case shape
      case type = "dtype"
      case offsets = "data_offsets"
    }
  }

  init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        _ = try container.decode([String: String].self, forKey: key)
        continue
      }
      let fields = try container.decode(Fields.self, forKey: key)
      guard fields.offsets.count == 2 else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "two offsets are needed")
      }
      entries.append(
        Entry(
          name: key.stringValue, type: fields.type, shape: fields.shape,
          begin: fields.offsets[0], end: fields.offsets[1]))
    }
  }
}

extension Header.Entry {
  /// - Precondition: `bytes` are the entry's own.
  func tensor(in bytes: ArraySlice<UInt8>, file: String) throws(ModelFileError) -> NamedTensor {
    let width: Int
    switch type {
    case "F32": width = 4
    case "F16", "BF16": width = 2
    default:
      throw ModelFileError(
        file, .unsupported("tensor '\(name)' has type \(type); F32, F16 and BF16 are read"))
    }
    var count = 1
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflows else {
        throw ModelFileError(file, .malformed("tensor '\(name)' has the impossible shape \(shape)"))
      }
      count = product
    }
    let (size, overflows) = count.multipliedReportingOverflow(by: width)
    guard !overflows, size == bytes.count else {
      throw ModelFileError(
        file,
        .malformed("tensor '\(name)' of shape \(shape) does not fit its \(bytes.count) bytes"))
    }
    let start = bytes.startIndex
    func half(_ index: Int) -> UInt16 {
      UInt16(bytes[start + 2 * index]) | UInt16(bytes[start + 2 * index + 1]) << 8
    }
    let values: [Float]
    switch type {
    case "BF16": values = (0..<count).map { Float(bitPattern: UInt32(half($0)) << 16) }
    case "F16": values = (0..<count).map { Self.widened(half($0)) }
    default:
      values = (0..<count).map { index in
        let at = start + 4 * index
        let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
        let high = UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        return Float(bitPattern: low | high)
      }
    }
    return NamedTensor(name: name, shape: shape, values: values)
  }

  /// IEEE 754 binary16 as binary32; `Float16` is not available on every platform.
  private static func widened(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10) & 0x1f
    let fraction = UInt32(half & 0x3ff)
    switch exponent {
    case 0:  // zero and subnormals: fraction × 2⁻²⁴ is exact in Float
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
