/// Bounds of the work for one text, so that a hostile answer costs no more than an honest one.
enum MathLimits {
  /// Bytes of a text.
  static let bytes = 4_096
  /// Tokens of a text.
  static let tokens = 1_500
  /// Depth of a tree.
  static let depth = 60
  /// Depth of texts within texts.
  static let textNesting = 4
  /// Entries of a collection.
  static let entries = 200
  /// Integers whose factorials and binomials are multiplied out; those of larger ones are names.
  static let factorial = 5_000
  /// Parts of a tree evaluated at one point.
  static let steps = 4_000
  /// Parts of trees evaluated for one verdict.
  static let work = 20_000
}
