/// A test: what `value is name(argument)` asks.
struct TemplateTest: Sendable {
  typealias Body =
    @Sendable (Rendering, TemplateValue, TemplateValue) throws(TemplateFault) -> Bool

  let names: [String]
  /// The name of the argument; nil if the test takes none.
  let parameter: String?
  let apply: Body

  private init(_ names: [String], parameter: String? = nil, _ apply: @escaping Body) {
    self.names = names
    self.parameter = parameter
    self.apply = apply
  }

  private init(_ name: String, parameter: String? = nil, _ apply: @escaping Body) {
    self.init([name], parameter: parameter, apply)
  }

  /// Every test by each of its names. A new one is an entry in one of these lists.
  static let all: [String: TemplateTest] = Dictionary(
    uniqueKeysWithValues: (types + comparisons + values).flatMap { test in
      test.names.map { ($0, test) }
    })

  private static let types: [TemplateTest] = [
    TemplateTest("defined") { (_, value, _) in !value.isUndefined },
    TemplateTest("undefined") { (_, value, _) in value.isUndefined },
    TemplateTest("none") { (_, value, _) in value.isNull },
    TemplateTest("boolean") { (_, value, _) in if case .bool = value { true } else { false } },
    TemplateTest("true") { (_, value, _) in if case .bool(true) = value { true } else { false } },
    TemplateTest("false") { (_, value, _) in
      if case .bool(false) = value { true } else { false }
    },
    TemplateTest("integer") { (_, value, _) in if case .int = value { true } else { false } },
    TemplateTest("float") { (_, value, _) in if case .float = value { true } else { false } },
    TemplateTest("number") { (_, value, _) in value.number != nil },
    TemplateTest("string") { (_, value, _) in value.text != nil },
    TemplateTest("mapping") { (_, value, _) in if case .map = value { true } else { false } },
    TemplateTest("sequence") { (_, value, _) in
      switch value {
      case .undefined, .string, .markup, .map: true
      case .list(let list): list.kind.isIndexed
      default: false
      }
    },
    TemplateTest("iterable") { (rendering, value, _) in
      switch value {
      case .undefined, .string, .markup, .map, .list: true
      case .object(let number):
        switch rendering.objects[number] {
        case .iterator, .loop: true
        default: false
        }
      default: false
      }
    },
    TemplateTest("callable") { (rendering, value, _) in
      switch value {
      // Python asks for a method, which an undefined value has.
      case .undefined, .function, .method: true
      case .object(let number):
        switch rendering.objects[number] {
        case .macro, .loop: true
        default: false
        }
      default: false
      }
    },
    TemplateTest("escaped") { (_, value, _) in if case .markup = value { true } else { false } },
  ]

  private static let comparisons: [TemplateTest] = [
    comparison(.equal, "eq", "equalto", "=="),
    comparison(.notEqual, "ne", "!="),
    comparison(.less, "lt", "lessthan", "<"),
    comparison(.lessOrEqual, "le", "<="),
    comparison(.greater, "gt", "greaterthan", ">"),
    comparison(.greaterOrEqual, "ge", ">="),
  ]

  private static func comparison(
    _ operation: ComparisonOperator, _ names: String...
  ) -> TemplateTest {
    TemplateTest(names, parameter: "other") { (rendering, value, other) throws(TemplateFault) in
      try rendering.isTrue(value, operation, other)
    }
  }

  private static let values: [TemplateTest] = [
    TemplateTest("in", parameter: "seq") { (rendering, value, container) throws(TemplateFault) in
      try rendering.contains(container, value)
    },
    TemplateTest("sameas", parameter: "other") {
      (rendering, value, other) throws(TemplateFault) in
      guard value.typeName == other.typeName else { return false }
      return try rendering.areEqual(value, other)
    },
    TemplateTest("odd") { (rendering, value, _) throws(TemplateFault) in
      try isDivisible(rendering, value, 2, remainder: 1)
    },
    TemplateTest("even") { (rendering, value, _) throws(TemplateFault) in
      try isDivisible(rendering, value, 2, remainder: 0)
    },
    TemplateTest("divisibleby", parameter: "num") {
      (rendering, value, divisor) throws(TemplateFault) in
      try isDivisible(rendering, value, divisor, remainder: 0)
    },
    TemplateTest("lower") { (rendering, value, _) throws(TemplateFault) in
      let text = try rendering.shown(value)
      try rendering.charge(bytes: 16 * text.utf8.count)
      return text.isAllCase { $0.isLowercase }
    },
    TemplateTest("upper") { (rendering, value, _) throws(TemplateFault) in
      let text = try rendering.shown(value)
      try rendering.charge(bytes: 16 * text.utf8.count)
      return text.isAllCase { $0.isUppercase }
    },
    TemplateTest("filter") { (_, value, _) in
      value.text.map { TemplateFilters.all[$0] != nil } ?? false
    },
    TemplateTest("test") { (_, value, _) in value.text.map { all[$0] != nil } ?? false },
  ]

  private static func isDivisible(
    _ rendering: Rendering, _ value: TemplateValue, _ divisor: TemplateValue, remainder: Int
  ) throws(TemplateFault) -> Bool {
    let rest = try rendering.calculated(value, .modulo, divisor)
    return try rendering.areEqual(rest, .int(remainder))
  }
}
