import Fields

// Members, elements and slices. As in jinja2's sandbox, `a.b` looks for a method first and `a['b']`
// for an element first; nothing else of a value can be reached.

extension Rendering {
  func attribute(_ name: String, of value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    if let found = try builtIn(name, of: value) { return found }
    if case .map(let map) = value, let key = try key(.string(name)), let found = map[key] {
      return found
    }
    return missing(.string(name), of: value)
  }

  func item(_ index: TemplateValue, of value: TemplateValue) throws(TemplateFault)
    -> TemplateValue
  {
    switch value {
    case .undefined(let reason): throw TemplateFault(.undefined, reason)
    case .map(let map):
      if let key = try key(index), let found = map[key] { return found }
    case .list(let list) where list.kind.isIndexed:
      if let place = Self.place(index.integer, count: list.elements.count) {
        return list.elements[place]
      }
    case .string(let text), .markup(let text):
      guard let number = index.integer else { break }
      try charge(bytes: text.utf8.count)
      let scalars = text.unicodeScalars
      if let place = Self.place(number, count: scalars.count) {
        let scalar = scalars[scalars.index(scalars.startIndex, offsetBy: place)]
        return try string(String(scalar), like: value)
      }
    default: break
    }
    if let name = index.text, let found = try builtIn(name, of: value) { return found }
    return missing(index, of: value)
  }

  /// Returns the offset of an index that may count from the end; nil if there is no such element.
  private static func place(_ index: Int?, count: Int) -> Int? {
    guard let index, index >= -count, index < count else { return nil }
    return index < 0 ? count + index : index
  }

  private func missing(_ index: TemplateValue, of value: TemplateValue) -> TemplateValue {
    let type = value.typeName
    guard let name = index.text else {
      if let number = index.integer { return .undefined("\(type) has no element \(number)") }
      return .undefined("\(type) has no such element")
    }
    return .undefined("\(type) has no member \(name.quoted)")
  }

  /// Returns a method, a member of a namespace or a fact about a loop; nil if there is none.
  private func builtIn(
    _ name: String, of value: TemplateValue
  ) throws(TemplateFault) -> TemplateValue? {
    if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
    if name.hasPrefix("_") { return nil }
    try charge(bytes: name.utf8.count)
    if case .object(let number) = value {
      switch objects[number] {
      case .namespace(let members):
        return try place(of: name, among: members).map { members[$0].value }
      case .loop(let state): return fact(name, of: state, value)
      case .macro(let macro, _): return name == "name" ? .string(macro.name) : nil
      case .iterator: return nil
      }
    }
    if TemplateMethods.changing(name, value) {
      return .undefined("'\(name)' would change \(value.typeName), which templates may not do")
    }
    guard TemplateMethods.named(name, of: value) != nil else { return nil }
    return .method(BoundMethod(receiver: value, name: name))
  }

  /// Returns the index of a namespace's member. Only names of the same length are compared.
  func place(
    of name: String, among members: [(name: String, value: TemplateValue)]
  ) throws(TemplateFault) -> Int? {
    try charge(members.count)
    for (place, member) in members.enumerated()
    where member.name.utf8.count == name.utf8.count {
      try charge(bytes: name.utf8.count)
      if member.name.utf8.elementsEqual(name.utf8) { return place }
    }
    return nil
  }

  private func fact(
    _ name: String, of state: TemplateLoopState, _ value: TemplateValue
  ) -> TemplateValue? {
    let index = state.index
    let count = state.elements.count
    switch name {
    case "index": return .int(index + 1)
    case "index0": return .int(index)
    case "revindex": return .int(count - index)
    case "revindex0": return .int(count - index - 1)
    case "first": return .bool(index == 0)
    case "last": return .bool(index == count - 1)
    case "length": return .int(count)
    // Only recursive loops, which are refused, are deeper.
    case "depth": return 1
    case "depth0": return 0
    case "previtem":
      return index > 0
        ? state.elements[index - 1] : .undefined("the first element has none before it")
    case "nextitem":
      return index + 1 < count
        ? state.elements[index + 1] : .undefined("the last element has none after it")
    case "cycle", "changed": return .method(BoundMethod(receiver: value, name: name))
    default: return nil
    }
  }

  // MARK: - Slices

  func sliced(
    _ value: TemplateValue, from start: TemplateValue, to end: TemplateValue,
    by step: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
    for bound in [start, end, step] where !bound.isNull && bound.integer == nil {
      throw .type("the bounds of a slice are integers, not \(bound.typeName)")
    }
    let step = step.integer ?? 1
    guard step != 0 else { throw .type("the step of a slice cannot be 0") }
    switch value {
    case .list(let list) where list.kind.isIndexed:
      let places = Self.places(start.integer, end.integer, step, count: list.elements.count)
      return try self.list(places.map { list.elements[$0] }, kind: list.kind)
    case .string(let text), .markup(let text):
      try charge(bytes: text.utf8.count)
      let scalars = Array(text.unicodeScalars)
      let places = Self.places(start.integer, end.integer, step, count: scalars.count)
      return try string(String(places.lazy.map { scalars[$0] }), like: value)
    default: throw .type("\(value.typeName) cannot be sliced")
    }
  }

  /// Returns the offsets that a slice of Python selects.
  private static func places(
    _ start: Int?, _ end: Int?, _ step: Int, count: Int
  ) -> StrideTo<Int> {
    // The bounds that a missing or far index means, going up and going down.
    let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
    func bound(_ index: Int?, _ standard: Int) -> Int {
      guard let index else { return standard }
      if index < 0 { return max(index < -count ? lowest : index + count, lowest) }
      return min(index, highest)
    }
    let first = bound(start, step > 0 ? lowest : highest)
    let last = bound(end, step > 0 ? highest : lowest)
    // A step beyond the length selects one element; a smaller one cannot overflow.
    let size = max(1, count)
    return stride(from: first, to: last, by: min(max(step, -size), size))
  }
}
