/// Reads tokens into a tree, by recursive descent of bounded depth.
///
///     statement  = chain { ("," | ";" | "and" | "or") chain }
///     chain      = sets { ("=" | "<" | "≤" | "∈" | …) sets }
///     sets       = ratio { ("∪" | "∩" | "∖") ratio }
///     ratio      = sum { ":" sum }
///     sum        = [sign] product { sign product }
///     product    = factor { ["·" | "/"] factor }
///     factor     = base { "^" exponent | "!" | "%" | "°" }
struct MathParser {
  var tokens: ArraySlice<MathToken>
  private var depth = 0
  /// True between bars: the next bar closes.
  var isInBars = false
  /// True in `\{x | …\}`, where a bar stands before conditions.
  var barSeparates = false

  init(_ tokens: [MathToken]) { self.tokens = tokens[...] }

  /// Returns the tree of a whole text.
  static func tree(_ tokens: [MathToken]) throws(MathReadingError) -> MathNode {
    var parser = MathParser(tokens)
    let tree = try parser.statement()
    guard parser.tokens.isEmpty else { throw .unreadable }
    return tree
  }

  // MARK: - Lists and chains

  mutating func statement() throws(MathReadingError) -> MathNode {
    let groups = try groups()
    let items = groups.flatMap { $0 }
    // `p = 5, q = 2; p = 7, q = 2` is two pairs.
    if groups.count > 1, items.count > groups.count, items.allSatisfy(isNamed) {
      return .list(
        groups.map { $0.count == 1 ? $0[0] : .bracket(open: "(", $0, close: ")") })
    }
    return items.count == 1 ? items[0] : .list(items)
  }

  private func isNamed(_ node: MathNode) -> Bool {
    if case .chain(let members, [.equal]) = node, case .symbol = members[0] { true } else { false }
  }

  /// Reads things with commas, semicolons, "and" or "or" between them.
  mutating func items() throws(MathReadingError) -> [MathNode] { try groups().flatMap { $0 } }

  /// Reads things in groups that semicolons divide.
  private mutating func groups() throws(MathReadingError) -> [[MathNode]] {
    var groups = [[try chain()]]
    var count = 1
    while var divides = takesSeparator() {
      while let isSemicolon = takesSeparator() { divides = divides || isSemicolon }
      // A comma at the end separates nothing.
      guard startsExpression() else { break }
      if divides { groups.append([]) }
      groups[groups.count - 1].append(try chain())
      count += 1
      guard count <= MathLimits.entries else { throw .unreadable }
    }
    return groups
  }

  /// Moves past a separator; true for a semicolon, nil if none is here.
  private mutating func takesSeparator() -> Bool? {
    if takes(.mark(";")) { return true }
    let isHere =
      takes(.mark(",")) || takes(.word("and")) || takes(.word("or")) || takes(.word("And"))
      || takes(.word("Or")) || takes(.mark("&"))
    return isHere ? false : nil
  }

  mutating func chain() throws(MathReadingError) -> MathNode {
    try enter()
    defer { depth -= 1 }
    var members = [try quantity()]
    var relations: [Relation] = []
    while let relation = takesRelation() {
      relations.append(relation)
      members.append(try quantity())
      guard members.count <= MathLimits.entries else { throw .unreadable }
    }
    return relations.isEmpty ? members[0] : .chain(members, relations)
  }

  private mutating func takesRelation() -> Relation? {
    guard let token = tokens.first else { return nil }
    let relation: Relation? =
      switch token.kind {
      case .mark("="): .equal
      case .mark("<"): .less
      case .mark(">"): .greater
      case .command("not"): tokens.dropFirst().first?.kind == .mark("=") ? .unequal : nil
      case .command(let name): MathVocabulary.relations[name]
      default: nil
      }
    guard let relation else { return nil }
    tokens = tokens.dropFirst(token.kind == .command("not") ? 2 : 1)
    return relation
  }

