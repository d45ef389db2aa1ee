import ModelCore

extension Rollout {
  /// Parses and grades a response that came as text: it is divided at its first end of thinking.
  ///
  /// The format counts the tokens. If the policy says how many there were, its number is divided
  /// between thinking and answer in the proportion that the format found.
  /// - Throws: `ProblemError` for a problem without a usable verifier.
  init(
    _ problem: Problem, sample: Int, prompt: [Int32], header: ResponseHeader,
    text response: TextResponse, in format: any ResponseFormat
  ) throws(ProblemError) {
    let whole = response.text
    let close = whole.firstRange(of: format.thinkingMark)
    let answer = close.map { String(whole[$0.upperBound...]) } ?? ""
    let thinkingTokens = format.tokenCount(
      of: String(whole[..<(close?.lowerBound ?? whole.endIndex)]))
    let textTokens = thinkingTokens + format.tokenCount(of: answer)
    // The ends of thinking and response count as one token each.
    let ends = (close == nil ? 0 : 1) + (response.stop == .stopToken ? 1 : 0)
    let isFinished = ends == 2
    let tokenCount = max(ends, response.tokenCount ?? textTokens + ends)

    self.problem = problem
    self.sample = sample
    self.prompt = prompt
    self.response = SampledResponse(tokens: [], logProbabilities: [], stop: response.stop)
    text = whole
    forced = []
    parsed = ParsedResponse(
      tokenCount: tokenCount, thinking: [], answer: isFinished ? answer : "",
      isFinished: isFinished, statedBudget: nil)
    var graded = try parsed.graded(for: problem)
    graded.thinkingTokens =
      textTokens == 0 ? 0 : (tokenCount - ends) * thinkingTokens / textTokens
    if case .given(let budget) = header { graded.statedBudget = budget }
    self.graded = graded
  }
}
