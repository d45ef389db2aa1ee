/// The parts of an expression.
indirect enum RegularTree: Sendable {
  case empty
  case set(ScalarSet)
  case start
  case end
  case sequence([RegularTree])
  case either([RegularTree])
  case look(RegularTree, isNegated: Bool)
  case atomic(RegularTree)
  case repeated(RegularTree, least: Int, most: Int, kind: RepetitionKind)

  enum RepetitionKind: Sendable { case greedy, lazy, possessive }

  /// True if it can match without consuming a character.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .start, .end, .look: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
    case .either(let parts): parts.contains { $0.canBeEmpty }
    case .atomic(let part): part.canBeEmpty
    case .repeated(let part, let least, _, _): least == 0 || part.canBeEmpty
    }
  }
}

/// Reads the text of an expression.
struct RegularExpressionParser {
  private static let deepest = 32
  private static let mostRepetitions = 1_000

  private let text: [Unicode.Scalar]
  private var place = 0
  private var ignoresCase = false

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  mutating func whole() throws(RegularExpressionError) -> RegularTree {
    let tree = try alternatives(depth: 0)
    guard place == text.count else { throw error("an unexpected ')'") }
    return tree
  }

  private func error(_ reason: String, at start: Int? = nil) -> RegularExpressionError {
    RegularExpressionError(reason: reason, place: start ?? place)
  }

  private var next: Unicode.Scalar? { place < text.count ? text[place] : nil }

  private mutating func take(_ word: String) -> Bool {
    let scalars = Array(word.unicodeScalars)
    guard text[place...].starts(with: scalars) else { return false }
    place += scalars.count
    return true
  }

  private mutating func alternatives(depth: Int) throws(RegularExpressionError) -> RegularTree {
    guard depth <= Self.deepest else { throw error("groups that are nested too deep") }
    var parts: [RegularTree] = []
    repeat { parts.append(try sequence(depth: depth)) } while take("|")
    return parts.count == 1 ? parts[0] : .either(parts)
  }

