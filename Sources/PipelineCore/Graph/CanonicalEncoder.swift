package import Fields
import Foundation

/// Encodes a value as bytes that are equal exactly when the values are equal.
///
/// Every value starts with a tag for its type; strings, lists and maps carry their length, so that
/// `["ab", "c"]` and `["a", "bc"]` differ; maps are sorted by the UTF-8 bytes of their keys. A
/// float is encoded as its bit pattern: 0.1 is the same however it was written, and -0.0 differs
/// from 0.0, because the two can lead to different results. A `number`, which is passed on as
/// written, is encoded as its text. Raise `StageKey.format` when the bytes change.
package struct CanonicalEncoder {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func bytes(of value: FieldValue) -> [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.encode(value)
    return encoder.bytes
  }

  package mutating func encode(_ value: FieldValue) {
    switch value {
    case .absent:
      bytes.append(0)
    case .bool(let flag):
      bytes += [1, flag ? 1 : 0]
    case .int(let number):
      bytes.append(2)
      append(UInt64(bitPattern: Int64(number)))
    case .float(let number):
      bytes.append(3)
      append(number.bitPattern)
    case .string(let text):
      bytes.append(4)
      append(text)
    case .list(let elements):
      bytes.append(5)
      append(UInt64(elements.count))
      for element in elements { encode(element) }
    case .number(let text):
      bytes.append(7)
      append(text)
    case .map(let members):
      bytes.append(6)
      append(UInt64(members.count))
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (name, member) in sorted {
        append(name)
        encode(member)
      }
    }
  }

  private mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  private mutating func append(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}

extension FieldValue {
  /// SHA-256 of the canonical bytes, as 64 hexadecimal digits.
  package var digest: String { ContentDigest.hex(of: Data(CanonicalEncoder.bytes(of: self))) }
}

extension GroupDescriptor {
  /// The part of a value that changes results, and is therefore part of the key: semantic fields,
  /// and the fields that are semantic only when the numerics are not exact.
  package func keyed(_ value: FieldValue, numerics: Numerics) -> FieldValue {
    guard case .map(let members) = value else { return .absent }
    var kept: [String: FieldValue] = [:]
    for field in fields where field.fieldClass.isKeyed(numerics) {
      let member = members[field.name] ?? .absent
      if member.isAbsent, !field.isKeyedWhenAbsent { continue }
      kept[field.name] = field.type.keyed(member, numerics: numerics)
    }
    // No field has this name, since fields are words.
    if revision != 0 { kept["(revision)"] = .int(revision) }
    return .map(kept)
  }
}

extension FieldClass {
  fileprivate func isKeyed(_ numerics: Numerics) -> Bool {
    switch self {
    case .semantic: true
    case .operational: false
    case .semanticUnlessExact: numerics != .exact
    }
  }
}

extension FieldType {
  fileprivate func keyed(_ value: FieldValue, numerics: Numerics) -> FieldValue {
    switch (self, value) {
    case (.group(let group), .map): group.keyed(value, numerics: numerics)
    case (.list(let element, _), .list(let elements)):
      .list(elements.map { element.keyed($0, numerics: numerics) })
    case (.map(let element, _), .map(let members)):
      .map(members.mapValues { element.keyed($0, numerics: numerics) })
    default: value
    }
  }
}
