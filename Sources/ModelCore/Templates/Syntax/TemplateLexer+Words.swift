import Fields

// The words inside tags: names, numbers, strings and operators, as Python writes them.

extension TemplateLexer {
  private static let symbols = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",",
  ]
  private static let closing: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

  mutating func word() throws(TemplateFault) {
    let scalar = source[position]
    if ("0"..."9").contains(scalar) { return try number() }
    if scalar == "'" || scalar == "\"" { return try string(quote: scalar) }
    if scalar == "_" || scalar.properties.isXIDStart { return name() }
    guard let symbol = Self.symbols.first(where: { starts(with: $0) }) else {
      throw TemplateFault(.syntax, "unexpected character \(String(scalar).quoted)")
    }
    if let end = Self.closing[scalar] {
      open.append(end)
    } else if scalar == ")" || scalar == "]" || scalar == "}" {
      guard let expected = open.popLast() else {
        throw TemplateFault(.syntax, "unexpected '\(symbol)'; no bracket is open")
      }
      guard expected == scalar else {
        throw TemplateFault(.syntax, "unexpected '\(symbol)'; expected '\(expected)'")
      }
    }
    add(.symbol(symbol), at: position)
    position += symbol.unicodeScalars.count
  }

  private func starts(with text: String) -> Bool {
    source[position...].starts(with: text.unicodeScalars)
  }

  private mutating func name() {
    let start = position
    while let scalar = peek(), scalar == "_" || scalar.properties.isXIDContinue { position += 1 }
    add(.name(String(source[start..<position])), at: start)
  }

  // MARK: - Numbers

  private mutating func number() throws(TemplateFault) {
    let start = position
    if source[start] == "0", let mark = peek(1),
      let radix = ["b": 2, "o": 8, "x": 16][mark.properties.lowercaseMapping]
    {
      position += 2
      let digits = takeDigits(radix: radix)
      guard !digits.isEmpty, let number = Int(digits, radix: radix) else {
        position = start
        throw TemplateFault(.syntax, "this number is malformed, or has more than 64 bits")
      }
      return add(.int(number), at: start)
    }
    let isAfterDot = start > 0 && source[start - 1] == "."
    var digits = takeDigits(radix: 10)
    let isFloat = !isAfterDot && takeFraction(into: &digits)
    if isFloat, let number = Double(digits) { return add(.float(number), at: start) }
    guard !digits.hasPrefix("0") || digits.allSatisfy({ $0 == "0" }) else {
      position = start
      throw TemplateFault(.syntax, "a whole number other than 0 cannot begin with 0")
    }
    guard let number = Int(digits) else {
      position = start
      throw TemplateFault(.syntax, "this number has more than 64 bits")
    }
    add(.int(number), at: start)
  }

  /// Adds the fraction and the exponent that follow; false if there is neither.
  private mutating func takeFraction(into digits: inout String) -> Bool {
    var isFloat = false
    if peek() == ".", let next = peek(1), ("0"..."9").contains(next) {
      position += 1
      digits += "." + takeDigits(radix: 10)
      isFloat = true
    }
    guard peek() == "e" || peek() == "E" else { return isFloat }
    let isSigned = peek(1) == "+" || peek(1) == "-"
    guard let first = peek(isSigned ? 2 : 1), ("0"..."9").contains(first) else { return isFloat }
    digits += "e"
    if isSigned, let sign = peek(1) { digits.unicodeScalars.append(sign) }
    position += isSigned ? 2 : 1
    digits += takeDigits(radix: 10)
    return true
  }

  /// Returns the digits here, without the underscores between them.
  private mutating func takeDigits(radix: Int) -> String {
    var digits = ""
    while let scalar = peek() {
      if scalar == "_", let next = peek(1), Character(next).isDigit(radix: radix) {
        position += 1
      } else if Character(scalar).isDigit(radix: radix) {
        digits.unicodeScalars.append(scalar)
        position += 1
      } else {
        break
      }
    }
    return digits
  }

  // MARK: - Strings

  private mutating func string(quote: Unicode.Scalar) throws(TemplateFault) {
    let start = position
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      position += 1
      if scalar == quote { return add(.string(String(text)), at: start) }
      if scalar == "\\" { try escape(into: &text) } else { text.append(scalar) }
    }
    position = start
    throw TemplateFault(
      .syntax, "the string that begins here has no end", help: "end it with \(quote)")
  }

  /// Reads what follows a backslash. As in Python, a backslash before any other character stays.
  private mutating func escape(into text: inout String.UnicodeScalarView) throws(TemplateFault) {
    guard let scalar = peek() else { return }
    position += 1
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}",
      "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
    ]
    if let meant = plain[scalar] { return text.append(meant) }
    switch scalar {
    case "\n": return
    case "x": text.append(try code(digits: 2))
    case "u": text.append(try code(digits: 4))
    case "U": text.append(try code(digits: 8))
    case "0"..."7":
      var value = scalar.value - 48
      var count = 1
      while count < 3, let next = peek(), ("0"..."7").contains(next) {
        value = value * 8 + next.value - 48
        position += 1
        count += 1
      }
      text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    default:
      text.append("\\")
      text.append(scalar)
    }
  }

  private mutating func code(digits: Int) throws(TemplateFault) -> Unicode.Scalar {
    let end = min(position + digits, source.count)
    let written = String(source[position..<end])
    guard written.unicodeScalars.count == digits, let value = UInt32(written, radix: 16),
      let scalar = Unicode.Scalar(value), written.first != "+"
    else {
      throw TemplateFault(
        .syntax, "expected \(digits) hexadecimal digits of a Unicode scalar after the backslash")
    }
    position = end
    return scalar
  }
}

extension Character {
  fileprivate func isDigit(radix: Int) -> Bool {
    guard isASCII, let value = hexDigitValue else { return false }
    return value < radix
  }
}
