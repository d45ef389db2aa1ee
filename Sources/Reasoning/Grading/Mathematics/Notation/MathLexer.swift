/// Cuts a mathematical text, LaTeX or plain, into tokens; looks (`\left`, `\,`, `$`) are dropped.
///
/// It takes time in proportion to the text.
struct MathLexer {
  /// True if `1,234` outside brackets is a number, false if it is two.
  private let groupsCommas: Bool
  var scalars: ArraySlice<Unicode.Scalar>
  private(set) var tokens: [MathToken] = []
  /// True if a number was written with a comma between groups of digits.
  private(set) var hasGroupedNumber = false
  /// True inside the group of `\text`.
  var isText = false
  /// True between the beginning and the end of a matrix.
  var isInEnvironment = false
  private var nesting = 0
  private var brackets = 0
  private var followsSpace = false

  init(_ text: some Sequence<Unicode.Scalar>, groupsCommas: Bool) {
    self.groupsCommas = groupsCommas
    scalars = text.map(Self.narrow)[...]
  }

  /// Returns the tokens of a text.
  static func tokens(
    _ text: String, groupsCommas: Bool
  ) throws(MathReadingError) -> (tokens: [MathToken], hasGroupedNumber: Bool) {
    var lexer = MathLexer(text.unicodeScalars, groupsCommas: groupsCommas)
    try lexer.run()
    return (lexer.tokens, lexer.hasGroupedNumber)
  }

  mutating func run() throws(MathReadingError) {
    while let scalar = scalars.first {
      if let letter = Self.unescaped(scalar) {
        try command(after: letter)
      } else if scalar.properties.isWhitespace || Self.isInvisible(scalar) {
        scalars.removeFirst()
        followsSpace = true
      } else if Self.isDigit(scalar) || startsDecimal() {
        number()
      } else if Self.isLetter(scalar) {
        letters()
      } else if scalar == "\\" {
        try command()
      } else {
        scalars.removeFirst()
        try mark(scalar)
      }
      guard tokens.count <= MathLimits.tokens else { throw .unreadable }
    }
  }

  mutating func add(_ kind: MathToken.Kind) {
    tokens.append(MathToken(kind: kind, followsSpace: followsSpace))
    followsSpace = false
  }

  mutating func space() { followsSpace = true }

  mutating func replaceLast(_ kind: MathToken.Kind) { tokens[tokens.count - 1].kind = kind }

  /// Adds the tokens of a text within this one.
  mutating func add(
    _ text: some Sequence<Unicode.Scalar>, isText: Bool
  ) throws(MathReadingError) {
    guard nesting < MathLimits.textNesting else { throw .unreadable }
    var inner = MathLexer(text, groupsCommas: groupsCommas)
    inner.isText = isText || self.isText
    inner.nesting = nesting + 1
    inner.brackets = brackets
    try inner.run()
    for token in inner.tokens {
      followsSpace = followsSpace || token.followsSpace
      add(token.kind)
    }
    followsSpace = true
  }

  // MARK: - Numbers

  private func startsDecimal() -> Bool {
    guard scalars.first == ".", let next = scalars.dropFirst().first else { return false }
    if case .number = tokens.last?.kind, !followsSpace { return false }
    return Self.isDigit(next)
  }

  private mutating func number() {
    var number = NumberText(digits: [])
    number.digits = digitRun()
    if (1...3).contains(number.digits.count), number.digits.first != 0 {
      while let group = group() { number.digits += group }
    }
    if scalars.first == "." {
      let next = scalars.dropFirst().first
      if let next, Self.isDigit(next) {
        scalars.removeFirst()
        let places = digitRun()
        number.digits += places
        number.places = places.count
      } else if scalars.dropFirst().starts(with: "\\overline".unicodeScalars)
        || scalars.dropFirst().starts(with: "\\bar".unicodeScalars)
      {
        scalars.removeFirst()
        number.endsInPoint = true
      }
    }
    if let exponent = exponent(of: number) { number.exponent = exponent }
    add(.number(number))
  }

