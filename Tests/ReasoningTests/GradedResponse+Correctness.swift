import Reasoning

extension GradedResponse {
  /// A response whose answer is right or wrong.
  init(
    tokenCount: Int, thinkingTokenCount: Int, isCorrect: Bool, isFinished: Bool,
    statedBudget: Int? = nil
  ) {
    self.init(
      tokenCount: tokenCount, thinkingTokenCount: thinkingTokenCount,
      verdict: isCorrect ? .right : .wrong, isFinished: isFinished, statedBudget: statedBudget)
  }
}