  /// A value with the words after it: `5 cm`, `864 inches^2`, `2.5 million`.
  private mutating func quantity() throws(MathReadingError) -> MathNode {
    if case .word? = tokens.first?.kind { return .words(try words()) }
    var node = try sets()
    if takes(.command("bmod")) { node = .function("mod", [node, try sets()]) }
    var unit: [String] = []
    while let token = tokens.first {
      if case .word(let word) = token.kind, !isSeparator(word) {
        let lower = word.lowercased()
        guard !MathVocabulary.changing.contains(lower) else { throw .unreadable }
        tokens.removeFirst()
        if let power = MathVocabulary.multipliers[lower], unit.isEmpty {
          node = .product([
            node, .number(NumberText(digits: [1], exponent: power)),
          ])
        } else {
          unit.append(word)
        }
      } else if !unit.isEmpty, takes(.mark("/")) {
        unit.append("/")
      } else if !unit.isEmpty, token.kind == .mark("^") {
        tokens.removeFirst()
        let exponent = try script()
        guard case .number(let number) = exponent else { throw .unreadable }
        unit.append("^" + number.digits.map(String.init).joined())
      } else if !unit.isEmpty, takes(.mark(".")) || takes(.mark("'")) {
        continue
      } else {
        break
      }
    }
    return unit.isEmpty ? node : .quantity(node, unit: unit)
  }

  private func isSeparator(_ word: String) -> Bool {
    ["and", "or", "And", "Or"].contains(word)
  }

  private mutating func words() throws(MathReadingError) -> [String] {
    var words: [String] = []
    while case .word(let word)? = tokens.first?.kind, !isSeparator(word) {
      tokens.removeFirst()
      words.append(word)
    }
    guard !words.isEmpty else { throw .unreadable }
    return words
  }

  // MARK: - Sets and ratios

  private mutating func sets() throws(MathReadingError) -> MathNode {
    var node = try ratio()
    while let token = tokens.first {
      switch token.kind {
      case .command("cup"),
        .symbol("U") where isBracketed(node):
        tokens.removeFirst()
        let next = try ratio()
        if case .union(let parts) = node {
          node = .union(parts + [next])
        } else {
          node = .union([node, next])
        }
      case .command("cap"):
        tokens.removeFirst()
        let next = try ratio()
        if case .intersection(let parts) = node {
          node = .intersection(parts + [next])
        } else {
          node = .intersection([node, next])
        }
      case .command("setminus"):
        tokens.removeFirst()
        let next = try ratio()
        guard !node.contains(where: { if case .difference = $0 { true } else { false } }) else {
          throw .unreadable
        }
        node = .difference(node, next)
      default: return node
      }
      try bound(node)
    }
    return node
  }

  private func bound(_ node: MathNode) throws(MathReadingError) {
    guard node.parts.count <= MathLimits.entries else { throw .unreadable }
  }

  func isBracketed(_ node: MathNode) -> Bool {
    switch node {
    case .bracket, .set, .union: true
    default: false
    }
  }

  private mutating func ratio() throws(MathReadingError) -> MathNode {
    var parts = [try sum()]
    while !barSeparates, takes(.mark(":")) {
      parts.append(try sum())
      guard parts.count <= MathLimits.entries else { throw .unreadable }
    }
    return parts.count == 1 ? parts[0] : .ratio(parts)
  }

  // MARK: - Sums and products

  private enum Sign { case plus, minus, plusMinus, minusPlus }

  private mutating func takesSign() -> Sign? {
    if takes(.mark("+")) { return takes(.mark("/")) && takes(.mark("-")) ? .plusMinus : .plus }
    if takes(.mark("-")) { return .minus }
    if takes(.command("pm")) { return .plusMinus }
    return takes(.command("mp")) ? .minusPlus : nil
  }

  private func signed(_ sign: Sign?, _ node: MathNode) -> MathNode {
    switch sign {
    case nil, .plus: node
    case .minus: .negative(node)
    case .plusMinus: .plusMinus(node, isOpposite: false)
    case .minusPlus: .plusMinus(node, isOpposite: true)
    }
  }

  mutating func sum() throws(MathReadingError) -> MathNode {
    try enter()
    defer { depth -= 1 }
    var terms: [MathNode] = []
    var sign = takesSign()
    repeat {
      var outer: [Sign] = []
      // `5 - -3`, `+ -2`
      while let inner = takesSign() {
        outer.append(inner)
        guard outer.count <= 3 else { throw .unreadable }
      }
      var term = try product()
      for inner in outer.reversed() { term = signed(inner, term) }
      terms.append(signed(sign, term))
      sign = takesSign()
    } while sign != nil
    let node = terms.count == 1 ? terms[0] : .sum(terms)
    guard takes(.command("choose")) else { return node }
    return .function("binom", [node, try sum()])
  }

