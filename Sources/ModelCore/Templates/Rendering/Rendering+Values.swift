import Fields

// The elements and the text of values, as Python has them.

extension Rendering {
  /// The elements that a loop goes through. An iterator is empty afterwards.
  func elements(of value: TemplateValue) throws(TemplateFault) -> [TemplateValue] {
    switch value {
    case .undefined: return []
    case .list(let list):
      try charge(list.elements.count)
      return list.elements
    case .map(let map):
      try charge(map.count)
      return map.keys
    case .string(let text), .markup(let text):
      try charge(text.utf8.count)
      return text.unicodeScalars.map { .string(String($0)) }
    case .object(let number):
      guard case .iterator(let rest) = objects[number] else { break }
      objects[number] = .iterator([])
      try charge(rest.count)
      return Array(rest)
    default: break
    }
    throw .type("\(value.typeName) cannot be iterated over")
  }

  /// The number of elements; nil for what has none.
  func length(of value: TemplateValue) -> Int? {
    switch value {
    case .undefined: 0
    case .string(let text), .markup(let text): text.unicodeScalars.count
    case .list(let list): list.elements.count
    case .map(let map): map.count
    case .object(let number):
      if case .loop(let state) = objects[number] { state.elements.count } else { nil }
    default: nil
    }
  }

  /// The text of Python's `str`, which is what a template prints.
  func shown(_ value: TemplateValue) throws(TemplateFault) -> String {
    switch value {
    case .undefined: return ""
    case .string(let text), .markup(let text): return text
    default:
      var text = ""
      try write(value, into: &text)
      return text
    }
  }

  /// Adds the text of Python's `repr`.
  private func write(_ value: TemplateValue, into text: inout String) throws(TemplateFault) {
    try charge()
    switch value {
    case .undefined: text += "Undefined"
    case .null: text += "None"
    case .bool(let flag): text += flag ? "True" : "False"
    case .int(let number): text += String(number)
    case .float(let number): text += number.pythonText
    case .string(let string):
      try chargeQuoted(string)
      text += string.pythonQuoted
    case .markup(let string):
      try chargeQuoted(string)
      text += "Markup(" + string.pythonQuoted + ")"
    case .list(let list): try write(list, into: &text)
    case .map(let map): try write(map, into: &text)
    case .object(let number): try write(objects[number], of: value, into: &text)
    case .function, .method: throw cannotShow(value)
    }
    guard text.utf8.count <= limits.longestText else {
      try chargeText(text.utf8.count)
      return
    }
  }

  /// Pays for quotes around a text, in which each scalar may be looked up and become ten.
  private func chargeQuoted(_ text: String) throws(TemplateFault) {
    try charge(bytes: 16 * text.utf8.count)
  }

  private func write(_ list: TemplateList, into text: inout String) throws(TemplateFault) {
    let bounds: (String, String)
    switch list.kind {
    case .list: bounds = ("[", "]")
    case .tuple: bounds = ("(", list.elements.count == 1 ? ",)" : ")")
    case .keys: bounds = ("dict_keys([", "])")
    case .values: bounds = ("dict_values([", "])")
    case .items: bounds = ("dict_items([", "])")
    case .range: throw cannotShow(.list(list))
    }
    try enter()
    text += bounds.0
    for (index, element) in list.elements.enumerated() {
      if index > 0 { text += ", " }
      try write(element, into: &text)
    }
    text += bounds.1
    leave()
  }

  private func write(_ map: TemplateMap, into text: inout String) throws(TemplateFault) {
    try enter()
    text += "{"
    for index in map.keys.indices {
      if index > 0 { text += ", " }
      try write(map.keys[index], into: &text)
      text += ": "
      try write(map.values[index], into: &text)
    }
    text += "}"
    leave()
  }

  private func write(
    _ object: TemplateObject, of value: TemplateValue, into text: inout String
  ) throws(TemplateFault) {
    switch object {
    case .namespace(let members):
      // A namespace may hold itself.
      try enter()
      text += "<Namespace {"
      for (index, member) in members.enumerated() {
        if index > 0 { text += ", " }
        text += member.name.pythonQuoted + ": "
        try write(member.value, into: &text)
      }
      text += "}>"
      leave()
    case .loop(let state): text += "<LoopContext \(state.index + 1)/\(state.elements.count)>"
    case .macro(let macro, _): text += "<Macro " + macro.name.pythonQuoted + ">"
    case .iterator: throw cannotShow(value)
    }
  }

  private func cannotShow(_ value: TemplateValue) -> TemplateFault {
    .type("\(value.typeName) has no text", help: "make a list of it by '| list'")
  }
}
