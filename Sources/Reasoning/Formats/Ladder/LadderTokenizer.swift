package import ModelCore

extension LadderVocabulary {
  /// The vocabulary as a tokenizer that is stored beside a model.
  package static let tokenizer: WordTokenizer = {
    // The vocabulary is a constant without repeats, the only condition of the initialiser.
    guard
      let tokenizer = try? WordTokenizer(
        vocabulary: tokens, end: tokens[Int(endOfSequence)], pad: tokens[Int(padding)])
    else { preconditionFailure("the ladder vocabulary repeats a token") }
    return tokenizer
  }()
}
