/// The last number of the text: a sign, digits, commas or spaces between thousands, decimals behind
/// a point or a comma, a power of ten, a fraction as `a/b` or `\frac{a}{b}`, with a whole number
/// before it or without. It is given without the separators and with a point, as `-1250.5`,
/// `1.5e3`, `3/4` or `2 1/2`. Digits within a word, as in `AZ2A`, are no number.
package struct LastNumber: AnswerFinder {
  package let name = "last_number"
  package let meaning = "the last number, without separators of thousands"
  package let version = 3

  package init() {}

  package func answer(in text: String) -> String? {
    var reader = ResponseReader(Array(text.utf8))
    var last: (number: [UInt8], start: Int)?
    while !reader.isAtEnd {
      let start = reader.place
      guard let number = reader.takeNumber() else {
        reader.place += 1
        continue
      }
      if reader.isInWord(start) { continue }
      last = (number, start)
    }
    return last.map { reader.signed($0.number, at: $0.start) }
  }
}

extension ResponseReader {
  /// Moves past a number without its sign; returns nil, and stays, if none begins here.
  mutating func takeNumber() -> [UInt8]? {
    if let fraction = takeFraction() { return fraction }
    guard beginsDecimal else { return nil }
    var number = takeDecimal()
    let isWhole = number.allSatisfy(\.isNumeral)
    if let exponent = takeExponent() {
      number += [UInt8(ascii: "e")] + exponent
    } else if next == UInt8(ascii: "/"), has(\.isNumeral, at: 1) {
      place += 1
      number += [UInt8(ascii: "/")] + takeDecimal()
    } else if isWhole, let fraction = takeMixed() {
      number += [UInt8(ascii: " ")] + fraction
    }
    return number
  }

  /// Returns the text of a number that begins at `start`, with the sign before it.
  func signed(_ number: [UInt8], at start: Int) -> String {
    (isNegative(before: start) ? "-" : "") + String(decoding: number, as: UTF8.self)
  }

  /// True after a minus, as ASCII or U+2212, with a sign of money behind it or without, that does
  /// not stand between two values: `5-3` has the number 3.
  private func isNegative(before start: Int) -> Bool {
    var end = start
    for currency in ["\\$", "$", "€", "£"] where hasSuffix(currency, end) {
      end -= currency.utf8.count
      break
    }
    guard let sign = ["-", "\u{2212}"].first(where: { hasSuffix($0, end) }) else { return false }
    let before = end - sign.utf8.count - 1
    guard before >= bytes.startIndex else { return true }
    let byte = bytes[before]
    return !(byte.isNumeral || byte.isLetter || byte == UInt8(ascii: ")"))
  }

  /// True if what was read since `start` stands within a word: behind letters of its own, which are
  /// no command, and before more of them.
  func isInWord(_ start: Int) -> Bool {
    guard next?.isLetter ?? false, start > bytes.startIndex, bytes[start - 1].isLetter else {
      return false
    }
    let before = bytes[..<start].suffix(Self.longestWord)
    let letters = before.reversed().prefix(while: \.isLetter).count
    guard letters < before.count else { return true }
    let byte = bytes[start - letters - 1]
    return !byte.isNumeral && byte != UInt8(ascii: "\\")
  }

  private static let longestWord = 40

  private func hasSuffix(_ text: String, _ end: Int) -> Bool {
    bytes[..<end].suffix(text.utf8.count).elementsEqual(text.utf8)
  }

  private func has(_ isWanted: (UInt8) -> Bool, at offset: Int) -> Bool {
    place + offset < bytes.endIndex && isWanted(bytes[place + offset])
  }

  /// True at a digit, and at a point before one.
  private var beginsDecimal: Bool {
    guard let next else { return false }
    return next.isNumeral || next == UInt8(ascii: ".") && has(\.isNumeral, at: 1)
  }

  /// Reads digits and their decimals, without what stands between thousands.
  private mutating func takeDecimal() -> [UInt8] {
    let start = place
    var number = Array(read(while: \.isNumeral))
    var isGrouped = false
    if (1...3).contains(number.count), number.first != UInt8(ascii: "0") {
      for separators in Self.thousands {
        while let group = takeThousands(separators) {
          number += group
          isGrouped = true
        }
        if isGrouped { break }
      }
    }
    if next == UInt8(ascii: "."), has(\.isNumeral, at: 1) {
      place += 1
      number += [UInt8(ascii: ".")] + read(while: \.isNumeral)
    } else if !isGrouped, !number.isEmpty, let places = takeDecimalComma(after: start) {
      number += [UInt8(ascii: ".")] + places
    }
    return number
  }

