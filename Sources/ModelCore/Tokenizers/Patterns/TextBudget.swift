/// The steps and bytes that a tokenizer may spend on one text, or on all its tokens while it is
/// loaded. Its parts share them, however many parts and pieces there are.
struct TextBudget: Sendable {
  /// The steps of patterns that are left.
  var steps: Int
  /// The most bytes that the text may grow to.
  let mostBytes: Int

  /// - Parameter length: the number of bytes at the beginning.
  init(for length: Int) {
    steps = 1_000_000 + length * 500
    mostBytes = max(1 << 26, length * 16)
  }
}
