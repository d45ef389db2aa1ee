import ModelCore

extension Response {
  /// Parses and grades a response that came as text: it is divided at its first end of thinking, or
  /// is all thinking if the format ends none.
  ///
  /// The format counts the tokens. If the policy says how many there were, its number is divided
  /// between thinking and answer as it says, or else in the proportion that the format found.
  /// - Throws: `ProblemError` for a problem without a usable verifier.
  init(
    _ problem: Problem, sample: Int, prompt: [Int32], header: ResponseHeader,
    text response: TextResponse, in format: any ResponseFormat
  ) throws(ProblemError) {
    let whole = response.text
    let close = format.endOfThinking(in: whole)
    let isDivided = format.endOfThinking != nil
    let rest = close.map { String(whole[$0.upperBound...]) } ?? ""
    let thinkingTokenCount = format.tokenCount(
      of: String(whole[..<(close?.lowerBound ?? whole.endIndex)]))
    let textTokens = thinkingTokenCount + format.tokenCount(of: rest)
    let isOver = [.stopToken, .stopString].contains(response.stop)
    let isFinished = (close != nil || !isDivided) && isOver
    // The end of the response counts as one token.
    let ends = (close == nil ? 0 : format.thinkingMarkTokens) + (isOver ? 1 : 0)
    let tokenCount = max(ends, response.tokenCount ?? textTokens + ends)

    self.problem = problem
    self.sample = sample
    self.prompt = prompt
    promptTokenCount = response.promptTokenCount
    note = response.note
    hasLength = response.tokenCount != nil || format.countsTokens
    // Without a part that is thought or an end of thinking, nothing is to be divided.
    let isWhole = close == nil && response.note?.hasThinking != true
    hasThinkingLength =
      hasLength && (isWhole || response.thinkingTokenCount != nil || format.countsTokens)
    sampled = SampledResponse(tokens: [], logProbabilities: [], stop: response.stop)
    text = whole
    drawnTokenCount = response.tokenCount
    forced = []
    let thinking =
      response.thinkingTokenCount.map { min(max(0, $0), tokenCount - ends) }
      ?? (textTokens == 0 ? 0 : (tokenCount - ends) * thinkingTokenCount / textTokens)
    parsed = ParsedResponse(
      tokenCount: tokenCount, thinking: [],
      answer: isFinished ? format.answer(ofResponse: whole) : "",
      answerTokenCount: isFinished ? tokenCount - ends - thinking : 0, isFinished: isFinished,
      statedBudget: nil)
    var graded = try parsed.graded(for: problem)
    graded.thinkingTokenCount = thinking
    if case .given(let budget) = header { graded.statedBudget = budget }
    self.graded = graded
  }
}
