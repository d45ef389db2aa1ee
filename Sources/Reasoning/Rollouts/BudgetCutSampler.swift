package import ModelCore
package import TensorCore

/// A request to sample one thought and its summaries.
package struct BudgetCutRequest: Sendable {
  package var problem: Problem
  package var sample: Int
  /// The prompt's tokens, up to and including `<t>`.
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
    _ request: RolloutRequest, budgets: [Int], summaries: Int, seed: UInt64, purpose: String,
    step: Int = 0
  ) throws(ProblemError) {
    self.init(
      problem: request.problem, sample: request.sample, prompt: try request.prompt,
      budgets: budgets, stream: request.stream(seed: seed, purpose: purpose, step: step),
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
    _ request: RolloutRequest, thinkingBudget: Int, seed: UInt64, purpose: String, step: Int = 0
  ) throws(ProblemError) {
    let stream = request.stream(seed: seed, purpose: purpose, step: step)
    self.init(
      problem: request.problem, sample: request.sample, prompt: try request.prompt,
      budgets: [thinkingBudget], stream: stream, summaryStreams: [[stream]])
  }
}

/// Forks a thought at budgets, puts `</t>` where the thinking is not finished, and samples
/// summaries after each part.
///
/// A thought is sampled once, up to the largest budget; summaries that share a prefix compute it
/// once. Under `exact` numerics a summary's bits depend only on the weights, the prompt, the
/// settings, the part of the thought before it and its own stream: not on any other budget, summary
/// or problem.
package struct BudgetCutSampler {
  private let model: Transformer
  private let backend: any Backend
  private let settings: SamplingSettings
  private let answerBudget: Int
  private let maxRows: Int
  private let cachePrecision: CachePrecision

  /// Creates a sampler.
  /// - Parameters:
  ///   - settings: of thoughts and answers alike, except for their lengths.
  ///   - answerBudget: the most tokens after `</t>`, including `<eos>`.
  package init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, answerBudget: Int,
    maxRows: Int = 256, cachePrecision: CachePrecision = .float32
  ) {
    precondition(answerBudget > 0, "an answer has a token at least")
    var settings = settings
    settings.bannedTokens =
      LadderVocabulary.banned(ofVocabularySize: model.vocabularySize)
      + settings.bannedTokens
    self.model = model
    self.backend = backend
    self.settings = settings
    self.answerBudget = answerBudget
    self.maxRows = maxRows
    self.cachePrecision = cachePrecision
  }

  /// Returns the rollouts of the requests, in order.
  /// - Throws: `GenerationError`; `ProblemError` for a problem without a usable verifier.
  package func sample(_ requests: [BudgetCutRequest]) throws -> [BudgetCutEpisode] {
    guard !requests.isEmpty else { return [] }
    let scheduler = try makeScheduler(for: requests)
    var thinking = settings
    thinking.stopTokens = [LadderVocabulary.endThinking, LadderVocabulary.endOfSequence]
    for request in requests {
      thinking.maxNewTokens = request.budgets.last ?? 0
      _ = try scheduler.open(request.prompt, settings: thinking, stream: request.stream)
    }
    var drawn = [Drawn?](repeating: nil, count: requests.count)
    // One entry per summary session; these follow the sessions of the thoughts.
    var places: [Place] = []
    while scheduler.hasWork {
      for session in try scheduler.tick() {
        if session.number < requests.count {
          drawn[session.number] = try fork(
            session, for: requests[session.number], on: scheduler, places: &places)
        } else {
          let place = places[session.number - requests.count]
          drawn[place.request]?.summaries[place.budget][place.summary] = scheduler.close(session)
        }
      }
    }
    return try zip(requests, drawn).compactMap { request, drawn in try drawn?.rollout(of: request) }
  }

  /// The place that a summary belongs to.
  private struct Place {
    let request: Int
    let budget: Int
    let summary: Int
  }

  /// Adds sessions for all summaries of a finished thought.
  private func fork(
    _ thought: DecodingSession, for request: BudgetCutRequest, on scheduler: SessionScheduler,
    places: inout [Place]
  ) throws -> Drawn {
    var answering = settings
    answering.stopTokens = [LadderVocabulary.endOfSequence]
    answering.maxNewTokens = answerBudget
    let parts = ThoughtPart.parts(of: Array(thought.response), at: request.budgets)
    for (budget, part) in parts.enumerated() where !part.isOver {
      for (summary, stream) in request.summaryStreams[budget].enumerated() {
        let session = try scheduler.fork(
          thought, at: thought.promptCount + part.length, settings: answering, stream: stream)
        if part.isForced { try scheduler.append([LadderVocabulary.endThinking], to: session) }
        places.append(Place(request: thought.number, budget: budget, summary: summary))
      }
    }
    return Drawn(
      thought: scheduler.close(thought), parts: parts,
      summaries: request.summaryStreams.map { [SessionTrace?](repeating: nil, count: $0.count) })
  }

  private func makeScheduler(for requests: [BudgetCutRequest]) throws -> SessionScheduler {
    let longest = requests.map { $0.prompt.count + ($0.budgets.last ?? 0) }.max() ?? 0
    let sessions = requests.reduce(requests.count) { sum, request in
      sum + request.summaryStreams.reduce(0) { $0 + $1.count }
    }
    let (rows, capacity) = Decoder(
      model: model, backend: backend, maxRows: maxRows, cachePrecision: cachePrecision
    ).batchSize(sequences: sessions, length: longest + 1 + answerBudget)
    return try SessionScheduler(
      model: model, backend: backend, maxRows: rows, maxLength: capacity,
      cachePrecision: cachePrecision)
  }
}

