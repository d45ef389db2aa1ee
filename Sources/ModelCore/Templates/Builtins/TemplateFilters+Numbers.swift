extension TemplateFilters {
  /// Filters that make or change numbers.
  static let numbers: [ValueFunction] = [
    ValueFunction("int", ["default", "base"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
      let base = try arguments.integer(1, standard: 10)
      guard base == 0 || (2...36).contains(base) else {
        throw .type("the base of a number is 2 to 36")
      }
      let number =
        value.integer ?? value.text.flatMap { integer($0, base: base) }
        ?? (value.number ?? value.text.flatMap(float)).flatMap {
          Int(exactly: $0.rounded(.towardZero))
        }
      return number.map { .int($0) } ?? arguments[0] ?? .int(0)
    },
    ValueFunction("float", ["default"]) { (rendering, value, arguments) throws(TemplateFault) in
      if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
      let number = value.number ?? value.text.flatMap(float)
      return number.map { .float($0) } ?? arguments[0] ?? .float(0)
    },
    ValueFunction("abs") { (rendering, value, _) throws(TemplateFault) in
      let isNegative = (value.number ?? 0) < 0
      return try rendering.signed(value, isMinus: isNegative)
    },
    ValueFunction("round", ["precision", "method"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      guard let number = value.number else { throw .type("'round' needs a number") }
      let method = try arguments[1].map { (_) throws(TemplateFault) in try arguments.text(1) }
      let rules: [String: FloatingPointRoundingRule] = [
        "common": .toNearestOrEven, "ceil": .up, "floor": .down,
      ]
      guard let rule = rules[method ?? "common"] else {
        throw .type("'round' knows the methods common, ceil and floor")
      }
      guard try arguments.integer(0, standard: 0) == 0 else {
        throw .type("'round' to decimals is not supported")
      }
      if case .int = value, rule == .toNearestOrEven { return value }
      return .float(number.rounded(rule))
    },
  ]

  /// Reads a number as Python's `int` does.
  private static func integer(_ written: String, base: Int) -> Int? {
    var text = written.stripped(of: nil).lowercased()
    let isNegative = text.hasPrefix("-")
    if isNegative || text.hasPrefix("+") { text.removeFirst() }
    let prefixes = [2: "0b", 8: "0o", 16: "0x"]
    if let prefix = prefixes[base], text.hasPrefix(prefix) { text.removeFirst(2) }
    guard let digits = withoutUnderscores(text), digits.first != "-", digits.first != "+" else {
      return nil
    }
    return Int((isNegative ? "-" : "") + digits, radix: base == 0 ? 10 : base)
  }

  /// Reads a number as Python's `float` does.
  private static func float(_ written: String) -> Double? {
    guard let text = withoutUnderscores(written.stripped(of: nil).lowercased()),
      text.allSatisfy({ "0123456789+-.einfaty".contains($0) })
    else { return nil }
    return Double(text)
  }

  /// The text without single underscores between digits; nil if they stand elsewhere.
  private static func withoutUnderscores(_ text: String) -> String? {
    let isWrong =
      text.isEmpty || text.hasPrefix("_") || text.hasSuffix("_") || text.utf8.count > 400
    return isWrong ? nil : text.filter { $0 != "_" }
  }
}
