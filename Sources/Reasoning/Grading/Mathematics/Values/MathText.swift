/// A text of an answer, cut into tokens, with the readings it may have.
struct MathText {
  let text: String
  let tokens: [MathToken.Kind]
  private let pieces: [MathToken]
  private let hasGroupedNumber: Bool
  private let reading = Reading()

  /// The value, once it was asked for.
  private final class Reading {
    var value: Result<MathValue, MathReadingError>?
  }

  /// - Returns: nil for a text that is too long or has characters of no mathematics.
  init?(_ text: String) {
    guard text.utf8.count <= MathLimits.bytes else { return nil }
    self.text = text
    guard let found = try? MathLexer.tokens(text, groupsCommas: true) else { return nil }
    pieces = Self.trimmed(found.tokens)
    tokens = pieces.map(\.kind)
    hasGroupedNumber = found.hasGroupedNumber
  }

  var isBlank: Bool { pieces.isEmpty }

  /// Takes the marks around a sentence off: full stops, `**`, one pair of braces.
  private static func trimmed(_ tokens: [MathToken]) -> [MathToken] {
    var rest = tokens[...]
    let ends: Set<MathToken.Kind> = [
      .mark("."), .mark(","), .mark(";"), .mark(":"), .mark("?"), .mark("*"), .command("\\"),
    ]
    while let last = rest.last, ends.contains(last.kind) { rest.removeLast() }
    while let first = rest.first, ends.contains(first.kind) || first.kind == .mark("^") {
      rest.removeFirst()
    }
    // `**73**` leaves a power sign behind.
    while rest.last?.kind == .mark("^") { rest.removeLast() }
    while let last = rest.last, ends.contains(last.kind) { rest.removeLast() }
    // `\boxed{…}` leaves its braces behind.
    guard isGroup(rest) else { return Array(rest) }
    return trimmed(Array(rest.dropFirst().dropLast()))
  }

  /// True if the first token opens the brace that the last one closes.
  private static func isGroup(_ tokens: ArraySlice<MathToken>) -> Bool {
    guard tokens.count > 2, tokens.first?.kind == .mark("{") else { return false }
    var depth = 0
    for index in tokens.indices {
      if tokens[index].kind == .mark("{") { depth += 1 }
      if tokens[index].kind == .mark("}") { depth -= 1 }
      if depth == 0 { return index == tokens.index(before: tokens.endIndex) }
    }
    return false
  }

  /// The value of the text, with `1,234` as one number.
  func value() throws(MathReadingError) -> MathValue {
    if let known = reading.value { return try known.get() }
    let value = Result { () throws(MathReadingError) in try Self.value(pieces) }
    reading.value = value
    return try value.get()
  }

  private static func value(_ tokens: [MathToken]) throws(MathReadingError) -> MathValue {
    guard !tokens.isEmpty else { throw .unreadable }
    do {
      return try MathValue(try MathParser.tree(tokens))
    } catch .unreadable {
      // A sentence is text.
      guard let words = words(tokens) else { throw .unreadable }
      return .text(words)
    }
  }

  /// The words and marks of a text with words, in small letters; nil without words.
  private static func words(_ tokens: [MathToken]) -> String? {
    let hasWord = tokens.contains { if case .word = $0.kind { true } else { false } }
    guard hasWord else { return nil }
    return tokens.map { token in
      switch token.kind {
      case .word(let word): word.lowercased()
      case .symbol(let name): name
      case .number(let number):
        number.digits.map(String.init).joined() + ".\(number.places).\(number.exponent)"
      case .command(let name): "\\" + name
      case .mark(let mark): String(mark)
      }
    }.joined(separator: " ")
  }

  /// True if this answer says what the reference says.
  func states(
    _ reference: MathText, allowing allowances: MathAllowances
  ) throws(MathReadingError) -> Bool {
    if let choice = reference.choice, let own = leadingChoice { return own == choice }
    let answer = try value()
    let wanted = try reference.value()
    var comparison = MathComparison(allowances)
    if try comparison.areEqual(answer: answer, reference: wanted) { return true }
    // `1,234` is two numbers where the other text has a list, `1,5` is 1.5 where it has a decimal.
    if hasGroupedNumber, case .list = wanted, let list = try listed() {
      return try comparison.areEqual(answer: list, reference: wanted)
    }
    if reference.hasGroupedNumber, case .list = answer, let list = try reference.listed() {
      return try comparison.areEqual(answer: answer, reference: list)
    }
    if let decimal = decimalWithComma, reference.isDecimal { return decimal == reference.tokens }
    if let decimal = reference.decimalWithComma, isDecimal { return decimal == tokens }
    return false
  }

  private func listed() throws(MathReadingError) -> MathValue? {
    let tokens = try MathLexer.tokens(text, groupsCommas: false).tokens
    return try Self.value(Self.trimmed(tokens))
  }

  // MARK: - Choices

  /// The letter of a reference that is one capital letter, in brackets or not.
  private var choice: String? {
    let letters = tokens.filter { $0 != .mark("(") && $0 != .mark(")") }
    guard letters.count == 1, case .symbol(let name) = letters[0], name.count == 1,
      ("A"..."J").contains(name)
    else { return nil }
    return name
  }

  /// The letter of `(C) 5` or `C. five`.
  private var leadingChoice: String? {
    var rest = tokens[...]
    let isOpen = rest.first == .mark("(")
    if isOpen { rest.removeFirst() }
    guard case .symbol(let name)? = rest.popFirst(), name.count == 1, let mark = rest.popFirst(),
      mark == .mark(")") || !isOpen && (mark == .mark(".") || mark == .mark(":"))
    else { return nil }
    return name
  }

  // MARK: - Decimal commas

  private var isDecimal: Bool {
    let digits = tokens.first == .mark("-") ? tokens.dropFirst() : tokens[...]
    guard digits.count == 1, case .number(let number)? = digits.first else { return false }
    return number.places > 0
  }

  /// `-1,5` as the tokens of -1.5; nil for any other text.
  private var decimalWithComma: [MathToken.Kind]? {
    var rest = tokens[...]
    let sign: [MathToken.Kind] = rest.first == .mark("-") ? [rest.removeFirst()] : []
    guard rest.count == 3, pieces.last?.followsSpace == false,
      case .number(let whole) = rest[rest.startIndex], whole.isWhole,
      rest[rest.startIndex + 1] == .mark(","),
      case .number(let places) = rest[rest.startIndex + 2], places.isWhole
    else { return nil }
    return sign + [
      .number(
        NumberText(digits: whole.digits + places.digits, places: places.digits.count))
    ]
  }
}
