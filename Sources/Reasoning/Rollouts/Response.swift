package import ModelCore

/// One sampled response to a problem, parsed and graded.
package struct Response: Sendable {
  package let problem: Problem
  /// The index of this response among the problem's responses, from 0.
  package let sample: Int
  /// The prompt's tokens, with the header that the response begins after.
  package let prompt: [Int32]
  /// The sampled tokens; none if the policy has no `token_ids`.
  package let sampled: SampledResponse
  /// The response as text, by a policy without `token_ids`; nil otherwise.
  package let text: String?
  /// The number of tokens that were drawn after the prompt; nil if the policy does not say.
  package let drawnTokenCount: Int?
  /// The tokens of the prompt as its reader counts them; nil if `prompt` is what it read, or if it
  /// does not say.
  package let promptTokenCount: Int?
  /// False if nothing says how many tokens the response has, or how many of them are thinking.
  package let hasLength: Bool
  package let hasThinkingLength: Bool
  /// The notes of the server that answered; nil if none did.
  package let note: AnswerNote?
  /// The places in the response whose tokens were forced by an exhausted budget.
  package let forced: [Int]
  package let parsed: ParsedResponse
  package let graded: GradedResponse

  /// Parses and grades a response.
  /// - Parameters:
  ///   - header: the header that `prompt` ends with.
  ///   - forced: the places in the response whose tokens were forced.
  /// - Throws: `ProblemError` for a problem without a usable verifier.
  package init(
    _ problem: Problem, sample: Int, prompt: [Int32], header: ResponseHeader = .none,
    response: SampledResponse, forced: [Int] = [], in format: any ResponseFormat
  ) throws(ProblemError) {
    self.problem = problem
    self.sample = sample
    self.prompt = prompt
    sampled = response
    text = nil
    drawnTokenCount = response.tokens.count
    promptTokenCount = nil
    hasLength = true
    hasThinkingLength = true
    note = nil
    self.forced = forced
    parsed = format.parse(response.tokens, opening: header.opening, forced: forced)
    var graded = try parsed.graded(for: problem)
    // Rewards treat a given budget like a stated one.
    if case .given(let budget) = header { graded.statedBudget = budget }
    self.graded = graded
  }

  /// Prompt and response as one sequence.
  package var tokens: [Int32] { prompt + sampled.tokens }
  /// Mask over the sequence: true for every token of the response, also for a bridge that was
  /// forced, since a whole response is trained on all its tokens.
  package var isSampled: [Bool] {
    [Bool](repeating: false, count: prompt.count)
      + [Bool](repeating: true, count: sampled.tokens.count)
  }
}