  private mutating func digitRun() -> [UInt8] {
    let digits = scalars.prefix(while: Self.isDigit)
    scalars = scalars.dropFirst(digits.count)
    return digits.map { UInt8($0.value - 48) }
  }

  /// Reads three digits after a separator of thousands: `,`, `{,}`, `,\!`, a space or `\,`.
  private mutating func group() -> [UInt8]? {
    let start = scalars
    let wasGrouped = hasGroupedNumber
    if takeBracedComma() || take(",\\!") || take("\\,") || take("\\ ") || take("\\;") {
      _ = scalars.first == " " ? scalars.popFirst() : nil
    } else if groupsCommas, brackets == 0, take(",") {
      hasGroupedNumber = true
    } else if !take(" "), !take("\u{202F}"), !take("\u{A0}"), !take("\u{2009}") {
      return nil
    }
    let digits = scalars.prefix(3)
    guard digits.count == 3, digits.allSatisfy(Self.isDigit),
      !(scalars.dropFirst(3).first.map(Self.isDigit) ?? false)
    else {
      scalars = start
      hasGroupedNumber = wasGrouped
      return nil
    }
    scalars = scalars.dropFirst(3)
    return digits.map { UInt8($0.value - 48) }
  }

  /// Moves past `{,}`, with spaces or `\!` around its comma and `\!` behind it.
  private mutating func takeBracedComma() -> Bool {
    let start = scalars
    func skipSpaces() { while take(" ") || take("\\!") {} }
    skipSpaces()
    for mark in ["{", ",", "}"] {
      guard take(mark) else {
        scalars = start
        return false
      }
      skipSpaces()
    }
    return true
  }

  /// Reads the exponent of `1e5`, `1.5e-3` and `1E5`.
  ///
  /// `2e` is twice Euler's number, so that `2e-1` has none; `1e-1` and `2.0e-1` have.
  private mutating func exponent(of number: NumberText) -> Int? {
    guard let mark = scalars.first, mark == "e" || mark == "E" else { return nil }
    var rest = scalars.dropFirst()
    let sign = rest.first
    if sign == "-" || sign == "+" || sign == "\u{2212}" { rest = rest.dropFirst() }
    let digits = rest.prefix(while: Self.isDigit)
    let hasSign = rest.startIndex != scalars.index(after: scalars.startIndex)
    guard (1...18).contains(digits.count), let size = Int(String(String.UnicodeScalarView(digits)))
    else { return nil }
    let isScientific =
      !hasSign || mark == "E" || number.places > 0 || digits.count > 1 || number.digits == [1]
    guard isScientific else { return nil }
    scalars = rest.dropFirst(digits.count)
    return sign == "+" || !hasSign ? size : -size
  }

  // MARK: - Words and names

  private mutating func letters() {
    let run = scalars.prefix(while: Self.isLetter)
    scalars = scalars.dropFirst(run.count)
    let text = String(String.UnicodeScalarView(run))
    if isText { return word(text) }
    if Self.isPlainName(text) { return add(.symbol(Self.name(text))) }
    if let known = Self.command(named: text) { return add(known) }
    let lower = text.lowercased()
    let followsNumber =
      switch tokens.last?.kind {
      case .number?: true
      default: false
      }
    if followsNumber, MathUnits.name(text) != nil, text.count > 1 { return add(.word(text)) }
    let isWord =
      MathVocabulary.shortWords.contains(lower)
      || run.count >= 4 && !(run.count <= 6 && run.allSatisfy { $0.properties.isUppercase })
      || !text.allSatisfy(\.isASCII) && run.count > 1
    guard !isWord else { return add(.word(text)) }
    if let (word, rest) = Self.functionPrefix(text) {
      add(word)
      for letter in rest { add(.symbol(Self.name(String(letter)))) }
      return
    }
    for letter in run { add(.symbol(Self.name(String(letter)))) }
  }

