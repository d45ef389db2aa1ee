/// A regular expression that a whole text must match.
///
/// It reads the syntax of `RegularExpression`. Matching backtracks, and a limit on its steps, which
/// grows with the text, holds off hostile patterns and texts.
package struct WholePattern: Sendable {
  /// The reason why a pattern cannot be read, and the character at which it stands, from 0.
  package struct Mistake: Error, Hashable {
    package let reason: String
    package let place: Int
  }

  private let program: [RegularInstruction]

  /// - Throws: `Mistake` for a pattern that cannot be read.
  package init(_ text: String) throws(Mistake) {
    do {
      program = try RegularExpression(text).program.dropLast() + [.endOfText, .match]
    } catch {
      throw Mistake(reason: error.reason, place: error.place)
    }
  }

  /// True if all of the text matches; nil if that takes too many steps to decide.
  package func matches(_ text: String) -> Bool? {
    let bytes = Array(text.utf8)
    var matcher = RegularMatcher(
      program: program, bytes: bytes, range: bytes.indices,
      steps: TextBudget(for: bytes.count).steps)
    do {
      return try matcher.end(from: 0) != nil
    } catch {
      return nil
    }
  }
}
