import Fields

/// Writes values as Python's `json.dumps` does, with the options that `tojson` has in transformers.
struct PythonJSON {
  var isASCII = false
  /// The text that each level is indented by; nil for one line.
  var indent: String?
  var itemSeparator = ", "
  var keySeparator = ": "
  var sortsKeys = false
  let rendering: Rendering
  private(set) var text = ""

  init(rendering: Rendering) { self.rendering = rendering }

  mutating func write(_ value: TemplateValue) throws(TemplateFault) {
    try write(value, level: 0)
    try rendering.chargeText(text.utf8.count)
  }

  private mutating func write(_ value: TemplateValue, level: Int) throws(TemplateFault) {
    try rendering.charge()
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .float(let number): text += Self.text(of: number)
    case .string(let string), .markup(let string): try write(string: string)
    case .list(let list) where list.kind == .list || list.kind == .tuple:
      try write(list.elements, level)
    case .map(let map): try write(map, level)
    case .undefined(let reason): throw TemplateFault(.undefined, reason)
    case .list, .function, .method, .object:
      throw .type(
        "\(value.typeName) cannot be written as JSON", help: "make it a list by '| list'")
    }
    guard text.utf8.count <= rendering.limits.longestText else {
      try rendering.chargeText(text.utf8.count)
      return
    }
  }

  private mutating func write(_ elements: [TemplateValue], _ level: Int) throws(TemplateFault) {
    guard !elements.isEmpty else {
      text += "[]"
      return
    }
    text += "["
    for (index, element) in elements.enumerated() {
      try startItem(isFirst: index == 0, level + 1)
      try write(element, level: level + 1)
    }
    try startLine(level)
    text += "]"
  }

  private mutating func write(_ map: TemplateMap, _ level: Int) throws(TemplateFault) {
    guard map.count > 0 else {
      text += "{}"
      return
    }
    text += "{"
    for (index, (key, value)) in try members(of: map).enumerated() {
      try startItem(isFirst: index == 0, level + 1)
      try write(string: key)
      try add(keySeparator)
      try write(value, level: level + 1)
    }
    try startLine(level)
    text += "}"
  }

  private func members(of map: TemplateMap) throws(TemplateFault) -> [(String, TemplateValue)] {
    var members: [(String, TemplateValue)] = []
    let order =
      sortsKeys
      ? try rendering.sorted(map.keys.indices.map { $0 }) { (index) throws(TemplateFault) in
        map.keys[index]
      } : Array(map.keys.indices)
    for index in order {
      let key: String
      switch map.keys[index] {
      case .string(let text), .markup(let text): key = text
      case .null: key = "null"
      case .bool(let flag): key = flag ? "true" : "false"
      case .int(let number): key = String(number)
      case .float(let number): key = Self.text(of: number)
      default: throw .type("\(map.keys[index].typeName) cannot be a key in JSON")
      }
      members.append((key, map.values[index]))
    }
    return members
  }

  private mutating func startItem(isFirst: Bool, _ level: Int) throws(TemplateFault) {
    if !isFirst { try add(itemSeparator) }
    try startLine(level)
  }

  private mutating func startLine(_ level: Int) throws(TemplateFault) {
    guard let indent else { return }
    text += "\n"
    try add(indent, count: level)
  }

  /// Adds a text that the template gives, which may be long.
  private mutating func add(_ added: String, count: Int = 1) throws(TemplateFault) {
    try rendering.chargeText(count * added.utf8.count, after: text.utf8.count)
    text += String(repeating: added, count: count)
  }

  private static func text(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return number.pythonText
  }

  private mutating func write(string: String) throws(TemplateFault) {
    try rendering.charge(bytes: string.utf8.count)
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case _ where scalar.value < 0x20 || (isASCII && scalar.value > 0x7E):
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
