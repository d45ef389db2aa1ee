/// A piece of a mathematical text: a number, a name, a word, a command or a mark.
struct MathToken: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// Digits as written.
    case number(NumberText)
    /// A name that stands for a value: `x`, `α`, `π`, `∅`.
    case symbol(String)
    /// A word of text: `cm`, `and`, `Evelyn`.
    case word(String)
    /// A command of LaTeX, without its backslash and under one name: `frac`, `sin`, `le`.
    case command(String)
    /// Any other character that means something.
    case mark(Character)
  }

  var kind: Kind
  /// True if spaces stand before the token; they count between numbers alone.
  var followsSpace = false
}

/// A number without sign as a text writes it: its digits, those after the point, its power of ten.
struct NumberText: Hashable, Sendable {
  var digits: [UInt8]
  var places = 0
  var exponent = 0
  /// True if a point ends the digits: `0.` of `0.\overline{3}`.
  var endsInPoint = false

  var isWhole: Bool { places == 0 && exponent == 0 && !endsInPoint }

  /// The digits from the first that is not 0.
  var significant: ArraySlice<UInt8> { digits.drop { $0 == 0 } }
}

/// A text that has no reading as mathematics, or asks for more work than an answer may.
enum MathReadingError: Error {
  case unreadable
  /// A number that does not exist, such as 1/0.
  case undefined
  /// The point chosen cannot take a root of the expression; another one may.
  case unfit
  /// The expression is a collection, or another kind of thing without one value.
  case notScalar
}
