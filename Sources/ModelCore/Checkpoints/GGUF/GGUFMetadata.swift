import Foundation

/// The keys of a GGUF file and their values. A value of an unexpected type is an error that names
/// its key.
struct GGUFMetadata: Sendable {
  let file: String
  private let bytes: Data
  private let values: [String: GGUFValue]

  init(_ values: [String: GGUFValue], bytes: Data, file: String) {
    self.values = values
    self.bytes = bytes
    self.file = file
  }

  var keys: [String] { values.keys.sorted() }

  func has(_ key: String) -> Bool { values[key] != nil }

  func wrong(_ key: String, expected: String, found: String) -> ModelFileError {
    Self.wrong(key, expected: expected, found: found, file: file)
  }

  static func wrong(
    _ key: String, expected: String, found: String, file: String
  ) -> ModelFileError {
    ModelFileError(file, .malformed("key '\(key)': expected \(expected), found \(found)"))
  }

  func missing(_ key: String) -> ModelFileError {
    ModelFileError(file, .malformed("key '\(key)' is missing"))
  }

  func integer(_ key: String) throws(ModelFileError) -> Int? {
    guard let value = values[key] else { return nil }
    guard case .integer(let number) = value else {
      throw wrong(key, expected: "an integer", found: value.described)
    }
    return number
  }

  func requiredInteger(_ key: String) throws(ModelFileError) -> Int {
    guard let value = try integer(key) else { throw missing(key) }
    return value
  }

  /// Returns the id of a token.
  func token(_ key: String) throws(ModelFileError) -> Int32? {
    guard let value = try integer(key) else { return nil }
    guard let id = Int32(exactly: value), id >= 0 else {
      throw wrong(key, expected: "the id of a token", found: "\(value)")
    }
    return id
  }

  /// Returns a number as it was meant: 32 bits of 0.00001 become 0.00001, not 0.000009999999747.
  func number(_ key: String) throws(ModelFileError) -> Double? {
    switch values[key] {
    case nil: return nil
    case .integer(let value): return Double(value)
    case .float(let value) where value.isFinite: return Double("\(value)") ?? Double(value)
    case .double(let value) where value.isFinite: return value
    case .some(let value):
      throw wrong(key, expected: "a number", found: value.described)
    }
  }

  func flag(_ key: String) throws(ModelFileError) -> Bool? {
    guard let value = values[key] else { return nil }
    guard case .flag(let flag) = value else {
      throw wrong(key, expected: "true or false", found: value.described)
    }
    return flag
  }

  func text(_ key: String) throws(ModelFileError) -> String? {
    guard let value = values[key] else { return nil }
    guard case .text(let range) = value else {
      throw wrong(key, expected: "a text", found: value.described)
    }
    return try GGUFReader(bytes, file: file).text(range, of: "key '\(key)'")
  }

  func texts(_ key: String) throws(ModelFileError) -> [String]? {
    guard let value = values[key] else { return nil }
    guard case .array(.text, let count, let start) = value else {
      throw wrong(key, expected: "an array of texts", found: value.described)
    }
    var reader = GGUFReader(bytes, at: start, file: file)
    var texts: [String] = []
    texts.reserveCapacity(count)
    for _ in 0..<count {
      let range = try reader.text(of: "key '\(key)'")
      texts.append(try reader.text(range, of: "key '\(key)'"))
    }
    return texts
  }

  func integers(_ key: String) throws(ModelFileError) -> [Int]? {
    guard let value = values[key] else { return nil }
    guard case .array(let type, let count, let start) = value, type.isInteger || count == 0 else {
      throw wrong(key, expected: "an array of integers", found: value.described)
    }
    var reader = GGUFReader(bytes, at: start, file: file)
    var numbers: [Int] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      let value = try reader.value(type, of: "key '\(key)'")
      guard case .integer(let number) = value else {
        throw wrong(key, expected: "integers of 64 bits with a sign", found: value.described)
      }
      numbers.append(number)
    }
    return numbers
  }

  func floats(_ key: String) throws(ModelFileError) -> [Float]? {
    guard let value = values[key] else { return nil }
    guard case .array(.float32, let count, let start) = value else {
      throw wrong(key, expected: "an array of 32-bit numbers", found: value.described)
    }
    var reader = GGUFReader(bytes, at: start, file: file)
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      guard case .float(let number) = try reader.value(.float32, of: "key '\(key)'") else { break }
      numbers.append(number)
    }
    return numbers
  }
}
