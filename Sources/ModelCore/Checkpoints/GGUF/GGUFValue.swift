/// A value of a GGUF file's metadata (`enum gguf_metadata_value_type`). Texts and arrays are the
/// places of their bytes, which have been checked; they are decoded when they are asked for.
enum GGUFValue: Sendable {
  case integer(Int)
  /// A number of 64 bits that no `Int` holds.
  case large(UInt64)
  case float(Float)
  case double(Double)
  case flag(Bool)
  case text(Range<Int>)
  /// - Parameter start: the place of the first element.
  case array(type: ValueType, count: Int, start: Int)

  enum ValueType: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, flag, text, array, uint64, int64
    case float64

    /// The least number of bytes of a value.
    var size: Int {
      switch self {
      case .uint8, .int8, .flag: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .text: 8
      case .array: 12
      }
    }

    var isInteger: Bool {
      switch self {
      case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
      case .float32, .float64, .flag, .text, .array: false
      }
    }
  }

  /// The value in a message.
  var described: String {
    switch self {
    case .integer(let value): "\(value)"
    case .large(let value): "\(value)"
    case .float(let value): "\(value)"
    case .double(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text: "a text"
    case .array(_, let count, _): "an array of \(count)"
    }
  }
}

extension GGUFReader {
  /// The most arrays inside each other.
  private static let depthLimit = 4

  mutating func valueType(of key: String) throws(ModelFileError) -> GGUFValue.ValueType {
    let code = try integer(UInt32.self, of: key)
    guard let type = GGUFValue.ValueType(rawValue: code) else {
      throw error(key, expected: "a type of value from 0 to 12", found: "\(code)")
    }
    return type
  }

  /// Reads a value, and checks everything in it.
  mutating func value(
    _ type: GGUFValue.ValueType, of key: String, depth: Int = 0
  ) throws(ModelFileError) -> GGUFValue {
    switch type {
    case .uint8: return .integer(Int(try integer(UInt8.self, of: key)))
    case .int8: return .integer(Int(Int8(bitPattern: try integer(UInt8.self, of: key))))
    case .uint16: return .integer(Int(try integer(UInt16.self, of: key)))
    case .int16: return .integer(Int(Int16(bitPattern: try integer(UInt16.self, of: key))))
    case .uint32: return .integer(Int(try integer(UInt32.self, of: key)))
    case .int32: return .integer(Int(Int32(bitPattern: try integer(UInt32.self, of: key))))
    case .float32: return .float(Float(bitPattern: try integer(UInt32.self, of: key)))
    case .flag:
      let byte = try integer(UInt8.self, of: key)
      guard byte <= 1 else { throw error(key, expected: "0 or 1", found: "\(byte)") }
      return .flag(byte == 1)
    case .text: return .text(try text(of: key))
    case .uint64:
      let value = try integer(UInt64.self, of: key)
      return Int(exactly: value).map { .integer($0) } ?? .large(value)
    case .int64: return .integer(Int(Int64(bitPattern: try integer(UInt64.self, of: key))))
    case .float64: return .double(Double(bitPattern: try integer(UInt64.self, of: key)))
    case .array:
      guard depth < Self.depthLimit else {
        throw error(key, expected: "at most \(Self.depthLimit) arrays in each other", found: "more")
      }
      let element = try valueType(of: key)
      let count = try count(of: "elements", size: element.size, in: key)
      let start = position
      switch element {
      case .text: for _ in 0..<count { _ = try text(of: key) }
      case .array, .flag: for _ in 0..<count { _ = try value(element, of: key, depth: depth + 1) }
      default: try skip(count * element.size, of: key)
      }
      return .array(type: element, count: count, start: start)
    }
  }
}
