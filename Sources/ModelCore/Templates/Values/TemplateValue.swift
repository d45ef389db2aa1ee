package import Fields

/// A value that a chat template computes with. The types are those of Python, since templates are
/// written for jinja2.
package enum TemplateValue: Sendable {
  /// A name, member or element that does not exist; the text says which.
  case undefined(String)
  /// Python's `None`.
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  /// A text that the filters `safe` and `escape` return. A text added to it is escaped for HTML.
  case markup(String)
  case list(TemplateList)
  case map(TemplateMap)
  /// A function that every template can call, by name.
  case function(String)
  /// A method that is not called yet.
  case method(BoundMethod)
  /// Something that lives and changes during one rendering, by its number: a namespace, a loop, a
  /// macro or an iterator.
  case object(Int)

  package init(_ elements: [TemplateValue]) { self = .list(TemplateList(elements)) }

  /// A mapping from texts, in this order; a later member of the same name replaces the value.
  package init(members: [(String, TemplateValue)]) {
    self = .map(TemplateMap(members.map { (.text($0.0), .string($0.0), $0.1) }))
  }

  package init(_ json: JSONText) {
    switch json {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self = .float(number)
    case .float(let number): self = .float(Double(number))
    case .number(let text): self = Int(text).map { .int($0) } ?? .float(Double(text) ?? .nan)
    case .string(let text): self = .string(text)
    case .array(let elements): self.init(elements.map { TemplateValue($0) })
    case .object(let members): self.init(members: members.map { ($0.0, TemplateValue($0.1)) })
    }
  }
}

extension TemplateValue {
  /// The text of a string, marked as safe or not.
  var text: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
    }
  }

  /// The number as an index: booleans are numbers in Python.
  var integer: Int? {
    switch self {
    case .int(let number): number
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }

  /// Any number as a double.
  var number: Double? {
    if case .float(let number) = self { return number }
    return integer.map(Double.init)
  }

  /// True if an `if` takes the value for true: what exists, is not zero and not empty.
  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .float(let number): number != 0
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let list): !list.elements.isEmpty
    case .map(let map): map.count > 0
    case .function, .method, .object: true
    }
  }

  var isUndefined: Bool { if case .undefined = self { true } else { false } }
  var isNull: Bool { if case .null = self { true } else { false } }

  /// The number of lists and mappings that are inside each other here. A method counts as one more,
  /// since it holds its value.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .map(let map): map.depth
    case .method(let method): method.depth
    default: 0
    }
  }

  /// The name of the type in messages.
  var typeName: String {
    switch self {
    case .undefined: "an undefined value"
    case .null: "none"
    case .bool: "a boolean"
    case .int: "an integer"
    case .float: "a float"
    case .string, .markup: "a string"
    case .list(let list): list.kind.name
    case .map: "a mapping"
    case .function: "a function"
    case .method: "a method"
    case .object: "a namespace, loop, macro or iterator"
    }
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral text: String) { self = .string(text) }
  package init(integerLiteral number: Int) { self = .int(number) }
  package init(floatLiteral number: Double) { self = .float(number) }
  package init(booleanLiteral flag: Bool) { self = .bool(flag) }
  package init(arrayLiteral elements: TemplateValue...) { self.init(elements) }
  package init(dictionaryLiteral members: (String, TemplateValue)...) {
    self.init(members: members)
  }
  package init(nilLiteral: ()) { self = .null }
}

/// A method of a value, such as `text.strip`.
package final class BoundMethod: Sendable {
  let receiver: TemplateValue
  let name: String
  let depth: Int

  init(receiver: TemplateValue, name: String) {
    self.receiver = receiver
    self.name = name
    depth = 1 + receiver.depth
  }
}
