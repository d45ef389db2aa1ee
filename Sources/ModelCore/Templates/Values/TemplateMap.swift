/// A mapping whose members keep their order. It never changes.
package final class TemplateMap: Sendable {
  let keys: [TemplateValue]
  let values: [TemplateValue]
  private let positions: [TemplateKey: Int]
  /// The number of lists and mappings that are inside each other, this one included.
  let depth: Int

  /// As in Python, a key that comes again keeps its place and gets the later value.
  init(_ members: [(TemplateKey, TemplateValue, TemplateValue)]) {
    var keys: [TemplateValue] = []
    var values: [TemplateValue] = []
    var positions: [TemplateKey: Int] = [:]
    for (key, written, value) in members {
      if let place = positions[key] {
        values[place] = value
      } else {
        positions[key] = keys.count
        keys.append(written)
        values.append(value)
      }
    }
    self.keys = keys
    self.values = values
    self.positions = positions
    depth = 1 + values.reduce(0) { max($0, $1.depth) }
  }

  var count: Int { keys.count }

  subscript(key: TemplateKey) -> TemplateValue? { positions[key].map { values[$0] } }

  /// Pairs of key and value, as tuples.
  var items: [TemplateValue] {
    keys.indices.map { .list(TemplateList([keys[$0], values[$0]], kind: .tuple)) }
  }
}

/// A key of a mapping: equal to another if Python says so. `1`, `1.0` and `true` are one key, and
/// texts are equal only scalar by scalar, unlike those of Swift.
enum TemplateKey: Hashable, Sendable {
  case null
  case int(Int)
  case float(Double)
  case exact(ExactText)
  indirect case tuple([TemplateKey])

  static func text(_ text: String) -> TemplateKey { .exact(ExactText(text)) }
}

/// A text that equals another only if all bytes are the same.
struct ExactText: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (first: ExactText, second: ExactText) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

extension Rendering {
  /// Returns the key that a value is in a mapping; nil for values that cannot be one, such as
  /// lists. Every part is paid for, because its bytes are hashed, and tuples may share theirs.
  func key(_ value: TemplateValue) throws(TemplateFault) -> TemplateKey? {
    try charge()
    switch value {
    case .null: return .null
    case .bool, .int: return .int(value.integer ?? 0)
    case .float(let number): return Int(exactly: number).map { .int($0) } ?? .float(number)
    case .string(let text), .markup(let text):
      try charge(bytes: text.utf8.count)
      return .text(text)
    case .list(let list) where list.kind == .tuple:
      guard list.depth <= 8, list.elements.count <= 16 else { return nil }
      var parts: [TemplateKey] = []
      for element in list.elements {
        guard let part = try key(element) else { return nil }
        parts.append(part)
      }
      return .tuple(parts)
    default: return nil
    }
  }
}
