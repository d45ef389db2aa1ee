import Fields

// Texts as Python compares, searches and writes them: scalar by scalar, without regard to what
// looks the same.

extension String {
  /// The text of Python's `repr`, in the quotes that need fewer escapes.
  var pythonQuoted: String {
    let hasSingle = unicodeScalars.contains("'")
    let quote: Unicode.Scalar = hasSingle && !unicodeScalars.contains("\"") ? "\"" : "'"
    var text = UnicodeScalarView()
    text.append(quote)
    for scalar in unicodeScalars {
      switch scalar {
      case quote, "\\":
        text.append("\\")
        text.append(scalar)
      case "\n": text.append(contentsOf: "\\n".unicodeScalars)
      case "\r": text.append(contentsOf: "\\r".unicodeScalars)
      case "\t": text.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.isPythonPrintable: text.append(scalar)
      default: text.append(contentsOf: scalar.pythonEscape.unicodeScalars)
      }
    }
    text.append(quote)
    return String(text)
  }

  /// The scalars from either end that belong to a set, or are white space, left out.
  func stripped(
    of scalars: Set<Unicode.Scalar>?, left: Bool = true, right: Bool = true
  ) -> String {
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      scalars.map { $0.contains(scalar) } ?? scalar.isPythonSpace
    }
    var rest = unicodeScalars[...]
    if left { rest = rest.drop(while: isStripped) }
    if right, let last = rest.lastIndex(where: { !isStripped($0) }) {
      rest = rest[...last]
    } else if right {
      rest = rest[rest.startIndex..<rest.startIndex]
    }
    return String(rest)
  }

  /// The lines without their ends, at all the line breaks of Python's `str.splitlines`.
  func pythonLines(atMost limit: Int) -> [String] {
    var lines: [String] = []
    var line = UnicodeScalarView()
    var wasReturn = false
    for scalar in unicodeScalars {
      guard lines.count < limit else { return lines }
      switch scalar.value {
      case 0x0A where wasReturn: break
      case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
        lines.append(String(line))
        line = UnicodeScalarView()
      default: line.append(scalar)
      }
      wasReturn = scalar == "\r"
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
  }

  var uppercasedScalars: String { mapScalars { $0.properties.uppercaseMapping } }
  var lowercasedScalars: String { mapScalars { $0.properties.lowercaseMapping } }

  private func mapScalars(_ mapping: (Unicode.Scalar) -> String) -> String {
    unicodeScalars.reduce(into: "") { $0 += mapping($1) }
  }

  /// The first letter as in a title, the others small.
  var pythonCapitalized: String {
    guard let first = unicodeScalars.first else { return self }
    return first.properties.titlecaseMapping
      + String(unicodeScalars.dropFirst()).lowercasedScalars
  }

  /// True if the text has letters with case, and all are of one case.
  func isAllCase(_ isWanted: (Unicode.Scalar.Properties) -> Bool) -> Bool {
    var hasCase = false
    for scalar in unicodeScalars {
      let properties = scalar.properties
      if isWanted(properties) {
        hasCase = true
      } else if properties.isUppercase || properties.isLowercase {
        return false
      }
    }
    return hasCase
  }
}

extension Unicode.Scalar {
  /// True if Python's `repr` writes the scalar as it is.
  fileprivate var isPythonPrintable: Bool {
    if isASCII { return value >= 0x20 && value != 0x7F }
    return switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }

  fileprivate var pythonEscape: String {
    let digits = String(value, radix: 16)
    let (mark, width) = value <= 0xFF ? ("\\x", 2) : value <= 0xFFFF ? ("\\u", 4) : ("\\U", 8)
    return mark + String(repeating: "0", count: width - digits.count) + digits
  }
}

/// Finds a text in another in linear time, by the algorithm of Knuth, Morris and Pratt on UTF-8.
struct TextSearch {
  private let needle: [UInt8]
  /// For each byte, the length of the longest proper prefix of the needle that ends there.
  private let borders: [Int]

  /// - Parameter needle: not empty.
  init(_ needle: String) { self.init(Array(needle.utf8)) }

  private init(_ needle: [UInt8]) {
    self.needle = needle
    var borders = [Int](repeating: 0, count: needle.count)
    var length = 0
    for index in needle.indices.dropFirst() {
      while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
      if needle[index] == needle[length] { length += 1 }
      borders[index] = length
    }
    self.borders = borders
  }

  /// The offsets at which the needle stands, from the left, without overlaps.
  func offsets(in text: [UInt8], limit: Int = .max) -> [Int] {
    var found: [Int] = []
    var length = 0
    for (index, byte) in text.enumerated() {
      guard found.count < limit else { break }
      while length > 0, byte != needle[length] { length = borders[length - 1] }
      if byte == needle[length] { length += 1 }
      if length == needle.count {
        found.append(index + 1 - length)
        length = 0
      }
    }
    return found
  }

  /// The offsets at which the needle stands, found from the right, in rising order.
  func offsetsFromRight(in text: [UInt8], limit: Int = .max) -> [Int] {
    TextSearch(needle.reversed()).offsets(in: text.reversed(), limit: limit)
      .map { text.count - $0 - needle.count }.reversed()
  }
}
