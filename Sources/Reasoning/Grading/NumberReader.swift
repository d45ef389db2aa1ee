/// Reads the bytes of a text that is one number, with what people write around it.
struct NumberReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Digits as written, of which `places` stand after the point.
  private struct Digits {
    var digits: [UInt8]
    var places = 0
    var isWhole: Bool { places == 0 }
  }

  /// Words that make another number of the one before them, so that they are not units.
  private static let changing: Set<String> = [
    "and", "or", "to", "plus", "minus", "times", "over", "by", "mod", "point", "squared", "cubed",
    "half", "halves", "third", "thirds", "quarter", "quarters", "fifth", "fifths", "sixth",
    "sixths", "eighth", "eighths", "tenth", "tenths", "hundredths", "thousandths", "dozen",
    "hundred", "thousand", "million", "billion", "trillion", "pi", "fourth", "fourths", "seventh",
    "sevenths", "ninth", "ninths", "eleventh", "elevenths", "twelfth", "twelfths", "twentieth",
    "twentieths", "hundredth", "thousandth", "hundreds", "thousands", "dozens", "millions",
    "billions", "trillions", "bn", "mil", "mio", "grand", "score", "gross", "factorial", "twice",
    "double", "triple", "squares", "sqrt", "root", "log", "radical", "negative", "less",
    "zero", "lakh", "crore",
  ]

  /// Single letters that are units; any other one may be a variable.
  private static let units: Set<String> = ["m", "g", "l", "s", "h", "c", "f"]

  mutating func number() -> ExactNumber? {
    trim()
    // `$18$` is mathematics in LaTeX, `$18` is money.
    if rest.count > 2, rest.first == UInt8(ascii: "$"), rest.last == UInt8(ascii: "$") {
      rest = rest.dropFirst().dropLast()
      trim()
    }
    var isNegative = sign()
    if currency(), isNegative == nil { isNegative = sign() }
    guard let value = value(isNegative: isNegative ?? false), end() else { return nil }
    return value
  }

  // MARK: Parts

  private mutating func trim() {
    rest = rest.drop(while: Self.isSpace)
    while let last = rest.last, Self.isSpace(last) { rest = rest.dropLast() }
  }

  private mutating func value(isNegative: Bool) -> ExactNumber? {
    if let number = texFraction(isNegative: isNegative) { return number }
    guard let above = digits() else { return nil }
    if let power = exponent() {
      let (sum, isTooLarge) = power.subtractingReportingOverflow(above.places)
      guard !isTooLarge else { return nil }
      return ExactNumber(isNegative: isNegative, digits: above.digits, power: sum)
    }
    guard isFraction() else {
      return ExactNumber(isNegative: isNegative, digits: above.digits, power: -above.places)
    }
    guard let below = digits(), above.isWhole, below.isWhole else { return nil }
    return fraction(above, below, isNegative: isNegative)
  }

  /// `\frac{3}{4}`, also as `\dfrac` and `\tfrac`.
  private mutating func texFraction(isNegative: Bool) -> ExactNumber? {
    guard take("\\frac{") || take("\\dfrac{") || take("\\tfrac{") else { return nil }
    let isOpposite = take("-")
    guard let above = digits(), take("}{"), let below = digits(), take("}"), above.isWhole,
      below.isWhole
    else { return nil }
    return fraction(above, below, isNegative: isNegative != isOpposite)
  }

  private func fraction(
    _ above: Digits, _ below: Digits, isNegative: Bool
  ) -> ExactNumber? {
    guard let numerator = small(above.digits), let denominator = small(below.digits) else {
      return nil
    }
    return ExactNumber(isNegative: isNegative, numerator: numerator, denominator: denominator)
  }

  /// The value of at most 18 digits that count.
  private func small(_ digits: [UInt8]) -> UInt64? {
    let significant = digits.drop { $0 == 0 }
    guard significant.count <= 18 else { return nil }
    return significant.reduce(0) { 10 * $0 + UInt64($1) }
  }

  /// Digits, in groups of three with commas or without, and a point with further digits.
  private mutating func digits() -> Digits? {
    var whole = run()
    if (1...3).contains(whole.count) {
      while let group = group() { whole += group }
    }
    var found = Digits(digits: whole)
    // A point without digits after it ends a sentence.
    if rest.first == UInt8(ascii: "."), let next = rest.dropFirst().first, Self.isDigit(next) {
      rest = rest.dropFirst()
      let places = run()
      found = Digits(digits: whole + places, places: places.count)
    }
    return found.digits.isEmpty ? nil : found
  }

  /// A comma and three digits that no fourth follows. LaTeX writes the comma as `{,}`.
  private mutating func group() -> [UInt8]? {
    let start = rest
    guard take("{,}") || take(",\\!") || take(",") else { return nil }
    let digits = rest.prefix(3)
    guard digits.count == 3, digits.allSatisfy(Self.isDigit),
      !(rest.dropFirst(3).first.map(Self.isDigit) ?? false)
    else {
      rest = start
      return nil
    }
    rest = rest.dropFirst(3)
    return digits.map { $0 - UInt8(ascii: "0") }
  }

  private mutating func run() -> [UInt8] {
    let digits = rest.prefix(while: Self.isDigit)
    rest = rest.dropFirst(digits.count)
    return digits.map { $0 - UInt8(ascii: "0") }
  }

  /// `e-3`; nil, and nothing is read, if there is none.
  private mutating func exponent() -> Int? {
    let start = rest
    guard take("e") || take("E") else { return nil }
    let isNegative = sign() ?? false
    let digits = run()
    guard !digits.isEmpty, let size = small(digits) else {
      rest = start
      return nil
    }
    return isNegative ? -Int(size) : Int(size)
  }

  /// Reads the line of a fraction, which may have spaces around it.
  private mutating func isFraction() -> Bool {
    let start = rest
    rest = rest.drop(while: Self.isSpace)
    guard take("/") else {
      rest = start
      return false
    }
    rest = rest.drop(while: Self.isSpace)
    return true
  }

  /// True for a minus; nil without a sign.
  private mutating func sign() -> Bool? {
    if take("-") { return true }
    return take("+") ? false : nil
  }

  private mutating func currency() -> Bool {
    take("$") || take("\\$") || take("€") || take("£")
  }

  /// True if only what may follow a number is left: a percent sign, a unit in words, a full stop.
  private mutating func end() -> Bool {
    let start = rest
    rest = rest.drop(while: Self.isSpace)
    if !take("%"), !take("\\%") { rest = start }
    if rest.last == UInt8(ascii: ".") { rest = rest.dropLast() }
    guard let first = rest.first else { return true }
    return Self.isSpace(first) && isUnit(rest)
  }

  private func isUnit(_ bytes: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let marks: Set<Character> = ["/", "-", "(", ")", "'", "’", "°", "²", "³", "."]
    guard text.allSatisfy({ $0.isLetter || $0.isWhitespace || marks.contains($0) }) else {
      return false
    }
    let words = text.lowercased().split { !$0.isLetter }.map(String.init)
    let isTimeOfDay = words == ["a", "m"] || words == ["p", "m"]
    return !words.isEmpty && Self.changing.isDisjoint(with: words)
      && (isTimeOfDay || words.allSatisfy { $0.count > 1 || Self.units.contains($0) })
  }

  // MARK: Bytes

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = String(describing: text).utf8
    guard rest.starts(with: wanted) else { return false }
    rest = rest.dropFirst(wanted.count)
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
