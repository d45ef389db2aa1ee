/// A method of a value, such as `text.strip()`.
struct TemplateMethod: Sendable {
  typealias Body =
    @Sendable (Rendering, TemplateValue, BoundArguments) throws(TemplateFault) -> TemplateValue

  let name: String
  /// The names of the arguments; nil if any are taken.
  let parameters: [String]?
  let apply: Body

  init(_ name: String, _ parameters: [String]? = [], _ apply: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.apply = apply
  }

  /// Returns the method that a value of this type has by this name.
  static func named(_ name: String, of value: TemplateValue) -> TemplateMethod? {
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

  private static func table(_ methods: [TemplateMethod]) -> [String: TemplateMethod] {
    Dictionary(uniqueKeysWithValues: methods.map { ($0.name, $0) })
  }

  private static let ofText = table(text)
  private static let ofMap = table(map)
  private static let ofList = table(list)
  private static let ofLoop = table(loop)

  // MARK: - Mappings and lists

  private static let map: [TemplateMethod] = [
    TemplateMethod("keys") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.keys, kind: .keys)
    },
    TemplateMethod("values") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.values, kind: .values)
    },
    TemplateMethod("items") { (rendering, value, _) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      return try rendering.list(map.items, kind: .items)
    },
    TemplateMethod("get", ["key", "default"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      guard case .map(let map) = value else { return value }
      guard let key = try rendering.key(try arguments.required(0)) else {
        throw .type("\(try arguments.required(0).typeName) cannot be the key of a mapping")
      }
      return map[key] ?? arguments[1] ?? .null
    },
    TemplateMethod("copy") { (_, value, _) in value },
  ]

  private static let list: [TemplateMethod] = [
    TemplateMethod("count", ["value"]) { (rendering, value, arguments) throws(TemplateFault) in
      var count = 0
      for element in try rendering.elements(of: value)
      where try rendering.areEqual(element, try arguments.required(0)) { count += 1 }
      return .int(count)
    },
    TemplateMethod("index", ["value"]) { (rendering, value, arguments) throws(TemplateFault) in
      for (index, element) in try rendering.elements(of: value).enumerated()
      where try rendering.areEqual(element, try arguments.required(0)) { return .int(index) }
      throw .type("the list has no such element")
    },
    TemplateMethod("copy") { (_, value, _) in value },
  ]

  // MARK: - Loops

  private static let loop: [TemplateMethod] = [
    TemplateMethod("cycle", nil) { (rendering, value, arguments) throws(TemplateFault) in
      guard case .object(let number) = value, case .loop(let state) = rendering.objects[number]
      else { return value }
      let values = arguments.all.positional
      guard !values.isEmpty else { throw .type("'cycle' needs values to go through") }
      return values[state.index % values.count]
    },
    TemplateMethod("changed", nil) { (rendering, value, arguments) throws(TemplateFault) in
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