  /// The marks between thousands; one number has one kind.
  private static let thousands = [
    ["{,}", ",\\!", ",", "\\,"], [" ", "\u{A0}", "\u{2009}", "\u{202F}"],
  ]

  /// Moves past a separator and three digits that no fourth follows.
  private mutating func takeThousands(_ separators: [String]) -> ArraySlice<UInt8>? {
    let start = place
    guard takeAny(separators) else { return nil }
    let digits = rest.prefix(3)
    if digits.count == 3, digits.allSatisfy(\.isNumeral), !has(\.isNumeral, at: 3),
      separators.contains(",") || !has({ $0 == UInt8(ascii: "/") }, at: 3)
    {
      place += 3
      return digits
    }
    place = start
    return nil
  }

  /// Moves past a comma and the decimals behind it, `1,22`, and returns these. Nil, and it stays,
  /// within brackets and between other commas, where a comma separates.
  private mutating func takeDecimalComma(after start: Int) -> ArraySlice<UInt8>? {
    guard next == UInt8(ascii: ","), has(\.isNumeral, at: 1) else { return nil }
    if start > bytes.startIndex, Array(",.([{|".utf8).contains(bytes[start - 1]) { return nil }
    let comma = place
    place += 1
    let digits = read(while: \.isNumeral)
    let isLast = next.map { !Array(")]}|".utf8).contains($0) } ?? true
    let goesOn = next == UInt8(ascii: ",") || next == UInt8(ascii: ".")
    if isLast, !(goesOn && has(\.isNumeral, at: 1)) { return digits }
    place = comma
    return nil
  }

  /// Moves past `e-3`, or `\times 10^{-3}`, and returns the exponent.
  private mutating func takeExponent() -> [UInt8]? {
    let start = place
    if let next, next.lower == UInt8(ascii: "e") {
      place += 1
    } else {
      skipSpaces()
      guard takeAny(["\\times", "\\cdot", "×", "*"]) else {
        place = start
        return nil
      }
      skipSpaces()
      guard takeAny(["10^{", "10^", "10**"]) else {
        place = start
        return nil
      }
    }
    let sign = takeAny(["-", "\u{2212}"]) ? [UInt8(ascii: "-")] : []
    if sign.isEmpty { _ = take("+") }
    let digits = read(while: \.isNumeral)
    guard !digits.isEmpty, !(next?.isLetter ?? false) else {
      place = start
      return nil
    }
    _ = take("}")
    return sign + digits
  }

  /// Moves past the fraction of a mixed number, `\frac{1}{2}` or ` 1/2`.
  private mutating func takeMixed() -> [UInt8]? {
    if next == UInt8(ascii: "\\") { return takeFraction() }
    let start = place
    guard take(" "), let above = takeDigits(), take("/"), let below = takeDigits(),
      above.count <= below.count, next != UInt8(ascii: "/")
    else {
      place = start
      return nil
    }
    return above + [UInt8(ascii: "/")] + below
  }

  /// Moves past `\frac{3}{4}` or `\frac34` and returns `3/4`; nil, and it stays, for any other one.
  private mutating func takeFraction() -> [UInt8]? {
    let start = place
    if next == UInt8(ascii: "\\"), takeAny(["\\frac", "\\dfrac", "\\tfrac"]),
      let above = takeArgument(), let below = takeArgument()
    {
      return above + [UInt8(ascii: "/")] + below
    }
    place = start
    return nil
  }

  /// Moves past `{12}`, `{-12}` or a single digit.
  private mutating func takeArgument() -> [UInt8]? {
    skipSpaces()
    guard take("{") else {
      guard let next, next.isNumeral else { return nil }
      place += 1
      return [next]
    }
    let sign = take("-") ? [UInt8(ascii: "-")] : []
    guard let digits = takeDigits(), take("}") else { return nil }
    return sign + digits
  }

  private mutating func takeDigits() -> [UInt8]? {
    let digits = read(while: \.isNumeral)
    return digits.isEmpty ? nil : Array(digits)
  }
}