/// The part of a thought that fits a budget.
private struct ThoughtPart: Hashable {
  let length: Int
  let isForced: Bool
  let isOver: Bool

  /// Returns one part per budget.
  static func parts(of thought: [Int32], at budgets: [Int]) -> [ThoughtPart] {
    let isClosed = thought.last == LadderVocabulary.endThinking
    let isOver = thought.last == LadderVocabulary.endOfSequence
    return budgets.map { budget in
      guard budget >= thought.count, isClosed || isOver else {
        return ThoughtPart(length: min(budget, thought.count), isForced: true, isOver: false)
      }
      return ThoughtPart(length: thought.count, isForced: false, isOver: isOver)
    }
  }
}

/// The traces of the sessions of one request.
private struct Drawn {
  let thought: SessionTrace
  let parts: [ThoughtPart]
  var summaries: [[SessionTrace?]]

  func rollout(of request: BudgetCutRequest) throws -> BudgetCutEpisode {
    let thought = SampledResponse(thought)
    var cuts: [BudgetCutEpisode.Cut] = []
    var start = 0
    while start < parts.count {
      let part = parts[start]
      let end = parts[start...].firstIndex { $0 != part } ?? parts.count
      cuts.append(
        BudgetCutEpisode.Cut(
          length: part.length, isForced: part.isForced, isOver: part.isOver, budgets: start..<end,
          summaries: try summaries[start..<end].map { traces in
            try traces.map { trace in
              try Rollout(
                request.problem, sample: request.sample, prompt: request.prompt,
                response: trace.map { SampledResponse($0) } ?? thought,
                forced: part.isForced ? [part.length] : [])
            }
          }))
      start = end
    }
    return BudgetCutEpisode(
      problem: request.problem, sample: request.sample, prompt: request.prompt, thought: thought,
      budgets: request.budgets, cuts: cuts)
  }
}

extension SampledResponse {
  init(_ trace: SessionTrace) {
    self.init(
      tokens: trace.tokens, logProbabilities: trace.logProbabilities, stop: trace.stop ?? .cancelled
    )
  }
}
