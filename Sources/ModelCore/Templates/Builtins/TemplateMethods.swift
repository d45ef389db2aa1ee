/// The methods of values, such as `text.strip()`. A new one is an entry in one of the lists of this
/// folder.
enum TemplateMethods {
  /// Returns the method that a value of this type has by this name.
  static func named(_ name: String, of value: TemplateValue) -> ValueFunction? {
    switch value {
    case .string, .markup: ofText[name]
    case .map: ofMap[name]
    case .list(let list): list.kind.isIndexed ? ofList[name] : nil
    case .object: ofLoop[name]
    default: nil
    }
  }

  /// True for methods that would change a list or a mapping, which jinja2's sandbox refuses.
  static func changing(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .map: ["clear", "pop", "popitem", "setdefault", "update"].contains(name)
    case .list(let list) where list.kind == .list:
      ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"].contains(name)
    default: false
    }
  }

  private static let ofText = ValueFunction.byName(text)
  private static let ofMap = ValueFunction.byName(map)
  private static let ofList = ValueFunction.byName(list)
  private static let ofLoop = ValueFunction.byName(loop)

  // MARK: - Mappings and lists

  private static let map: [ValueFunction] = [
    ValueFunction("keys") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.keys, kind: .keys)
    },
    ValueFunction("values") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.values, kind: .values)
    },
    ValueFunction("items") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.items, kind: .items)
    },
    ValueFunction("get", ["key", "default"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      guard let key = try rendering.key(try arguments.required(0)) else {
        throw .type("\(try arguments.required(0).typeName) cannot be the key of a mapping")
      }
      return map[key] ?? arguments[1] ?? .null
    },
    ValueFunction("copy") { (_, value, _) in value },
  ]

  private static let list: [ValueFunction] = [
    ValueFunction("count", ["value"]) { (rendering, value, arguments) throws(TemplateFault) in
      var count = 0
      for element in try rendering.elements(of: value)
      where try rendering.areEqual(element, try arguments.required(0)) { count += 1 }
      return .int(count)
    },
    ValueFunction("index", ["value"]) { (rendering, value, arguments) throws(TemplateFault) in
      for (index, element) in try rendering.elements(of: value).enumerated()
      where try rendering.areEqual(element, try arguments.required(0)) { return .int(index) }
      throw .type("the list has no such element")
    },
    ValueFunction("copy") { (_, value, _) in value },
  ]

  // MARK: - Loops

  private static let loop: [ValueFunction] = [
    ValueFunction("cycle", nil) { (rendering, value, arguments) throws(TemplateFault) in
      guard case .object(let number) = value, case .loop(let state) = rendering.objects[number]
      else { return value }
      let values = arguments.all.positional
      guard !values.isEmpty else { throw .type("'cycle' needs values to go through") }
      return values[state.index % values.count]
    },
    ValueFunction("changed", nil) { (rendering, value, arguments) throws(TemplateFault) in
      guard case .object(let number) = value, case .loop(let state) = rendering.objects[number]
      else { return value }
      let values = TemplateValue.list(TemplateList(arguments.all.positional, kind: .tuple))
      if let last = state.lastChanged, try rendering.areEqual(last, values) {
        return false
      }
      rendering.update(loop: number) { $0.lastChanged = values }
      return true
    },
  ]
}
