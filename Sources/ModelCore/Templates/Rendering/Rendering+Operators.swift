import Fields

extension Rendering {
  func signed(_ value: TemplateValue, isMinus: Bool) throws(TemplateFault) -> TemplateValue {
    if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
    if case .float(let number) = value { return .float(isMinus ? -number : number) }
    guard let number = value.integer else {
      throw .type("\(value.typeName) cannot have a sign")
    }
    return .int(isMinus ? try whole(0.subtractingReportingOverflow(number)) : number)
  }

  func calculated(
    _ left: TemplateValue, _ operation: ArithmeticOperator, _ right: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    for case .undefined(let reason) in [left, right] { throw TemplateFault(.undefined, reason) }
    if let left = left.integer, let right = right.integer {
      return try calculated(left, operation, right)
    }
    if let left = left.number, let right = right.number {
      return try calculated(left, operation, right)
    }
    switch operation {
    case .add:
      if let sum = try joined(left, right) { return sum }
    case .multiply:
      if let count = right.integer { return try repeated(left, count) }
      if let count = left.integer { return try repeated(right, count) }
    case .modulo:
      if let format = left.text { return try string(try formatted(format, right), like: left) }
    default: break
    }
    throw .type(
      "'\(operation.rawValue)' does not fit \(left.typeName) and \(right.typeName)",
      help: operation == .add ? "'~' joins values of any type as text" : nil)
  }

  /// The sum of two texts or two lists of one type; nil for other values.
  private func joined(
    _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFault) -> TemplateValue? {
    if let first = left.text, let second = right.text {
      try chargeText(first.utf8.count + second.utf8.count)
      switch (left, right) {
      case (.string, .string): return .string(first + second)
      case (.markup, .string): return .markup(first + escaped(second))
      case (.string, .markup): return .markup(escaped(first) + second)
      default: return .markup(first + second)
      }
    }
    guard case .list(let first) = left, case .list(let second) = right,
      first.kind == second.kind, first.kind == .list || first.kind == .tuple
    else { return nil }
    return try list(first.elements + second.elements, kind: first.kind)
  }

  private func repeated(
    _ value: TemplateValue, _ count: Int
  ) throws(TemplateFault) -> TemplateValue {
    let count = max(0, count)
    func size(_ length: Int) -> Int {
      let (size, isOverflow) = length.multipliedReportingOverflow(by: count)
      return isOverflow ? .max / 2 : size
    }
    if let text = value.text {
      try chargeText(size(text.utf8.count))
      return try string(text.isEmpty ? "" : String(repeating: text, count: count), like: value)
    }
    guard case .list(let list) = value, list.kind == .list || list.kind == .tuple else {
      throw .type("\(value.typeName) cannot be repeated")
    }
    try charge(min(size(list.elements.count), limits.steps + 1))
    let rounds = list.elements.isEmpty ? 0 : count
    return try self.list(
      Array(repeatElement(list.elements, count: rounds).joined()), kind: list.kind)
  }

  /// The text with the characters of HTML replaced, as MarkupSafe does.
  func escaped(_ text: String) -> String {
    let marks: [Unicode.Scalar: String] = [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", "\"": "&#34;",
    ]
    return text.unicodeScalars.reduce(into: "") { $0 += marks[$1] ?? String($1) }
  }

  // MARK: - Numbers

  private func whole(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws(TemplateFault) -> Int {
    guard !result.overflow else { throw .type("the number has more than 64 bits") }
    return result.partialValue
  }

  private func calculated(
    _ left: Int, _ operation: ArithmeticOperator, _ right: Int
  ) throws(TemplateFault) -> TemplateValue {
    switch operation {
    case .add: return .int(try whole(left.addingReportingOverflow(right)))
    case .subtract: return .int(try whole(left.subtractingReportingOverflow(right)))
    case .multiply: return .int(try whole(left.multipliedReportingOverflow(by: right)))
    case .divide, .floorDivide, .modulo:
      guard right != 0 else { throw .type("division by zero") }
      guard operation != .divide else { return .float(Double(left) / Double(right)) }
      guard operation != .modulo else { return .int(left.pythonModulo(right)) }
      guard let quotient = left.pythonQuotient(right) else {
        throw .type("the number has more than 64 bits")
      }
      return .int(quotient)
    case .power:
      guard right >= 0 else { return try calculated(Double(left), .power, Double(right)) }
      guard let power = left.power(right) else {
        throw .type("the number has more than 64 bits")
      }
      return .int(power)
    }
  }

  private func calculated(
    _ left: Double, _ operation: ArithmeticOperator, _ right: Double
  ) throws(TemplateFault) -> TemplateValue {
    switch operation {
    case .add: return .float(left + right)
    case .subtract: return .float(left - right)
    case .multiply: return .float(left * right)
    case .divide, .floorDivide, .modulo:
      guard right != 0 else { throw .type("division by zero") }
      if operation == .divide { return .float(left / right) }
      let remainder = left.pythonModulo(right)
      if operation == .modulo { return .float(remainder) }
      return .float(((left - remainder) / right).rounded())
    case .power:
      guard left != 0 || right >= 0 else { throw .type("division by zero") }
      // Whole powers are exact by multiplication; others are not needed by templates.
      guard let count = Int(exactly: right), count.magnitude <= 1024 else {
        throw .type("a power needs a whole exponent up to 1024")
      }
      let power = (0..<count.magnitude).reduce(1.0) { product, _ in product * left }
      return .float(count < 0 ? 1 / power : power)
    }
  }

  // MARK: - Formats

  /// The text of `format % values`, with the conversions `%s`, `%r`, `%d` and `%%`.
  func formatted(_ format: String, _ values: TemplateValue) throws(TemplateFault) -> String {
    var arguments = [values][...]
    if case .list(let list) = values, list.kind == .tuple { arguments = list.elements[...] }
    var text = ""
    var isConversion = false
    for scalar in format.unicodeScalars {
      guard isConversion || scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if !isConversion {
        isConversion = true
        continue
      }
      isConversion = false
      if scalar == "%" {
        text += "%"
        continue
      }
      guard let value = arguments.popFirst() else { throw .type("the format needs more values") }
      let more = try converted(value, by: scalar)
      try chargeText(more.utf8.count, after: text.utf8.count)
      text += more
    }
    guard !isConversion, arguments.isEmpty else {
      throw .type(isConversion ? "the format ends in '%'" : "the format needs fewer values")
    }
    return text
  }

  private func converted(
    _ value: TemplateValue, by conversion: Unicode.Scalar
  ) throws(TemplateFault) -> String {
    switch conversion {
    case "s": return try shown(value)
    case "r": return try shown(.list(TemplateList([value]))).dropFirst().dropLast().description
    case "d", "i":
      guard let number = value.number, let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw .type("'%d' needs a number, not \(value.typeName)")
      }
      return String(value.integer ?? whole)
    default: throw .type("the conversion '%\(conversion)' is not supported; '%s', '%r', '%d' are")
    }
  }
}