  private mutating func sequence(depth: Int) throws(RegularExpressionError) -> RegularTree {
    var parts: [RegularTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let start = place
      let part = try atom(depth: depth)
      parts.append(try repetition(of: part, from: start))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repetition(
    of part: RegularTree, from start: Int
  ) throws(RegularExpressionError) -> RegularTree {
    let least: Int
    let most: Int
    let sign = place
    if take("?") {
      (least, most) = (0, 1)
    } else if take("*") {
      (least, most) = (0, .max)
    } else if take("+") {
      (least, most) = (1, .max)
    } else if next == "{" {
      (least, most) = try counts()
    } else {
      return part
    }
    if most > 1, part.canBeEmpty {
      throw error("the repetition of a group that can be empty", at: start)
    }
    let isBraced = text[place - 1] == "}"
    // Without a comma, `{2}?` is not lazy: the two together may be absent.
    let isOptional = isBraced && !text[sign..<place].contains(",") && take("?")
    let kind: RegularTree.RepetitionKind =
      isOptional
      ? .greedy : take("?") ? .lazy : !isBraced && take("+") ? .possessive : .greedy
    if let scalar = next, ["?", "*", "+", "{"].contains(scalar) {
      throw error("the repetition of a repetition")
    }
    let repeated = RegularTree.repeated(part, least: least, most: most, kind: kind)
    return isOptional ? .repeated(repeated, least: 0, most: 1, kind: .greedy) : repeated
  }

  /// Reads `{2}`, `{1,3}`, `{1,}` or `{,3}`.
  private mutating func counts() throws(RegularExpressionError) -> (Int, Int) {
    let start = place
    place += 1
    let least = digits()
    var most = least
    if take(",") { most = digits() ?? .max }
    guard take("}"), least != nil || most != nil, let most, (least ?? 0) <= most, most > 0,
      most == .max || most <= Self.mostRepetitions, (least ?? 0) <= Self.mostRepetitions
    else { throw error("a number of repetitions that cannot be read", at: start) }
    return (least ?? 0, most)
  }

  private mutating func digits() -> Int? {
    let start = place
    while let scalar = next, ("0"..."9").contains(scalar), place - start < 6 { place += 1 }
    return Int(String(String.UnicodeScalarView(text[start..<place])))
  }

  private mutating func atom(depth: Int) throws(RegularExpressionError) -> RegularTree {
    guard let scalar = next else { return .empty }
    let start = place
    place += 1
    switch scalar {
    case "(": return try group(depth: depth, from: start)
    case "[": return .set(try brackets(depth: depth, from: start))
    case ".": return .set(ScalarSet(ranges: [0x0A...0x0A], isNegated: true))
    case "^": return .start
    case "$": return .end
    case "\\": return .set(try escape(from: start))
    case "?", "*", "+", "{": throw error("a repetition of nothing", at: start)
    default: return .set(set(of: scalar.value))
    }
  }

  private mutating func group(
    depth: Int, from start: Int
  ) throws(RegularExpressionError) -> RegularTree {
    let outer = ignoresCase
    defer { ignoresCase = outer }
    var wrap: (RegularTree) -> RegularTree = { $0 }
    if take("?:") {
    } else if take("?i:") {
      ignoresCase = true
    } else if take("?=") {
      wrap = { .look($0, isNegated: false) }
    } else if take("?!") {
      wrap = { .look($0, isNegated: true) }
    } else if take("?>") {
      wrap = { .atomic($0) }
    } else if next == "?" {
      throw error("a group of another kind than (…), (?:…), (?i:…), (?=…), (?!…), (?>…)", at: start)
    }
    let inner = try alternatives(depth: depth + 1)
    guard take(")") else { throw error("a group that is not closed", at: start) }
    return wrap(inner)
  }

  /// The set of one character, or of all that are the same without regard to case.
  private func set(of value: UInt32) -> ScalarSet {
    guard ignoresCase, let scalar = Unicode.Scalar(value) else {
      return ScalarSet(ranges: [value...value])
    }
    var all = [value]
    for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
      let scalars = Array(text.unicodeScalars)
      if scalars.count == 1 { all.append(scalars[0].value) }
    }
    // The long s and the Kelvin sign are letters of ASCII without regard to case.
    if all.contains(0x73) { all.append(0x17F) }
    if all.contains(0x6B) { all.append(0x212A) }
    return ScalarSet(ranges: Set(all).sorted().map { $0...$0 })
  }

  // MARK: Classes

  private mutating func brackets(
    depth: Int, from start: Int
  ) throws(RegularExpressionError) -> ScalarSet {
    guard depth <= Self.deepest else { throw error("classes that are nested too deep") }
    var result = ScalarSet()
    result.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      let member = place
      if scalar == "[" {
        place += 1
        guard next != ":" else { throw error("a class of POSIX", at: member) }
        result.sets.append(try brackets(depth: depth + 1, from: member))
        continue
      }
      guard !text[place...].starts(with: ["&", "&"]) else {
        throw error("an intersection", at: member)
      }
      let written = try writtenMember()
      // `a-z`, unless the hyphen is the last of the class.
      guard next == "-", place + 1 < text.count, text[place + 1] != "]" else {
        // Only a set of one character has a range.
        result.sets.append(written.ranges.first.map { set(of: $0.lowerBound) } ?? written)
        continue
      }
      let low = try single(written, at: member)
      place += 1
      let upper = place
      let high = try single(try writtenMember(), at: upper)
      guard low <= high else { throw error("a range that ends before it begins", at: member) }
      if ignoresCase, high - low < 1_024 {
        for value in low...high { result.sets.append(self.set(of: value)) }
      } else {
        result.ranges.append(low...high)
      }
    }
    guard take("]") else { throw error("a class that is not closed", at: start) }
    return result.flattened
  }

  /// Reads a character or an escape of a class, in the case that it is written in.
  private mutating func writtenMember() throws(RegularExpressionError) -> ScalarSet {
    let outer = ignoresCase
    defer { ignoresCase = outer }
    ignoresCase = false
    guard let scalar = next else { throw error("a class that is not closed") }
    let start = place
    place += 1
    return scalar == "\\" ? try escape(from: start) : set(of: scalar.value)
  }

