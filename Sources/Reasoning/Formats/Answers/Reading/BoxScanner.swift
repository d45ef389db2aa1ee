/// Finds the boxes of a text in one pass. Braces are counted only within boxes, and `\{` and `\}`
/// are read and group nothing.
struct BoxScanner {
  /// A box that is closed: all of it, and what it holds.
  struct Box {
    var whole: Range<Int>
    var content: Range<Int>
  }

  let bytes: [UInt8]
  /// The boxes that are open, and the depth of braces in which each began.
  private var open: [(whole: Int, content: Int, depth: Int)] = []
  private var depth = 0
  /// The last box with an answer, behind those that it is one answer with.
  private var run: [Box] = []

  private static let commands = ["\\boxed", "\\fbox", "\\framebox"]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func lastBoxes() -> [Box] {
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\\"): place = afterBackslash(at: place)
      case UInt8(ascii: "{"):
        if !open.isEmpty { depth += 1 }
        place += 1
      case UInt8(ascii: "}"):
        close(at: place)
        place += 1
      default: place += 1
      }
    }
    return run
  }

  /// Reads a box's opening, a box without braces, or an escaped brace.
  /// - Returns: the place after it.
  private mutating func afterBackslash(at start: Int) -> Int {
    var reader = ResponseReader(bytes[start...])
    guard reader.takeAny(Self.commands), !(reader.next?.isLetter ?? false) else {
      let next = start + 1
      // `\\` is a line break; its second half may begin a command that was escaped twice.
      return next < bytes.count && Self.isBrace(bytes[next]) ? next + 1 : next
    }
    reader.skipSpaces()
    if reader.take("{") {
      depth += 1
      open.append((start, reader.place, depth))
      return reader.place
    }
    let content = reader.place
    guard reader.takeUnbraced() else { return content }
    found(Box(whole: start..<reader.place, content: content..<reader.place))
    return reader.place
  }

  private mutating func close(at place: Int) {
    guard let box = open.last else { return }
    depth -= 1
    guard depth < box.depth else { return }
    open.removeLast()
    found(Box(whole: box.whole..<(place + 1), content: box.content..<place))
  }

  private mutating func found(_ box: Box) {
    // A box around one that holds an answer adds nothing.
    if let last = run.last, box.whole.lowerBound < last.whole.lowerBound { return }
    guard !Placeholder.isOne(bytes[box.content]) else { return }
    if let last = run.last,
      PartSeparator.joinsBoxes(bytes[last.whole.upperBound..<box.whole.lowerBound])
    {
      run.append(box)
    } else {
      run = [box]
    }
  }

  private static func isBrace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
  }
}

extension ResponseReader {
  /// Moves past the argument of a command without braces: a number, a letter, or a command with its
  /// own arguments.
  fileprivate mutating func takeUnbraced() -> Bool {
    let start = place
    _ = takeAny(["-", "+", "\u{2212}"])
    let digits = read { $0.isNumeral || [0x2C, 0x2E, 0x2F].contains($0) }
    if digits.contains(where: \.isNumeral) {
      while place > start, [0x2C, 0x2E, 0x2F].contains(bytes[place - 1]) { place -= 1 }
    } else if next == UInt8(ascii: "\\") {
      place += 1
      guard !read(while: \.isLetter).isEmpty, takeGroups() else { return false }
    } else if next?.isLetter ?? false {
      // A letter before a space is a word of a sentence.
      place += 1
      return next.map { !$0.isLetter && !$0.isBlank } ?? true
    } else {
      return false
    }
    return !(next?.isLetter ?? false)
  }

  /// Moves past braces in pairs that stand here, up to a few hundred bytes of them; at least one.
  private mutating func takeGroups() -> Bool {
    let limit = place + 256
    let start = place
    while next == UInt8(ascii: "{") {
      var depth = 0
      repeat {
        guard let byte = next, place < limit else { return false }
        if byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "}") { depth -= 1 }
        place += 1
      } while depth > 0
    }
    return place > start
  }
}
