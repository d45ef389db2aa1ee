/// Factors: numbers, names, functions, roots, fractions, and what is written after them.
extension MathParser {
  mutating func factor() throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    var node = try base()
    var count = 0
    while let token = tokens.first {
      switch token.kind {
      case .mark("^"):
        tokens.removeFirst()
        node = try powered(node)
      case .mark("!"):
        tokens.removeFirst()
        node = .function(takes(.mark("!")) ? "!!" : "!", [node])
      case .mark("%"):
        tokens.removeFirst()
        node = .percent(node)
      case .command("degree"):
        tokens.removeFirst()
        node = .degree(node)
      case .mark("'"):
        tokens.removeFirst()
        node = .function("'", [node])
      default: return node
      }
      count += 1
      guard count <= 6 else { throw .unreadable }
    }
    return node
  }

  private mutating func powered(_ node: MathNode) throws(MathReadingError) -> MathNode {
    if takes(.command("circ")) || takes(.command("degree")) || takes(.symbol("degree")) {
      return .degree(node)
    }
    if takes(.mark("'")) { return .function("'", [node]) }
    if tokens.first?.kind == .mark("{") {
      let rest = tokens.dropFirst()
      let isDegree = rest.first?.kind == .command("circ") || rest.first?.kind == .command("degree")
      if isDegree, rest.dropFirst().first?.kind == .mark("}") {
        tokens = rest.dropFirst(2)
        return .degree(node)
      }
      if rest.first?.kind == .symbol("prime"), rest.dropFirst().first?.kind == .mark("}") {
        tokens = rest.dropFirst(2)
        return .function("'", [node])
      }
    }
    if takes(.symbol("prime")) { return .function("'", [node]) }
    return .power(node, try script())
  }

  /// Reads what stands after `^` or `_`: a group, a number with a sign, a name, a bracket.
  mutating func script() throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    guard let token = tokens.first else { throw .unreadable }
    if token.kind == .mark("{") { return try group() }
    let isNegative = takes(.mark("-"))
    if !isNegative { _ = takes(.mark("+")) }
    var node = try base()
    // `2^3^2` is two to the ninth.
    if takes(.mark("^")) { node = .power(node, try script()) }
    return isNegative ? .negative(node) : node
  }

  /// Reads `{…}`.
  mutating func group() throws(MathReadingError) -> MathNode {
    try expect(.mark("{"))
    let node = try nested { parser throws(MathReadingError) in try parser.statement() }
    try expect(.mark("}"))
    return node
  }

  // MARK: - Bases

  private mutating func base() throws(MathReadingError) -> MathNode {
    guard let token = tokens.first else { throw .unreadable }
    switch token.kind {
    case .number(let number):
      tokens.removeFirst()
      return try self.number(number)
    case .symbol(let name):
      tokens.removeFirst()
      return try self.name(name)
    case .mark("{"): return try group()
    case .mark("("), .mark("["), .command("{"): return try bracket()
    case .mark("|"), .mark("‖"): return try bars(token.kind)
    case .command(let name):
      tokens.removeFirst()
      return try command(name)
    default: throw .unreadable
    }
  }

  private mutating func number(_ number: NumberText) throws(MathReadingError) -> MathNode {
    if number.endsInPoint || number.places > 0, tokens.first?.kind == .command("overline") {
      tokens.removeFirst()
      let period = try digits()
      return .repeating(number, period: period)
    }
    guard tokens.first?.kind == .mark("_") else { return .number(number) }
    tokens.removeFirst()
    guard case .number(let base) = try script(), base.isWhole, number.isWhole,
      base.significant.count <= 2
    else { throw .unreadable }
    return .based(
      digits: Array(number.significant), base: base.digits.reduce(0) { 10 * $0 + Int($1) })
  }

  private mutating func digits() throws(MathReadingError) -> [UInt8] {
    guard case .number(let number) = try script(), number.isWhole, number.digits.count <= 12
    else { throw .unreadable }
    return number.digits
  }

  private mutating func name(_ first: String) throws(MathReadingError) -> MathNode {
    var name = first
    if takes(.mark("_")) { name += "_" + (try subscriptText()) }
    guard tokens.first?.kind == .mark("("), tokens.first?.followsSpace == false else {
      return .symbol(name)
    }
    // `e(x)` and `π(r)` are products.
    guard !["e", "π", "i", "U"].contains(name) else { return .symbol(name) }
    let start = tokens
    tokens.removeFirst()
    let arguments = try nested { parser throws(MathReadingError) in try parser.items() }
    guard takes(.mark(")")) else {
      tokens = start
      return .symbol(name)
    }
    return .apply(name, arguments)
  }

  /// The letters and digits of an index, without braces.
  private mutating func subscriptText() throws(MathReadingError) -> String {
    guard tokens.first?.kind == .mark("{") else {
      guard let token = tokens.popFirst(), let text = token.text else { throw .unreadable }
      return text
    }
    var text = ""
    var depth = 0
    while let token = tokens.popFirst() {
      if token.kind == .mark("{") { depth += 1 }
      if token.kind == .mark("}") { depth -= 1 }
      guard let part = token.text else { throw .unreadable }
      if depth == 0 { return String(text.dropFirst()) }
      text += part
      guard text.utf8.count <= 64 else { throw .unreadable }
    }
    throw .unreadable
  }

  // MARK: - Commands

  private mutating func command(_ name: String) throws(MathReadingError) -> MathNode {
    switch name {
    case "frac": return .quotient(try argument(), try argument())
    case "binom": return .function("binom", [try argument(), try argument()])
    case "infty": return .infinity
    case "sqrt":
      var index = 2
      if takes(.mark("[")) {
        guard case .number(let number)? = tokens.popFirst()?.kind, number.isWhole,
          number.significant.count <= 3, takes(.mark("]"))
        else { throw .unreadable }
        index = number.digits.reduce(0) { 10 * $0 + Int($1) }
      }
      guard index > 0 else { throw .undefined }
      return .root(index, try radicand())
    case "lfloor": return .function("floor", [try delimited(by: "rfloor")])
    case "lceil": return .function("ceil", [try delimited(by: "rceil")])
    case "overset", "underset", "stackrel":
      _ = try argument()
      return try argument()
    default: break
    }
    if name.hasPrefix("begin:") { return try matrix(String(name.dropFirst("begin:".count))) }
    if MathVocabulary.accents.contains(name) {
      return .symbol(name + " " + (try subscriptText()))
    }
    if MathVocabulary.operators.contains(name) { return try bigOperator(name) }
    guard isFunction(name) else { throw .unreadable }
    return try function(name)
  }

  /// The argument of a command: a group, or one digit or one other factor.
  private mutating func argument() throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    guard let token = tokens.first else { throw .unreadable }
    if token.kind == .mark("{") { return try group() }
    guard case .number(let number) = token.kind else { return try base() }
    guard number.isWhole, number.digits.count > 1 else { return try base() }
    // `\frac12`
    var rest = number
    let digit = rest.digits.removeFirst()
    tokens[tokens.startIndex].kind = .number(rest)
    return .number(NumberText(digits: [digit]))
  }

  private mutating func radicand() throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    return tokens.first?.kind == .mark("{") ? try group() : try base()
  }

  private mutating func delimited(by close: String) throws(MathReadingError) -> MathNode {
    let node = try nested { parser throws(MathReadingError) in try parser.sum() }
    try expect(.command(close))
    return node
  }

  /// A function with its power, its base and its argument: `\sin^2 x`, `\log_2 (x + 1)`.
  private mutating func function(_ name: String) throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    var power: MathNode?
    var base: MathNode?
    for _ in 0..<2 {
      if takes(.mark("_")) { base = try script() }
      if takes(.mark("^")) { power = try script() }
    }
    guard let first = tokens.first else { throw .unreadable }
    var arguments: [MathNode]
    if first.kind == .mark("(") {
      tokens.removeFirst()
      arguments = try nested { parser throws(MathReadingError) in try parser.items() }
      try expect(.mark(")"))
    } else if first.kind == .mark("{") {
      let node = try group()
      if case .list(let parts) = node { arguments = parts } else { arguments = [node] }
    } else {
      arguments = [try bareArgument()]
    }
    if name == "exp", arguments.count == 1 { return .power(.symbol("e"), arguments[0]) }
    if let base { arguments.insert(base, at: 0) }
    let isInverse = power == .negative(.number(NumberText(digits: [1])))
    if isInverse, ["sin", "cos", "tan"].contains(name) {
      return .function("arc" + name, arguments)
    }
    let value = MathNode.function(name, arguments)
    return power.map { .power(value, $0) } ?? value
  }

  /// `2x` of `\sin 2x \cos y`: factors up to the next function or sign.
  private mutating func bareArgument() throws(MathReadingError) -> MathNode {
    let isNegative = takes(.mark("-"))
    var factors = [try factor()]
    factors: while let token = tokens.first {
      switch token.kind {
      case .symbol, .mark("{"), .number: break
      case .command(let name) where ["frac", "sqrt"].contains(name): break
      default: break factors
      }
      factors.append(try factor())
    }
    let node: MathNode = factors.count == 1 ? factors[0] : .product(factors)
    return isNegative ? .negative(node) : node
  }

  /// `\sum_{k=1}^{n} k`: its bounds and its body, which are compared as they are.
  private mutating func bigOperator(_ name: String) throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    var parts: [MathNode] = []
    for _ in 0..<2 {
      if takes(.mark("_")) { parts.append(try script()) }
      if takes(.mark("^")) { parts.append(try script()) }
    }
    var factors = [try factor()]
    while case .symbol? = tokens.first?.kind { factors.append(try factor()) }
    // The bounds may be equations, whose sides are compared one by one.
    let flat = parts.flatMap { part -> [MathNode] in
      if case .chain(let members, _) = part { members } else { [part] }
    }
    return .function(name, flat + [factors.count == 1 ? factors[0] : .product(factors)])
  }
}

extension MathToken {
  /// The token as the text of an index; nil if it cannot be part of one.
  var text: String? {
    switch kind {
    case .number(let number): number.digits.map(String.init).joined()
    case .symbol(let name), .word(let name): name
    case .mark(let mark):
      ["{", "}", ",", "+", "-", "*", "/", "(", ")", "=", "^", "_"].contains(mark)
        ? String(mark) : nil
    case .command(let name): name == "infty" || name == "frac" ? "\\" + name : nil
    }
  }
}
