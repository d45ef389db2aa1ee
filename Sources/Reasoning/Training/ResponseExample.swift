extension SupervisedExample {
  /// A prompt and a response to it that is to be imitated whole; `<t>` is given.
  package static func response(
    _ tokens: [Int32], to problem: Problem
  ) throws(ProblemError) -> SupervisedExample {
    SupervisedExample(
      given: try LadderVocabulary.encode(problem.prompt) + [LadderVocabulary.beginThinking],
      learned: tokens)
  }
}
