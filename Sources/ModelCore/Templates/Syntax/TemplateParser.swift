import Fields

/// Reads the statements of a template, by the grammar of jinja2. Whatever would load another
/// template is refused, since there is only this one.
struct TemplateParser {
  let tokens: [TemplateToken]
  let limits: TemplateLimits
  var index = 0
  var nesting = 0
  /// The number of loops around this place, inside the same macro or other body that is a whole.
  private var loops = 0
  /// The special names used in each macro that is open.
  private var uses: [Set<String>] = [[]]
  /// The tags that are open, for messages.
  private var open: [(name: String, position: Int)] = []

  init(_ tokens: [TemplateToken], limits: TemplateLimits) {
    self.tokens = tokens
    self.limits = limits
  }

  mutating func template() throws(TemplateFault) -> [TemplateStatement] {
    try statements(until: [])
  }

  // MARK: - Statements

  /// Reads up to a tag with one of the names, whose name is then the next token.
  private mutating func statements(until ends: [String]) throws(TemplateFault)
    -> [TemplateStatement]
  {
    try enter()
    defer { nesting -= 1 }
    var body: [TemplateStatement] = []
    while true {
      let token = next()
      switch token.kind {
      case .text(let text): body.append(.text(text, at: token.position))
      case .outputBegin:
        let place = current.position
        body.append(.output(try tuple(), at: place))
        try expect(.outputEnd)
      case .blockBegin:
        if case .name(let name) = current.kind, ends.contains(name) { return body }
        body.append(try statement())
        try expect(.blockEnd)
      case .end:
        index -= 1
        guard let last = open.last else { return body }
        throw TemplateFault(
          .syntax, "the template ends inside '\(last.name)'",
          help: "end it with '{% \(ends.last ?? "end" + last.name) %}'")
      default: throw unexpected(token)
      }
    }
  }

  private mutating func statement() throws(TemplateFault) -> TemplateStatement {
    guard case .name(let name) = current.kind else {
      throw fault("expected the name of a tag, found \(current.shown)")
    }
    let place = current.position
    open.append((name, place))
    let read = try statement(name, at: place)
    open.removeLast()
    return read
  }

  private mutating func statement(
    _ name: String, at place: Int
  ) throws(TemplateFault) -> TemplateStatement {
    index += 1
    switch name {
    case "if": return try branches()
    case "for": return try loop(at: place)
    case "set": return try assignment(at: place)
    case "macro":
      let macroName = try takeName()
      return .macro(try macro(macroName, parameters: parameters(), end: "endmacro"), at: place)
    case "call":
      let written = isSymbol("(") ? try parameters() : []
      let call = try expression()
      guard case .chain(_, let links) = call, case .call = links.last?.kind else {
        index -= 1
        throw fault("expected the call of a macro after 'call'")
      }
      return .call(
        call, caller: try macro("caller", parameters: written, end: "endcall"), at: place)
    case "filter":
      let links = try filters(first: true)
      return .filtered(filters: links, body: try whole(until: "endfilter"), at: place)
    case "with": return try scoped(at: place)
    case "generation": return .generation(try whole(until: "endgeneration"), at: place)
    case "break", "continue":
      guard loops > 0 else {
        index -= 1
        let around = open.dropLast().last { Self.wholes.contains($0.name) }
        throw fault(
          around.map { "'\(name)' cannot leave the '\($0.name)' around it" }
            ?? "'\(name)' stands outside a loop")
      }
      return name == "break" ? .breakLoop : .continueLoop
    default:
      index -= 1
      throw unknownTag(name)
    }
  }

  private func unknownTag(_ name: String) -> TemplateFault {
    if ["include", "import", "from", "extends", "block", "autoescape", "do"].contains(name) {
      return fault("the tag '\(name)' is not part of chat templates")
    }
    let tags = [
      "if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro", "call",
      "endcall", "filter", "endfilter", "with", "endwith", "generation", "endgeneration", "break",
      "continue", "raw", "endraw",
    ]
    if tags.contains(name) {
      let outer = open.dropLast().last.map { "; the innermost open tag is '\($0.name)'" } ?? ""
      return fault("unexpected '\(name)'" + outer)
    }
    let unknown = UnknownName("tag", name, among: tags)
    return TemplateFault(.syntax, unknown.statement, help: unknown.help)
  }

  private mutating func branches() throws(TemplateFault) -> TemplateStatement {
    var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
    while true {
      let condition = try tuple(hasConditional: false)
      try expect(.blockEnd)
      branches.append((condition, try statements(until: ["elif", "else", "endif"])))
      if takeKeyword("elif") { continue }
      if takeKeyword("endif") { return .branches(branches, otherwise: []) }
      index += 1
      return .branches(branches, otherwise: try block(until: "endif"))
    }
  }

  private mutating func loop(at place: Int) throws(TemplateFault) -> TemplateStatement {
    let target = try targets(endsAt: "in")
    guard takeKeyword("in") else { throw fault("expected 'in', found \(current.shown)") }
    let sequence = try tuple(hasConditional: false, endsAt: "recursive")
    let condition = takeKeyword("if") ? try expression() : nil
    // The word only matters to a loop that calls itself, which is refused where it does.
    _ = takeKeyword("recursive")
    try expect(.blockEnd)
    loops += 1
    let body = try statements(until: ["endfor", "else"])
    loops -= 1
    var otherwise: [TemplateStatement] = []
    if takeKeyword("else") {
      otherwise = try block(until: "endfor")
    } else {
      index += 1
    }
    return .loop(
      TemplateLoop(
        target: target, sequence: sequence, condition: condition, body: body,
        otherwise: otherwise, position: place))
  }

