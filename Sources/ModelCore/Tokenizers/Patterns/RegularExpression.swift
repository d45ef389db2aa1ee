/// A regular expression over characters, in the part of Oniguruma's syntax that tokenizers use.
///
/// Read are characters, `.`, classes (`[^\r\n\p{L}]`, `\p{Lu}`, `\s`, `\w`, `\d`), groups,
/// `(?i:…)`, alternatives, repetition (greedy, lazy, possessive), `^`, `$` and looking ahead.
/// Anything else is refused. Matching backtracks, and a limit on its steps holds off hostile
/// patterns.
struct RegularExpression: Sendable {
  let program: [RegularInstruction]

  /// - Throws: `RegularExpressionError` with the place of what cannot be read.
  init(_ text: String) throws(RegularExpressionError) {
    var parser = RegularExpressionParser(text)
    let tree = try parser.whole()
    var compiler = RegularExpressionCompiler()
    try compiler.append(tree)
    program = compiler.program + [.match]
  }

  /// Appends the spans of a part of a text. Nothing outside that part is looked at.
  func divide(
    _ bytes: [UInt8], _ range: Range<Int>, into spans: inout [TextSpan]
  ) throws(TokenizerError) {
    var matcher = RegularMatcher(program: program, bytes: bytes, range: range)
    var start = range.lowerBound
    var place = start
    var previousEnd: Int?
    while place <= range.upperBound {
      guard let end = try matcher.end(from: place) else {
        guard place < range.upperBound else { break }
        place = scalarValue(in: bytes, at: place).next
        continue
      }
      // An empty match right behind another one does not count.
      if end == place, previousEnd == end {
        guard place < range.upperBound else { break }
        place = scalarValue(in: bytes, at: place).next
        continue
      }
      if start < place { spans.append(TextSpan(start: start, end: place, isMatch: false)) }
      spans.append(TextSpan(start: place, end: end, isMatch: true))
      start = end
      previousEnd = end
      place = end
    }
    if start < range.upperBound {
      spans.append(TextSpan(start: start, end: range.upperBound, isMatch: false))
    }
  }
}

/// The reason why a regular expression is not read, and the character at which it stands, from 0.
struct RegularExpressionError: Error, Hashable {
  let reason: String
  let place: Int
}

/// A set of characters.
struct ScalarSet: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var categories: CharacterCategories = []
  var flags: CharacterFlags = []
  /// Sets inside this one, such as `\S` or `[^a]`.
  var sets: [ScalarSet] = []
  var isNegated = false

  func contains(_ value: UInt32, _ table: CharacterTable) -> Bool {
    let classes = table[value]
    let isInside =
      classes.isIn(categories) || classes.rawValue & flags.rawValue != 0
      || ranges.contains { $0.contains(value) }
      || sets.contains { $0.contains(value, table) }
    return isInside != isNegated
  }
}

/// A step of a compiled expression.
enum RegularInstruction: Sendable {
  case set(ScalarSet)
  /// Repeats a set as often as possible; with `isAtomic` without going back.
  case loop(ScalarSet, least: Int, most: Int, isAtomic: Bool)
  /// Goes on at the first place, and at the second if that fails.
  case split(Int, Int)
  case jump(Int)
  case start
  case end
  /// Matches a part, up to `match`, without consuming it; goes on at `next`.
  case look(isNegated: Bool, next: Int)
  /// Matches a part, up to `match`, and never goes back into it; goes on at `next`.
  case atomic(next: Int)
  case match
}

/// Runs a program on a part of a text.
struct RegularMatcher {
  /// Steps beyond this many for each byte of text, and this many in any case, are too many.
  private static let stepsForByte = 200
  private static let leastSteps = 1_000_000
  /// The most places to go back to that are kept.
  private static let mostChoices = 1 << 20

  /// A place to go back to: at `place`, or at any after it down to `least`.
  private struct Choice {
    let step: Int
    var place: Int
    let least: Int
  }

  let program: [RegularInstruction]
  let bytes: [UInt8]
  let range: Range<Int>
  private let table = CharacterTable.shared
  private var steps: Int

  init(program: [RegularInstruction], bytes: [UInt8], range: Range<Int>) {
    self.program = program
    self.bytes = bytes
    self.range = range
    steps = Self.leastSteps + range.count * Self.stepsForByte
  }

  /// Returns the end of the match that begins at a place; nil if there is none.
  mutating func end(from place: Int) throws(TokenizerError) -> Int? {
    try run(from: 0, at: place)
  }

  private mutating func run(from first: Int, at start: Int) throws(TokenizerError) -> Int? {
    var choices: [Choice] = []
    var step = first
    var place = start
    while true {
      steps -= 1
      guard steps > 0, choices.count < Self.mostChoices else { throw .patternTooSlow }
      var isPossible = true
      switch program[step] {
      case .match: return place
      case .set(let set):
        if place < range.upperBound {
          let (value, next) = scalarValue(in: bytes, at: place)
          isPossible = set.contains(value, table)
          place = next
        } else {
          isPossible = false
        }
        step += 1
      case .loop(let set, let least, let most, let isAtomic):
        var count = 0
        var end = place
        var floor = place
        while count < most, end < range.upperBound {
          let (value, next) = scalarValue(in: bytes, at: end)
          guard set.contains(value, table) else { break }
          count += 1
          end = next
          if count == least { floor = end }
        }
        steps -= count / 16
        isPossible = count >= least
        if isPossible, !isAtomic, end > floor {
          choices.append(Choice(step: step + 1, place: end, least: floor))
        }
        place = end
        step += 1
      case .split(let one, let other):
        choices.append(Choice(step: other, place: place, least: place))
        step = one
      case .jump(let next): step = next
      case .start:
        isPossible = place == range.lowerBound || bytes[place - 1] == 0x0A
        step += 1
      case .end:
        isPossible = place == range.upperBound || bytes[place] == 0x0A
        step += 1
      case .look(let isNegated, let next):
        isPossible = (try run(from: step + 1, at: place) != nil) != isNegated
        step = next
      case .atomic(let next):
        if let end = try run(from: step + 1, at: place) {
          place = end
        } else {
          isPossible = false
        }
        step = next
      }
      if isPossible { continue }
      guard var choice = choices.popLast() else { return nil }
      step = choice.step
      if choice.place > choice.least {
        // The loop gives one character back.
        choice.place = scalarValue(in: bytes, before: choice.place).start
        place = choice.place
        if choice.place > choice.least { choices.append(choice) }
      } else {
        place = choice.place
      }
    }
  }
}