  /// Returns the character at an end of a range.
  private func single(_ set: ScalarSet, at start: Int) throws(RegularExpressionError) -> UInt32 {
    guard let value = set.ranges.first?.lowerBound, set.categories.isEmpty, set.flags.isEmpty,
      set.sets.isEmpty, !set.isNegated
    else { throw error("a range of something other than characters", at: start) }
    return value
  }

  private mutating func escape(from start: Int) throws(RegularExpressionError) -> ScalarSet {
    guard let scalar = next else { throw error("a backslash at the end", at: start) }
    place += 1
    func flag(_ flag: CharacterFlags, _ isNegated: Bool) -> ScalarSet {
      ScalarSet(flags: flag, isNegated: isNegated)
    }
    switch scalar {
    case "n": return set(of: 0x0A)
    case "r": return set(of: 0x0D)
    case "t": return set(of: 0x09)
    case "f": return set(of: 0x0C)
    case "v": return set(of: 0x0B)
    case "s": return flag(.whitespace, false)
    case "S": return flag(.whitespace, true)
    case "w": return flag(.word, false)
    case "W": return flag(.word, true)
    case "d": return ScalarSet(categories: CharacterCategories(named: "Nd"))
    case "D": return ScalarSet(categories: CharacterCategories(named: "Nd"), isNegated: true)
    case "p", "P": return try property(isNegated: scalar == "P", from: start)
    case "x", "u": return set(of: try hexadecimal(isShort: scalar == "x", from: start))
    case _ where !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar):
      return set(of: scalar.value)
    default: throw error("the escape '\\\(scalar)'", at: start)
    }
  }

  /// Reads `{L}` or `{^Lu}` after `\p`.
  private mutating func property(
    isNegated: Bool, from start: Int
  ) throws(RegularExpressionError) -> ScalarSet {
    guard take("{") else { throw error("a property without braces", at: start) }
    let isInverted = take("^")
    let first = place
    while let scalar = next, scalar != "}" { place += 1 }
    let name = String(String.UnicodeScalarView(text[first..<place]))
    let categories = CharacterCategories(named: name)
    guard take("}"), !name.isEmpty, !categories.isEmpty else {
      throw error("the property '\(name)', which is not a general category", at: start)
    }
    return ScalarSet(categories: categories, isNegated: isNegated != isInverted)
  }

  /// Reads `41`, `{1F600}` or `0041`.
  private mutating func hexadecimal(
    isShort: Bool, from start: Int
  ) throws(RegularExpressionError) -> UInt32 {
    let isBraced = isShort && take("{")
    let most = isBraced ? 8 : isShort ? 2 : 4
    let first = place
    while let scalar = next, scalar.properties.isASCIIHexDigit, place - first < most { place += 1 }
    let digits = String(String.UnicodeScalarView(text[first..<place]))
    guard !isBraced || take("}"), let value = UInt32(digits, radix: 16),
      Unicode.Scalar(value) != nil
    else { throw error("a character by its number that cannot be read", at: start) }
    return value
  }
}

extension ScalarSet {
  /// The same set, with inner sets taken into it where possible.
  fileprivate var flattened: ScalarSet {
    var result = ScalarSet(
      ranges: ranges, categories: categories, flags: flags, isNegated: isNegated)
    for set in sets {
      if set.isNegated {
        result.sets.append(set)
      } else {
        result.ranges += set.ranges
        result.categories.formUnion(set.categories)
        result.flags.formUnion(set.flags)
        result.sets += set.sets
      }
    }
    result.ranges = result.ranges.joined
    return result
  }
}

extension [ClosedRange<UInt32>] {
  /// The same ranges in order, with those as one that overlap or touch.
  fileprivate var joined: [ClosedRange<UInt32>] {
    sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { result, range in
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] =
          last.lowerBound...Swift.max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
  }
}
