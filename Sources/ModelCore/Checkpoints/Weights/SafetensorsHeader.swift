import Foundation

/// The header of a safetensors file, which describes its tensors.
///
/// Every stated length and offset is checked against the size of the file. Tensors must cover the
/// value area without gaps or overlaps, as the format requires.
struct SafetensorsHeader {
  /// The longest accepted header in bytes; a header takes about 100 bytes per tensor.
  static let limit = 16 << 20

  struct Entry {
    let name: String
    let format: any TensorFormat.Type
    let shape: [Int]
    /// The number of values.
    let count: Int
    /// The byte range of the values, counted from the end of the header.
    let begin: Int
    let end: Int
  }

  /// The tensors in the order of their values.
  let entries: [Entry]
  let valuesStart: Int

  /// The number of bytes of a file's header, from the file's first eight bytes.
  static func length(of bytes: [UInt8], fileSize: Int, file: String) throws(ModelFileError) -> Int {
    guard bytes.count >= 8 else {
      throw ModelFileError(file, .truncated(expected: 8, found: fileSize))
    }
    let stated = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard stated <= UInt64(SafetensorsHeader.limit) else {
      throw ModelFileError(
        file, .tooLarge("the header claims \(stated) bytes, more than \(SafetensorsHeader.limit)"))
    }
    let length = 8 + Int(stated)
    guard fileSize >= length else {
      throw ModelFileError(file, .truncated(expected: length, found: fileSize))
    }
    return length
  }

  /// - Parameter bytes: the first bytes of the file, at least the whole header.
  init(decoding bytes: [UInt8], fileSize: Int, file: String) throws(ModelFileError) {
    valuesStart = try Self.length(of: bytes, fileSize: fileSize, file: file)
    let text = Data(bytes[8..<valuesStart])
    // This parser also rejects a tensor that occurs twice.
    _ = try JSONFile.text(of: text, file: file)
    let stated: [StatedEntry]
    do {
      stated = try JSONDecoder().decode(StatedHeader.self, from: text).entries
    } catch {
      throw ModelFileError(file, .malformed("the header is not the JSON of a safetensors file"))
    }
    let valueSize = fileSize - valuesStart
    var entries: [Entry] = []
    var position = 0
    for entry in stated.sorted(by: { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }) {
      guard entry.begin == position, entry.end >= entry.begin else {
        throw ModelFileError(
          file, .malformed("the values of tensor '\(entry.name)' do not follow the ones before"))
      }
      guard entry.end <= valueSize else {
        let (end, overflows) = valuesStart.addingReportingOverflow(entry.end)
        throw ModelFileError(
          file, .truncated(expected: overflows ? .max : end, found: fileSize))
      }
      position = entry.end
      entries.append(try entry.checked(file: file))
    }
    guard position == valueSize else {
      throw ModelFileError(file, .malformed("bytes that belong to no tensor follow the last one"))
    }
    self.entries = entries
  }
}

private struct StatedEntry {
  let name: String
  let type: String
  let shape: [Int]
  let begin: Int
  let end: Int

  func checked(file: String) throws(ModelFileError) -> SafetensorsHeader.Entry {
    let formats = TensorFormats.plain
    guard let format = formats.first(where: { $0.name == type }) else {
      throw ModelFileError(
        file, .unsupported("tensor '\(name)' has type \(type); \(formats.named) are read"))
    }
    var count = 1
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflows else {
        throw ModelFileError(file, .malformed("tensor '\(name)' has the impossible shape \(shape)"))
      }
      count = product
    }
    let (size, overflows) = count.multipliedReportingOverflow(by: format.bytesPerBlock)
    guard !overflows, size == end - begin else {
      throw ModelFileError(
        file,
        .malformed("tensor '\(name)' of shape \(shape) does not fit its \(end - begin) bytes"))
    }
    return SafetensorsHeader.Entry(
      name: name, format: format, shape: shape, count: count, begin: begin, end: end)
  }
}

/// The decoded header before it is checked.
private struct StatedHeader: Decodable {
  var entries: [StatedEntry] = []

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
        StatedEntry(
          name: key.stringValue, type: fields.type, shape: fields.shape,
          begin: fields.offsets[0], end: fields.offsets[1]))
    }
  }
}
