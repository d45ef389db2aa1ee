extension MathLexer {
  /// Reads a command of LaTeX.
  mutating func command() throws(MathReadingError) {
    scalars.removeFirst()
    // `\\frac` outside matrices is a backslash escaped twice.
    if scalars.first == "\\", !isInEnvironment {
      let start = scalars
      scalars.removeFirst()
      if !startsKnownCommand() { scalars = start }
    }
    guard let first = scalars.first else { return }
    if let letter = Self.unescaped(first) { return try command(after: letter) }
    guard Self.isCommandLetter(first) else {
      scalars.removeFirst()
      switch first {
      case "{":
        brace(opens: true)
        add(.command("{"))
      case "}":
        brace(opens: false)
        add(.command("}"))
      case "|": add(.mark("‖"))
      case "\\": add(.command("\\"))
      case "%": add(.mark("%"))
      case "_": add(.mark("_"))
      // Mathematics within a text, and the sign of money.
      case "(", ")", "[", "]", "$", ",", "!", ";", ":", ">", " ", "\n", "\t", "/", "&", "-", "#":
        space()
      default: throw .unreadable
      }
      return
    }
    try command(String(String.UnicodeScalarView(commandLetters())))
  }

  /// Returns the letter that one of the control characters `\f`, `\b`, `\v` and `\a` is in a text
  /// whose backslashes were read as escapes; nil for others. (`\t` and `\n` are space as well.)
  static func unescaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "\u{C}": "f"
    case "\u{8}": "b"
    case "\u{B}": "v"
    case "\u{7}": "a"
    default: nil
    }
  }

  /// Reads a command whose backslash and first letter are one control character: `␌rac` for
  /// `\frac`; the character is space before anything else.
  mutating func command(after letter: Unicode.Scalar) throws(MathReadingError) {
    let start = scalars
    scalars.removeFirst()
    let name = String(letter) + String(String.UnicodeScalarView(commandLetters()))
    if isKnown(name) { return try command(name) }
    scalars = start.dropFirst()
    space()
  }

  private mutating func commandLetters() -> ArraySlice<Unicode.Scalar> {
    let run = scalars.prefix(while: Self.isCommandLetter)
    scalars = scalars.dropFirst(run.count)
    return run
  }

  private mutating func command(_ name: String) throws(MathReadingError) {
    if MathVocabulary.ignored.contains(name) {
      // `\left.` draws nothing.
      if name == "left" || name == "right", scalars.first == "." { scalars.removeFirst() }
      return
    }
    if MathVocabulary.spaces.contains(name) { return space() }
    if MathVocabulary.texts.contains(name) {
      guard let group = group() else { return }
      let starts = tokens.count
      try add(group, isText: true)
      // A text is words: a single letter that stood for a unit is one only after a number.
      if starts == 0, tokens.count == 1, case .word(let word) = tokens[0].kind, word.count == 1 {
        replaceLast(.symbol(Self.name(word)))
      }
      return
    }
    switch name {
    case "mathbb", "mathcal", "mathscr", "mathfrak":
      let text = group().map { String(String.UnicodeScalarView($0)) } ?? ""
      guard !text.isEmpty, text.count <= 3 else { throw .unreadable }
      return add(.symbol(name == "mathbb" ? "𝔹" + text : text))
    case "begin", "end":
      let text = group().map { String(String.UnicodeScalarView($0)) } ?? ""
      add(.command(name + ":" + text.filter { $0 != "*" && $0 != " " }))
      isInEnvironment = name == "begin"
      if name == "begin", text == "array", scalars.first == "{" { _ = group() }
      return
    case "color":
      _ = group()
      return
    case "pi", "emptyset": return add(.symbol(name == "pi" ? "π" : "∅"))
    case "e", "i", "j", "x", "y", "R": return add(.symbol(name))
    default: break
    }
    if MathVocabulary.greek.contains(name) { return add(.symbol(Self.name(name))) }
    if let kind = Self.command(named: name) {
      if case .mark(let mark) = kind { bracket(mark) }
      if kind == .command("{") { brace(opens: true) }
      if kind == .command("}") { brace(opens: false) }
      return add(kind)
    }
    if let (known, rest) = Self.malformed(name) {
      if let known { add(known) } else { space() }
      for letter in rest { add(.symbol(Self.name(String(letter)))) }
      return
    }
    // An unknown command without arguments is a name.
    guard name.count <= 16, !["{", "["].contains(scalars.first) else { throw .unreadable }
    add(.symbol("\\" + name))
  }

  /// Splits `\cdotx`, `\pir` or `\quadx` into the command meant, none for a space, and the letters
  /// after it.
  private static func malformed(_ name: String) -> (MathToken.Kind?, Substring)? {
    for space in MathVocabulary.spaces.sorted()
    where name.hasPrefix(space) && name.count <= space.count + 2 {
      return (nil, name.dropFirst(space.count))
    }
    for known in ["cdot", "times", "sqrt", "frac", "pi", "ln", "sin", "cos", "tan"]
    where name.hasPrefix(known) && name.count <= known.count + 2 {
      let kind: MathToken.Kind = known == "pi" ? .symbol("π") : command(named: known) ?? .mark(",")
      return (kind, name.dropFirst(known.count))
    }
    return nil
  }

  /// The token of a command, or of the same word in plain text.
  static func command(named text: String) -> MathToken.Kind? {
    let name = MathVocabulary.aliases[text] ?? text
    switch name {
    case "and", "or": return .word(name)
    case "{", "}": return .command(name)
    case "emptyset": return .symbol("∅")
    case "dots": return .symbol("…")
    case "frac", "sqrt", "binom", "choose", "infty", "cup", "cap", "setminus", "pm", "mp", "degree",
      "circ", "bmod", "mid", "lfloor", "rfloor", "lceil", "rceil", "overset", "underset", "not",
      "over", "stackrel", "complement":
      return .command(name)
    default: break
    }
    if name.count == 1, let mark = name.first { return .mark(mark) }
    let isKnown =
      MathVocabulary.functions.contains(name) || MathVocabulary.manyArgumentFunctions.contains(name)
      || MathVocabulary.operators.contains(name) || MathVocabulary.accents.contains(name)
      || MathVocabulary.relations[name] != nil
    return isKnown ? .command(name) : nil
  }

  /// True if the letters that follow are a command's name.
  private func startsKnownCommand() -> Bool {
    let letters = scalars.prefix(16).prefix(while: Self.isCommandLetter)
    return isKnown(String(String.UnicodeScalarView(letters)))
  }

  private func isKnown(_ name: String) -> Bool {
    name.count > 1
      && (MathVocabulary.ignored.contains(name) || MathVocabulary.texts.contains(name)
        || MathVocabulary.greek.contains(name) || name == "pi" || name == "begin"
        || Self.command(named: name) != nil)
  }

  /// Reads a group in braces, or one scalar; nil if there is none.
  private mutating func group() -> ArraySlice<Unicode.Scalar>? {
    scalars = scalars.drop { $0 == " " }
    guard let first = scalars.first else { return nil }
    guard first == "{" else { return [scalars.removeFirst()] }
    var depth = 0
    for index in scalars.indices {
      if scalars[index] == "{" { depth += 1 }
      if scalars[index] == "}" { depth -= 1 }
      if depth == 0 {
        let inner = scalars[scalars.startIndex..<index].dropFirst()
        scalars = scalars[scalars.index(after: index)...]
        return inner
      }
    }
    return nil
  }

  private static func isCommandLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  /// Characters beyond ASCII as the tokens that LaTeX writes for them.
  static let marks: [Unicode.Scalar: [MathToken.Kind]] = {
    var marks: [Unicode.Scalar: [MathToken.Kind]] = [
      "−": [.mark("-")], "–": [.mark("-")], "—": [.mark("-")], "‐": [.mark("-")],
      "×": [.mark("*")], "·": [.mark("*")], "⋅": [.mark("*")], "∗": [.mark("*")],
      "∙": [.mark("*")], "•": [.mark("*")], "÷": [.mark("/")], "∕": [.mark("/")],
      "⁄": [.mark("/")], "≤": [.command("le")], "⩽": [.command("le")], "≥": [.command("ge")],
      "⩾": [.command("ge")], "≠": [.command("ne")], "≈": [.command("approx")],
      "∈": [.command("in")], "≡": [.command("equiv")], "→": [.command("to")],
      "⇒": [.command("implies")], "√": [.command("sqrt")], "∞": [.command("infty")],
      "∪": [.command("cup")], "∩": [.command("cap")], "∖": [.command("setminus")],
      "±": [.command("pm")], "∓": [.command("mp")], "°": [.command("degree")],
      "º": [.command("degree")], "∅": [.symbol("∅")], "…": [.symbol("…")], "⋯": [.symbol("…")],
      "ℝ": [.symbol("𝔹R")], "ℤ": [.symbol("𝔹Z")], "ℕ": [.symbol("𝔹N")], "ℚ": [.symbol("𝔹Q")],
      "ℂ": [.symbol("𝔹C")], "′": [.mark("'")], "’": [.mark("'")], "⟨": [.mark("(")],
      "⟩": [.mark(")")], "〈": [.mark("(")], "〉": [.mark(")")], "，": [.mark(",")],
      "、": [.mark(",")], "；": [.mark(";")], "：": [.mark(":")], "。": [.mark(".")],
      "∣": [.mark("|")], "∶": [.mark(":")], "∧": [.word("and")], "∨": [.word("or")],
      "⌊": [.command("lfloor")], "⌋": [.command("rfloor")], "⌈": [.command("lceil")],
      "⌉": [.command("rceil")], "∑": [.command("sum")], "∠": [.symbol("angle")],
      "△": [.symbol("triangle")], "‖": [.mark("‖")], "∥": [.mark("‖")],
    ]
    for (index, digit) in "⁰¹²³⁴⁵⁶⁷⁸⁹".unicodeScalars.enumerated() {
      marks[digit] = [.mark("^"), .number(NumberText(digits: [UInt8(index)]))]
    }
    for (index, digit) in "₀₁₂₃₄₅₆₇₈₉".unicodeScalars.enumerated() {
      marks[digit] = [.mark("_"), .number(NumberText(digits: [UInt8(index)]))]
    }
    let fractions: [(Unicode.Scalar, UInt8, UInt8)] = [
      ("½", 1, 2), ("⅓", 1, 3), ("⅔", 2, 3), ("¼", 1, 4), ("¾", 3, 4), ("⅕", 1, 5), ("⅖", 2, 5),
      ("⅗", 3, 5), ("⅘", 4, 5), ("⅙", 1, 6), ("⅚", 5, 6), ("⅛", 1, 8), ("⅜", 3, 8), ("⅝", 5, 8),
      ("⅞", 7, 8),
    ]
    for (scalar, above, below) in fractions {
      marks[scalar] = [
        .command("frac"), .mark("{"), .number(NumberText(digits: [above])), .mark("}"), .mark("{"),
        .number(NumberText(digits: [below])), .mark("}"),
      ]
    }
    return marks
  }()
}