  private mutating func assignment(at place: Int) throws(TemplateFault) -> TemplateStatement {
    let target = try targets(hasMembers: true)
    if takeSymbol("=") { return .assignment(target, try tuple(), at: place) }
    guard isSymbol("|") || current.kind == .blockEnd else {
      throw fault("expected '=' or '%}' after 'set', found \(current.shown)")
    }
    let links = try filters(first: false)
    return .captured(target, filters: links, body: try whole(until: "endset"), at: place)
  }

  private mutating func scoped(at place: Int) throws(TemplateFault) -> TemplateStatement {
    var members: [(target: TemplateTarget, value: TemplateExpression)] = []
    while current.kind != .blockEnd {
      if !members.isEmpty { try expect(symbol: ",") }
      let target = try targets(endsAt: nil, isSingle: true)
      try expect(symbol: "=")
      members.append((target, try expression()))
    }
    return .scoped(members, try block(until: "endwith"), at: place)
  }

  private mutating func macro(
    _ name: String, parameters: [(name: String, standard: TemplateExpression?)], end: String
  ) throws(TemplateFault) -> TemplateMacro {
    uses.append([])
    let body = try whole(until: end)
    return TemplateMacro(
      name: name, parameters: parameters, body: body, uses: uses.removeLast())
  }

  private mutating func parameters() throws(TemplateFault)
    -> [(name: String, standard: TemplateExpression?)]
  {
    var read: [(name: String, standard: TemplateExpression?)] = []
    try expect(symbol: "(")
    while !isSymbol(")") {
      if !read.isEmpty { try expect(symbol: ",") }
      let place = index
      let name = try takeName()
      try checkCount(read.count, of: "parameters")
      let standard = takeSymbol("=") ? try expression() : nil
      if standard == nil, read.last?.standard != nil {
        index = place
        throw fault("a parameter without a default follows one with a default")
      }
      read.append((name, standard))
    }
    index += 1
    return read
  }

  /// Throws if another parameter or argument would be too many.
  func checkCount(_ count: Int, of noun: String) throws(TemplateFault) {
    guard count < limits.parameters else {
      throw TemplateFault(.limit, "expected at most \(limits.parameters) \(noun)")
    }
  }

  /// Reads the rest of a tag and its body, and the name of the tag that ends it.
  private mutating func block(until end: String) throws(TemplateFault) -> [TemplateStatement] {
    try expect(.blockEnd)
    let body = try statements(until: [end])
    index += 1
    return body
  }

  /// Reads a body like `block`, which no 'break' or 'continue' inside it can leave, since its text
  /// is used as a whole.
  private mutating func whole(until end: String) throws(TemplateFault) -> [TemplateStatement] {
    let outer = loops
    loops = 0
    defer { loops = outer }
    return try block(until: end)
  }

  /// The tags whose text is used as a whole.
  private static let wholes: Set<String> = ["call", "filter", "generation", "macro", "set"]

  // MARK: - Targets

  /// Reads names that are assigned to, separated by commas.
  private mutating func targets(
    hasMembers: Bool = false, endsAt end: String? = nil, isSingle: Bool = false
  ) throws(TemplateFault) -> TemplateTarget {
    var read: [TemplateTarget] = []
    repeat {
      if !read.isEmpty, let end, isKeyword(end) { break }
      if takeSymbol("(") {
        try enter()
        read.append(try targets(hasMembers: hasMembers))
        nesting -= 1
        try expect(symbol: ")")
      } else {
        let name = try takeName()
        if hasMembers, takeSymbol(".") {
          read.append(.member(of: name, try takeName()))
        } else {
          read.append(.name(name))
        }
      }
      if isSingle || !isSymbol(",") {
        return read.count == 1 ? read[0] : .unpacked(read)
      }
    } while takeSymbol(",")
    return .unpacked(read)
  }

  // MARK: - Tokens

  var current: TemplateToken { tokens[index] }

  mutating func next() -> TemplateToken {
    defer { index = min(index + 1, tokens.count - 1) }
    return tokens[index]
  }

  /// Notes that the macro around this place uses a name.
  mutating func note(_ name: String) {
    if ["varargs", "kwargs", "caller"].contains(name) { uses[uses.count - 1].insert(name) }
  }

  mutating func enter() throws(TemplateFault) {
    nesting += 1
    guard nesting <= limits.nesting else {
      throw TemplateFault(
        .limit, "the template is nested deeper than \(limits.nesting) levels here")
    }
  }

  func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
  func isKeyword(_ word: String) -> Bool { current.kind == .name(word) }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    index += 1
    return true
  }

  mutating func takeKeyword(_ word: String) -> Bool {
    guard isKeyword(word) else { return false }
    index += 1
    return true
  }

  mutating func takeName() throws(TemplateFault) -> String {
    guard case .name(let name) = current.kind else {
      throw fault("expected a name, found \(current.shown)")
    }
    guard !Self.reserved.contains(name) else { throw fault("'\(name)' cannot be a name here") }
    index += 1
    return name
  }

  mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateFault) {
    guard current.kind == kind else {
      let expected = TemplateToken(kind: kind, position: 0).shown
      throw fault("expected \(expected), found \(current.shown)")
    }
    index += 1
  }

  mutating func expect(symbol: String) throws(TemplateFault) {
    try expect(.symbol(symbol))
  }

  func fault(_ message: String) -> TemplateFault { TemplateFault(.syntax, message) }

  private mutating func unexpected(_ token: TemplateToken) -> TemplateFault {
    index -= 1
    return fault("unexpected \(token.shown)")
  }

  /// Words that are part of the grammar and cannot name anything.
  static let reserved: Set<String> = [
    "true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if", "else",
    "elif",
  ]
}