  /// Factors with signs of multiplication, of division or nothing between them, from the left.
  private mutating func product() throws(MathReadingError) -> MathNode {
    var above = [try factor()]
    var below: [MathNode] = []
    while true {
      if takes(.mark("*")) {
        above.append(try signedFactor())
      } else if tokens.first?.kind == .mark("/") {
        tokens.removeFirst()
        below.append(try signedFactor())
      } else if startsFactor(after: below.last ?? above.last) {
        try append(to: &above, below: below)
      } else {
        break
      }
    }
    let numerator: MathNode = above.count == 1 ? above[0] : .product(above)
    guard !below.isEmpty else { return numerator }
    return .quotient(numerator, below.count == 1 ? below[0] : .product(below))
  }

  /// Adds a factor without a sign before it; after a whole number a fraction makes it mixed.
  private mutating func append(
    to above: inout [MathNode], below: [MathNode]
  ) throws(MathReadingError) {
    guard above.count == 1, below.isEmpty, case .number(let whole) = above[0], whole.isWhole else {
      return above.append(try factor())
    }
    if tokens.first?.kind == .command("frac") {
      let fraction = try factor()
      if isProper(fraction) {
        above[0] = .sum([above[0], fraction])
      } else {
        above.append(fraction)
      }
      return
    }
    // `2 1/2`
    if case .number(let first)? = tokens.first?.kind {
      guard first.isWhole, tokens.dropFirst().first?.kind == .mark("/"),
        case .number(let second)? = tokens.dropFirst(2).first?.kind
      else { throw .unreadable }
      let fraction = MathNode.quotient(.number(first), .number(second))
      guard isProper(fraction) else { throw .unreadable }
      tokens = tokens.dropFirst(3)
      above[0] = .sum([above[0], fraction])
      return
    }
    above.append(try factor())
  }

  /// True for a fraction of whole numbers below 1.
  private func isProper(_ node: MathNode) -> Bool {
    guard case .quotient(.number(let above), .number(let below)) = node, above.isWhole,
      below.isWhole
    else { return false }
    let (first, second) = (above.significant, below.significant)
    return first.count < second.count
      || first.count == second.count && first.lexicographicallyPrecedes(second)
  }

  private mutating func signedFactor() throws(MathReadingError) -> MathNode {
    let sign = takesSign()
    return signed(sign, try factor())
  }

  // MARK: - Tokens

  mutating func takes(_ kind: MathToken.Kind) -> Bool {
    guard tokens.first?.kind == kind else { return false }
    tokens.removeFirst()
    return true
  }

  mutating func expect(_ kind: MathToken.Kind) throws(MathReadingError) {
    guard takes(kind) else { throw .unreadable }
  }

  mutating func enter() throws(MathReadingError) {
    depth += 1
    guard depth <= MathLimits.depth else { throw .unreadable }
  }

  mutating func leave() { depth -= 1 }

  /// Reads within brackets of its own, in which bars have nothing to do with those outside.
  mutating func nested<Result>(
    inBars: Bool = false, barSeparates: Bool = false,
    _ read: (inout MathParser) throws(MathReadingError) -> Result
  ) throws(MathReadingError) -> Result {
    let outer = (self.isInBars, self.barSeparates)
    (self.isInBars, self.barSeparates) = (inBars, barSeparates)
    defer { (self.isInBars, self.barSeparates) = outer }
    return try read(&self)
  }

  private func startsExpression() -> Bool {
    switch tokens.first?.kind {
    case nil: false
    case .mark(let mark): "([{+-|‖".contains(mark)
    case .command(let name):
      !["}", "\\", "rfloor", "rceil", "cup", "cap"].contains(name) && !name.hasPrefix("end:")
    default: true
    }
  }

  /// True if a factor may follow without a sign of multiplication.
  private func startsFactor(after last: MathNode?) -> Bool {
    switch tokens.first?.kind {
    case .number: return true
    case .symbol(let name):
      return !(name == "U" && last.map(isBracketed) ?? false)
    case .mark("("), .mark("["), .mark("{"): return true
    case .mark("|"): return !isInBars && !barSeparates
    case .command(let name): return Self.starts.contains(name) || isFunction(name)
    default: return false
    }
  }

  func isFunction(_ name: String) -> Bool {
    MathVocabulary.functions.contains(name) || MathVocabulary.manyArgumentFunctions.contains(name)
      || MathVocabulary.operators.contains(name) || MathVocabulary.accents.contains(name)
  }

  private static let starts: Set<String> = [
    "frac", "sqrt", "binom", "infty", "lfloor", "lceil", "{", "begin:pmatrix", "begin:bmatrix",
    "begin:vmatrix", "begin:matrix", "begin:Bmatrix", "begin:array", "begin:smallmatrix",
  ]
}
