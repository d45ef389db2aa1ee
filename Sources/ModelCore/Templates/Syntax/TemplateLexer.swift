import Fields

/// Cuts a template into tokens as jinja2 does with `trim_blocks` and `lstrip_blocks`, which is how
/// transformers renders chat templates:
///
/// - the line break after a block tag or a comment is left out;
/// - blanks before a block tag or a comment are left out if nothing else is before it on its line;
/// - a `-` inside a tag's bound leaves out all white space on that side, a `+` keeps it;
/// - the last line break of the template is left out.
struct TemplateLexer {
  let source: [Unicode.Scalar]
  var position = 0
  var tokens: [TemplateToken] = []
  /// The brackets that are open inside the current tag. Its end is only looked for outside them.
  var open: [Unicode.Scalar] = []
  /// True if the last tag, with the white space it took, ended a line.
  private var startsLine = true

  /// Returns the scalars of a template with `\n` for every line break and without the last one.
  static func normalized(_ text: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    var wasReturn = false
    for scalar in text.unicodeScalars {
      if !(scalar == "\n" && wasReturn) { scalars.append(scalar == "\r" ? "\n" : scalar) }
      wasReturn = scalar == "\r"
    }
    if scalars.last == "\n" { scalars.removeLast() }
    return scalars
  }

  init(_ source: [Unicode.Scalar]) { self.source = source }

  mutating func tokenize() throws(TemplateFault) -> [TemplateToken] {
    while position < source.count {
      let start = position
      guard let tag = nextTag() else {
        add(.text(String(source[start...])), at: start)
        position = source.count
        break
      }
      position = tag + 2
      let kind = source[tag + 1]
      if kind == "%", let content = rawBegin() {
        addText(from: start, to: tag, before: tag)
        position = content
        try raw()
        continue
      }
      addText(from: start, to: tag, before: tag)
      if peek() == "-" || peek() == "+" { position += 1 }
      switch kind {
      case "#": try comment(from: tag)
      case "%": try self.tag(from: tag, .blockBegin, .blockEnd, closing: "%")
      default: try self.tag(from: tag, .outputBegin, .outputEnd, closing: "}")
      }
    }
    add(.end, at: source.count)
    return tokens
  }

  // MARK: - Text

  private func nextTag() -> Int? {
    var place = position
    while place + 1 < source.count {
      if source[place] == "{", ["%", "{", "#"].contains(source[place + 1]) { return place }
      place += 1
    }
    return nil
  }

  /// Adds the text before a tag, without the white space that the tag takes.
  private mutating func addText(from start: Int, to end: Int, before tag: Int) {
    var last = end
    let sign = tag + 2 < source.count ? source[tag + 2] : " "
    if sign == "-" {
      while last > start, source[last - 1].isPythonSpace { last -= 1 }
    } else if sign != "+", source[tag + 1] != "{" {
      var first = end
      while first > start, source[first - 1] != "\n" { first -= 1 }
      if first > start || startsLine, source[first..<end].allSatisfy(\.isPythonSpace) {
        last = first
      }
    }
    if last > start { add(.text(String(source[start..<last])), at: start) }
  }

  /// Skips a bound of a tag that begins here, with the white space it takes; false if none does.
  private mutating func takeEnd(_ closing: Unicode.Scalar) -> Bool {
    let isSigned = peek() == "-" || (peek() == "+" && closing != "}")
    let mark = isSigned ? position + 1 : position
    guard mark + 1 < source.count, source[mark] == closing, source[mark + 1] == "}" else {
      return false
    }
    let sign = source[position]
    position = mark + 2
    if isSigned, sign == "-" {
      skipSpace()
    } else if !isSigned, closing != "}", peek() == "\n" {
      position += 1
    }
    startsLine = source[position - 1] == "\n"
    return true
  }

  private mutating func comment(from start: Int) throws(TemplateFault) {
    while position < source.count {
      if takeEnd("#") { return }
      position += 1
    }
    position = start
    throw TemplateFault(
      .syntax, "the comment that begins here has no end", help: "end it with '#}'")
  }

  // MARK: - Raw text

  /// Returns the end of the tag `{% raw %}` whose first two scalars are before the position; nil if
  /// it is another tag.
  private func rawBegin() -> Int? {
    var scan = self
    if scan.peek() == "-" || scan.peek() == "+" { scan.position += 1 }
    guard scan.takeWord("raw") else { return nil }
    if scan.peek() == "-" {
      scan.position += 1
      guard scan.take("%}") else { return nil }
      scan.skipSpace()
      return scan.position
    }
    return scan.take("%}") ? scan.position : nil
  }

  private mutating func raw() throws(TemplateFault) {
    let start = position
    startsLine = source[start - 1] == "\n"
    while position < source.count {
      let tag = position
      if take("{%") {
        if peek() == "-" || peek() == "+" { position += 1 }
        if takeWord("endraw"), takeEnd("%") {
          let isLine = startsLine
          startsLine = source[start - 1] == "\n"
          addText(from: start, to: tag, before: tag)
          startsLine = isLine
          return
        }
      }
      position = tag + 1
    }
    position = start
    throw TemplateFault(
      .syntax, "the raw block that begins here has no end", help: "end it with '{% endraw %}'")
  }

  /// Skips a word with white space around it; false, and nothing skipped for good, if it is not
  /// here.
  private mutating func takeWord(_ word: String) -> Bool {
    skipSpace()
    guard take(word) else { return false }
    skipSpace()
    return true
  }

  // MARK: - Tags

  private mutating func tag(
    from start: Int, _ begin: TemplateToken.Kind, _ end: TemplateToken.Kind,
    closing: Unicode.Scalar
  ) throws(TemplateFault) {
    add(begin, at: start)
    open = []
    while position < source.count {
      let place = position
      if open.isEmpty, takeEnd(closing) {
        add(end, at: place)
        return
      }
      if source[position].isPythonSpace { skipSpace() } else { try word() }
    }
    position = start
    throw TemplateFault(
      .syntax, "the tag that begins here has no end",
      help: "end it with '\(closing)}'" + (open.last.map { "; '\($0)' is still open" } ?? ""))
  }

  // MARK: - Scalars

  mutating func add(_ kind: TemplateToken.Kind, at place: Int) {
    tokens.append(TemplateToken(kind: kind, position: place))
  }

  func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < source.count ? source[position + offset] : nil
  }

  mutating func take(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard source[position...].starts(with: scalars) else { return false }
    position += scalars.count
    return true
  }

  mutating func skipSpace() {
    while let scalar = peek(), scalar.isPythonSpace { position += 1 }
  }
}
