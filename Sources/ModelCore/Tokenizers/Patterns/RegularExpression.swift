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
    _ bytes: [UInt8], _ range: Range<Int>, into spans: inout [TextSpan],
    _ budget: inout TextBudget
  ) throws(TokenizerError) {
    var matcher = RegularMatcher(
      program: program, bytes: bytes, range: range, steps: budget.steps)
    defer { budget.steps = matcher.steps }
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
  /// The ranges of the set, in order and apart from each other.
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
      || isInRanges(value)
      || sets.contains { $0.contains(value, table) }
    return isInside != isNegated
  }

  /// Searches the ranges by halves.
  private func isInRanges(_ value: UInt32) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= value
  }

  /// The number of sets inside this one, at any depth: each of them is asked for every character.
  var innerCount: Int { sets.reduce(sets.count) { $0 + $1.innerCount } }
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
  case endOfText
  /// Matches a part, up to `match`, without consuming it; goes on at `next`.
  case look(isNegated: Bool, next: Int)
  /// Matches a part, up to `match`, and never goes back into it; goes on at `next`.
  case atomic(next: Int)
  case match
}

/// Runs a program on a part of a text.
struct RegularMatcher {
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
  /// The steps that are left.
  private(set) var steps: Int

  init(program: [RegularInstruction], bytes: [UInt8], range: Range<Int>, steps: Int) {
    self.program = program
    self.bytes = bytes
    self.range = range
    self.steps = steps
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
          steps -= set.innerCount
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
        steps -= count / 16 + count * set.innerCount
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
        // No line begins after a line feed that ends the text.
        isPossible =
          place == range.lowerBound || place < range.upperBound && bytes[place - 1] == 0x0A
        step += 1
      case .end:
        isPossible = place == range.upperBound || bytes[place] == 0x0A
        step += 1
      case .endOfText:
        isPossible = place == range.upperBound
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