  /// A word within `\text`: a name if it is one letter, unless that is a unit after a number.
  private mutating func word(_ text: String) {
    let lower = text.lowercased()
    if ["percent", "percentage", "pct"].contains(lower) { return add(.mark("%")) }
    if ["degree", "degrees"].contains(lower) { return add(.command("degree")) }
    guard text.count == 1 else {
      if let known = Self.command(named: text), case .command = known { return add(known) }
      return add(.word(text))
    }
    let followsValue =
      switch tokens.last?.kind {
      case .number?, .word?, .mark("}")?, .mark("/")?: true
      case nil: nesting > 0
      default: false
      }
    add(followsValue && MathUnits.name(text) != nil ? .word(text) : .symbol(Self.name(text)))
  }

  /// Splits `sinx` or `cosA` into a function and names.
  private static func functionPrefix(_ text: String) -> (MathToken.Kind, Substring)? {
    guard text.count <= 5 else { return nil }
    for length in stride(from: text.count - 1, through: 2, by: -1) {
      let name = String(text.prefix(length))
      if MathVocabulary.functions.contains(name), name.count > 2 || name == "ln" {
        return (.command(name), text.dropFirst(length))
      }
    }
    return nil
  }

  static func isPlainName(_ text: String) -> Bool {
    ["pi", "Pi"].contains(text) || (text.count > 2 && MathVocabulary.greek.contains(text))
      || text.unicodeScalars.count == 1
  }

  static func name(_ text: String) -> String {
    switch text {
    case "pi", "\u{3C0}": "π"
    case "ℯ": "e"
    case "varepsilon": "epsilon"
    case "varphi": "phi"
    case "vartheta": "theta"
    default: greekLetters[text] ?? text
    }
  }

  private static let greekLetters: [String: String] = [
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta",
    "λ": "lambda", "μ": "mu", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "ω": "omega",
    "ρ": "rho", "Δ": "Delta", "Γ": "Gamma", "Σ": "Sigma", "Ω": "Omega", "Φ": "Phi", "ψ": "psi",
    "η": "eta", "ξ": "xi", "ζ": "zeta", "κ": "kappa", "ν": "nu", "χ": "chi",
  ]

  /// Returns the character of ASCII for one of full width.
  private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
    return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      || scalar.value > 127 && scalar.properties.isAlphabetic && marks[scalar] == nil
  }

  /// Spaces without width and marks of direction.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    (0x200B...0x200F).contains(scalar.value) || (0x2060...0x2064).contains(scalar.value)
      || scalar.value == 0xFEFF || scalar.value == 0
  }

  // MARK: - Marks

  mutating func take(_ text: String) -> Bool {
    guard scalars.starts(with: text.unicodeScalars) else { return false }
    scalars = scalars.dropFirst(text.unicodeScalars.count)
    return true
  }

  mutating func bracket(_ mark: Character) {
    switch mark {
    case "(", "[": brackets += 1
    case ")", "]": brackets = max(0, brackets - 1)
    default: break
    }
  }

  /// Notes that a set's brace opens or closes.
  mutating func brace(opens: Bool) { brackets = max(0, brackets + (opens ? 1 : -1)) }

  private mutating func mark(_ scalar: Unicode.Scalar) throws(MathReadingError) {
    if let text = Self.marks[scalar] {
      for kind in text { add(kind) }
      return
    }
    switch scalar {
    case "$", "~", "`", "\"", "\u{201C}", "\u{201D}", "€", "£", "¥", "₹": followsSpace = true
    case "<" where take("="): add(.command("le"))
    case ">" where take("="): add(.command("ge"))
    case "!" where take("="): add(.command("ne"))
    case "=" where take("="): add(.mark("="))
    case "=" where take("<"): add(.command("le"))
    case "*" where take("*"): add(.mark("^"))
    case "-" where take(">"): add(.command("to"))
    case "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "^", "_", ",", ";", ":", "|", "=", "<",
      ">", "!", "&", "%", "'", ".", "?":
      bracket(Character(scalar))
      add(.mark(Character(scalar)))
    default: throw .unreadable
    }
  }
}
