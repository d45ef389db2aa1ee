package import ModelCore
package import TensorCore

/// A request to sample one thought and its summaries.
package struct BudgetCutRequest: Sendable {
  package var problem: Problem
  package var sample: Int
  /// The prompt's tokens, up to where thinking begins.
  package var prompt: [Int32]
  /// The budgets, ascending; the thought has at most as many tokens as the last.
  package var budgets: [Int]
  /// Random numbers of the thought.
  package var stream: RandomStream
  /// Random numbers of the summaries: for each budget, one stream per summary.
  package var summaryStreams: [[RandomStream]]

  package init(
    problem: Problem, sample: Int, prompt: [Int32], budgets: [Int], stream: RandomStream,
    summaryStreams: [[RandomStream]]
  ) {
    self.problem = problem
    self.sample = sample
    self.prompt = prompt
    self.budgets = budgets
    self.stream = stream
    self.summaryStreams = summaryStreams
  }

  /// Requests `summaries` summaries at every budget, each with its own random numbers.
  package init(
    _ request: ResponseRequest, in format: any ResponseFormat, budgets: [Int], summaries: Int,
    seed: UInt64, purpose: String, step: Int = 0
  ) throws(ProblemError) {
    self.init(
      problem: request.problem, sample: request.sample,
      prompt: try format.prompt(of: request.problem, header: request.header), budgets: budgets,
      stream: request.stream(seed: seed, purpose: purpose, step: step),
      summaryStreams: budgets.map { budget in
        (0..<summaries).map { summary in
          RandomStream(
            seed: seed, purpose: purpose + ".summary", UInt64(step), request.problem.digest,
            UInt64(request.sample), UInt64(budget), UInt64(summary))
        }
      })
  }

  /// Requests one response in two phases: thinking up to a budget, then the answer, which continues
  /// with the thought's random numbers. A thought that ends within the budget gives the same
  /// response as without a budget.
  ///
  /// Xu et al. 2025, Elastic Reasoning (arXiv 2505.05315).
  package init(
    _ request: ResponseRequest, in format: any ResponseFormat, thinkingBudget: Int, seed: UInt64,
    purpose: String, step: Int = 0
  ) throws(ProblemError) {
    let stream = request.stream(seed: seed, purpose: purpose, step: step)
    self.init(
      problem: request.problem, sample: request.sample,
      prompt: try format.prompt(of: request.problem, header: request.header),
      budgets: [thinkingBudget], stream: stream, summaryStreams: [[stream]])
  }
}

/// Forks a thought at budgets, puts the format's bridge where the thinking is not finished, and
/// samples summaries after each part.
///
/// A thought is sampled once, up to the largest budget; summaries that share a prefix compute it
/// once. Under `exact` numerics a summary's bits depend only on the weights, the prompt, the
/// settings, the part of the thought before it and its own stream: not on any other budget, summary
/// or problem.
package struct BudgetCutSampler {
  private let policy: any Policy
  private let format: any ResponseFormat
  private let settings: SamplingSettings
  private let answerBudget: Int

  /// Creates a sampler.
  /// - Parameters:
  ///   - policy: needs `forks`.
  ///   - settings: of thoughts and answers alike, except for their lengths.
  ///   - answerBudget: the most tokens after the end of thinking, with the end of the response.
  package init(
    policy: any Policy, format: any ResponseFormat, settings: SamplingSettings, answerBudget: Int
  ) {
    precondition(answerBudget > 0, "an answer has a token at least")
    var settings = settings
    settings.bannedTokens =
      format.bannedTokens(ofVocabularySize: policy.vocabularySize ?? 0) + settings.bannedTokens
    self.policy = policy
    self.format = format
    self.settings = settings
    self.answerBudget = answerBudget
  }

  /// Returns the episodes of the requests, in order.
  /// - Throws: `GenerationError`; `PolicyLacks`; `ProblemError` for a problem without a usable
  ///   verifier.
  package func sample(_ requests: [BudgetCutRequest]) throws -> [BudgetCutEpisode] {
    let thoughts = requests.map { request in
      var thinking = settings
      thinking.stopAtEndOfThinking(in: format)
      thinking.maxNewTokens = request.budgets.last ?? 0
      return PolicyRequest(.tokens(request.prompt), settings: thinking, stream: request.stream)
    }
    let summaries = PolicyForks(
      count: requests.reduce(0) { $1.summaryStreams.reduce($0) { $0 + $1.count } },
      mostTokens: format.bridge.count + answerBudget
    ) { request, thought in forks(of: requests[request], after: thought) }
    return try zip(requests, policy.sample(thoughts, thenFork: summaries)).map {
      try episode(of: $0, $1)
    }
  }

  /// The summaries of a thought, by budget and number.
  private func forks(of request: BudgetCutRequest, after thought: [Int32]) -> [PolicyFork] {
    var answering = settings
    answering.stopAtEndOfResponse(in: format)
    answering.maxNewTokens = answerBudget
    let parts = ThoughtPart.parts(of: thought, at: request.budgets, in: format)
    return zip(parts, request.summaryStreams).flatMap { part, streams in
      part.isOver
        ? []
        : streams.map {
          PolicyFork(
            length: part.length, given: part.isForced ? format.bridge : [], settings: answering,
            stream: $0)
        }
    }
  }

  private func episode(
    of request: BudgetCutRequest, _ drawn: ForkedResponse
  ) throws -> BudgetCutEpisode {
    let parts = ThoughtPart.parts(of: drawn.response.tokens, at: request.budgets, in: format)
    var forks = drawn.forks.makeIterator()
    var cuts: [BudgetCutEpisode.Cut] = []
    var start = 0
    while start < parts.count {
      let part = parts[start]
      let end = parts[start...].firstIndex { $0 != part } ?? parts.count
      let bridge = part.length..<part.length + (part.isForced ? format.bridge.count : 0)
      cuts.append(
        BudgetCutEpisode.Cut(
          length: part.length, isForced: part.isForced, isOver: part.isOver, budgets: start..<end,
          summaries: try request.summaryStreams[start..<end].map { streams in
            try streams.compactMap { _ in
              try (part.isOver ? drawn.response : forks.next()).map {
                try Response(
                  request.problem, sample: request.sample, prompt: request.prompt, response: $0,
                  forced: Array(bridge), in: format)
              }
            }
          }, givenCount: bridge.upperBound))
      start = end
    }
    return BudgetCutEpisode(
      problem: request.problem, sample: request.sample, prompt: request.prompt,
      thought: drawn.response, budgets: request.budgets, cuts: cuts)
  }
}

/// The part of a thought that fits a budget.
private struct ThoughtPart: Hashable {
  let length: Int
  let isForced: Bool
  let isOver: Bool

  /// Returns one part per budget. A cut inside a text that ends thinking comes before it, so that
  /// the bridge does not follow half a mark.
  static func parts(
    of thought: [Int32], at budgets: [Int], in format: any ResponseFormat
  ) -> [ThoughtPart] {
    let isClosed = format.endOfThinking?.ends(thought[...]) ?? false
    let isOver = format.endsResponse(thought[...])
    return budgets.map { budget in
      guard budget >= thought.count, isClosed || isOver else {
        let cut = thought.prefix(budget)
        let kept = format.endOfThinking?.withoutBeginning(cut) ?? cut
        return ThoughtPart(length: kept.count, isForced: true, isOver: false)
      }
      return ThoughtPart(length: thought.count, isForced: false, isOver: isOver)
    }
  }
}
