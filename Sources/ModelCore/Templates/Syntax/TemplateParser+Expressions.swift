import Fields

// The ranks of operators, loosest first: if else, or, and, not, comparisons, + -, ~, * / // %, **,
// signs. A sign binds tighter than a power, and `~` tighter than `+`, as in jinja2.

extension TemplateParser {
  /// Reads expressions separated by commas: a tuple if there is a comma.
  mutating func tuple(
    hasConditional: Bool = true, endsAt end: String? = nil, inParentheses: Bool = false
  ) throws(TemplateFault) -> TemplateExpression {
    var items: [TemplateExpression] = []
    var isTuple = false
    while true {
      if current.kind == .blockEnd || current.kind == .outputEnd || isSymbol(")") { break }
      if let end, isKeyword(end) { break }
      items.append(hasConditional ? try expression() : try disjunction())
      guard takeSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple, let only = items.first { return only }
    guard isTuple || inParentheses else {
      throw fault("expected an expression, found \(current.shown)")
    }
    return .list(items, kind: .tuple)
  }

  mutating func expression() throws(TemplateFault) -> TemplateExpression {
    let outer = nesting
    try enter()
    defer { nesting = outer }
    var value = try disjunction()
    while takeKeyword("if") {
      let condition = try disjunction()
      let other = takeKeyword("else") ? try expression() : nil
      // Without an 'else' another 'if' may follow, and then this one is inside it.
      if other == nil { try enter() }
      value = .conditional(condition: condition, value: value, other: other)
    }
    return value
  }

  private mutating func disjunction() throws(TemplateFault) -> TemplateExpression {
    var operands = [try conjunction()]
    while takeKeyword("or") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func conjunction() throws(TemplateFault) -> TemplateExpression {
    var operands = [try negation()]
    while takeKeyword("and") { operands.append(try negation()) }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func negation() throws(TemplateFault) -> TemplateExpression {
    var negations = 0
    while takeKeyword("not") { negations += 1 }
    let value = try comparison()
    guard negations > 0 else { return value }
    return negations % 2 == 1 ? .not(value) : .not(.not(value))
  }

  private mutating func comparison() throws(TemplateFault) -> TemplateExpression {
    let first = try sum()
    var rest: [(operation: ComparisonOperator, operand: TemplateExpression, at: Int)] = []
    while let operation = comparisonOperator() {
      let place = current.position
      index += operation == .isNotIn ? 2 : 1
      rest.append((operation, try sum(), place))
    }
    return rest.isEmpty ? first : .comparison(first, rest)
  }

  private func comparisonOperator() -> ComparisonOperator? {
    switch current.kind {
    case .symbol(let symbol): ComparisonOperator(rawValue: symbol)
    case .name("in"): .isIn
    case .name("not"): tokens[min(index + 1, tokens.count - 1)].kind == .name("in") ? .isNotIn : nil
    default: nil
    }
  }

  private mutating func sum() throws(TemplateFault) -> TemplateExpression {
    let first = try concatenation()
    var rest: [(operation: ArithmeticOperator, operand: TemplateExpression, at: Int)] = []
    while let (operation, place) = takeOperator([.add, .subtract]) {
      rest.append((operation, try concatenation(), place))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  private mutating func concatenation() throws(TemplateFault) -> TemplateExpression {
    let place = current.position
    var operands = [try product()]
    while takeSymbol("~") { operands.append(try product()) }
    return operands.count == 1 ? operands[0] : .concatenation(operands, at: place)
  }

  private mutating func product() throws(TemplateFault) -> TemplateExpression {
    let first = try power()
    var rest: [(operation: ArithmeticOperator, operand: TemplateExpression, at: Int)] = []
    while let (operation, place) = takeOperator([.multiply, .divide, .floorDivide, .modulo]) {
      rest.append((operation, try power(), place))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  private mutating func power() throws(TemplateFault) -> TemplateExpression {
    let first = try unary()
    var rest: [(operation: ArithmeticOperator, operand: TemplateExpression, at: Int)] = []
    while let (operation, place) = takeOperator([.power]) {
      rest.append((operation, try unary(), place))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  private mutating func takeOperator(
    _ operators: [ArithmeticOperator]
  ) -> (ArithmeticOperator, Int)? {
    guard case .symbol(let symbol) = current.kind,
      let operation = ArithmeticOperator(rawValue: symbol), operators.contains(operation)
    else { return nil }
    defer { index += 1 }
    return (operation, current.position)
  }

  private mutating func unary() throws(TemplateFault) -> TemplateExpression {
    var signs: [(isMinus: Bool, at: Int)] = []
    while isSymbol("-") || isSymbol("+") {
      signs.append((isSymbol("-"), current.position))
      index += 1
      try enter()
    }
    nesting -= signs.count
    var value = try postfix(try primary(), hasFilters: false)
    for sign in signs.reversed() { value = .sign(isMinus: sign.isMinus, value, at: sign.at) }
    return try postfix(value, hasFilters: true)
  }

  // MARK: - Primaries

  private mutating func primary() throws(TemplateFault) -> TemplateExpression {
    let token = next()
    switch token.kind {
    case .name("true"), .name("True"): return .constant(.bool(true))
    case .name("false"), .name("False"): return .constant(.bool(false))
    case .name("none"), .name("None"): return .constant(.null)
    case .name(let name) where !Self.reserved.contains(name):
      note(name)
      return .name(name, at: token.position)
    case .string(var text):
      while case .string(let more) = current.kind {
        text += more
        index += 1
      }
      return .constant(.string(text))
    case .int(let number): return .constant(.int(number))
    case .float(let number): return .constant(.float(number))
    case .symbol("("):
      try enter()
      defer { nesting -= 1 }
      let value = try tuple(inParentheses: true)
      try expect(symbol: ")")
      return value
    case .symbol("["): return try list()
    case .symbol("{"): return try map(at: token.position)
    default:
      if token.kind != .end { index -= 1 }
      throw fault("expected an expression, found \(token.shown)")
    }
  }

  private mutating func list() throws(TemplateFault) -> TemplateExpression {
    var items: [TemplateExpression] = []
    while !isSymbol("]") {
      if !items.isEmpty { try expect(symbol: ",") }
      if isSymbol("]") { break }
      items.append(try expression())
    }
    index += 1
    return .list(items, kind: .list)
  }

  private mutating func map(at place: Int) throws(TemplateFault) -> TemplateExpression {
    var members: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !isSymbol("}") {
      if !members.isEmpty { try expect(symbol: ",") }
      if isSymbol("}") { break }
      let key = try expression()
      try expect(symbol: ":")
      members.append((key, try expression()))
    }
    index += 1
    return .map(members, at: place)
  }

  // MARK: - Links

  private mutating func postfix(
    _ value: TemplateExpression, hasFilters: Bool
  ) throws(TemplateFault) -> TemplateExpression {
    var links: [TemplateLink] = []
    var isFiltered = false
    while let link = try link(hasFilters: hasFilters, isFiltered: &isFiltered) {
      links.append(link)
    }
    guard !links.isEmpty else { return value }
    if case .chain(let first, let before) = value { return .chain(first, before + links) }
    return .chain(value, links)
  }

  private mutating func link(
    hasFilters: Bool, isFiltered: inout Bool
  ) throws(TemplateFault) -> TemplateLink? {
    let place = current.position
    switch current.kind {
    case .symbol(".") where !isFiltered:
      index += 1
      return TemplateLink(kind: try member(), position: place)
    case .symbol("[") where !isFiltered:
      index += 1
      return TemplateLink(kind: try subscripted(), position: place)
    case .symbol("("):
      return TemplateLink(kind: .call(try arguments()), position: place)
    case .symbol("|") where hasFilters:
      isFiltered = true
      index += 1
      return try filter()
    case .name("is") where hasFilters:
      isFiltered = true
      index += 1
      return try test()
    default: return nil
    }
  }

  private mutating func member() throws(TemplateFault) -> TemplateLink.Kind {
    let token = next()
    switch token.kind {
    case .name(let name): return .attribute(name)
    case .int(let number): return .item(.constant(.int(number)))
    default:
      index -= 1
      throw fault("expected a name or a number after '.', found \(token.shown)")
    }
  }

  private mutating func subscripted() throws(TemplateFault) -> TemplateLink.Kind {
    var items: [TemplateExpression] = []
    var slice: TemplateLink.Kind?
    repeat {
      if let read = try subscriptPart() {
        items.append(read)
      } else {
        slice = try self.slice(from: nil)
      }
      if isSymbol(":"), let first = items.popLast() { slice = try self.slice(from: first) }
    } while takeSymbol(",")
    try expect(symbol: "]")
    if let slice {
      guard items.isEmpty else { throw fault("a slice stands alone between its brackets") }
      return slice
    }
    return .item(items.count == 1 ? items[0] : .list(items, kind: .tuple))
  }

  private mutating func subscriptPart() throws(TemplateFault) -> TemplateExpression? {
    isSymbol(":") ? nil : try expression()
  }

  private mutating func slice(
    from first: TemplateExpression?
  ) throws(TemplateFault) -> TemplateLink.Kind {
    try expect(symbol: ":")
    let hasEnd = !isSymbol(":") && !isSymbol("]")
    let end = hasEnd ? try expression() : nil
    let hasStep = takeSymbol(":") && !isSymbol("]")
    return .slice(first, end, hasStep ? try expression() : nil)
  }

  private mutating func arguments() throws(TemplateFault) -> TemplateArguments {
    var read = TemplateArguments()
    try expect(symbol: "(")
    var isFirst = true
    while !isSymbol(")") {
      if !isFirst { try expect(symbol: ",") }
      if isSymbol(")") { break }
      isFirst = false
      guard read.mapping == nil else { throw fault("nothing may follow the argument after '**'") }
      if takeSymbol("**") {
        read.mapping = try expression()
      } else if takeSymbol("*") {
        guard read.sequence == nil else { throw fault("only one argument may begin with '*'") }
        read.sequence = try expression()
      } else if case .name(let name) = current.kind, tokens[index + 1].kind == .symbol("=") {
        index += 2
        guard !read.named.contains(where: { $0.name == name }) else {
          index -= 2
          throw fault("the argument '\(name)' is given twice")
        }
        try checkCount(read.named.count, of: "arguments with names")
        read.named.append((name, try expression()))
      } else {
        guard read.named.isEmpty, read.sequence == nil else {
          throw fault("arguments without a name come first")
        }
        read.positional.append(try expression())
      }
    }
    index += 1
    return read
  }

  /// Reads filters, each with its bar; the first of a `filter` tag has none.
  mutating func filters(first: Bool) throws(TemplateFault) -> [TemplateLink] {
    var links = first ? [try filter()] : []
    while takeSymbol("|") { links.append(try filter()) }
    return links
  }

  private mutating func filter() throws(TemplateFault) -> TemplateLink {
    let place = current.position
    let name = try dottedName()
    let arguments = isSymbol("(") ? try arguments() : TemplateArguments()
    return TemplateLink(kind: .filter(name, arguments), position: place)
  }

  private mutating func test() throws(TemplateFault) -> TemplateLink {
    let isNegated = takeKeyword("not")
    let place = current.position
    let name = try dottedName()
    var arguments = TemplateArguments()
    if isSymbol("(") {
      arguments = try self.arguments()
    } else if startsTestArgument {
      try enter()
      defer { nesting -= 1 }
      arguments.positional = [try postfix(try primary(), hasFilters: false)]
    }
    return TemplateLink(
      kind: .test(name, arguments, isNegated: isNegated), position: place)
  }

  /// True if an argument of a test without parentheses follows, as in `x is divisibleby 3`.
  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .int, .float: true
    case .symbol(let symbol): ["[", "{"].contains(symbol)
    default: false
    }
  }

  /// Reads the name of a filter or a test; those of jinja2 may be words such as `in` and `none`.
  private mutating func dottedName() throws(TemplateFault) -> String {
    guard case .name(let name) = current.kind else {
      throw fault("expected a name, found \(current.shown)")
    }
    index += 1
    return name
  }
}
