package import ModelCore
package import TensorCore

/// One sampled response to a problem, parsed and graded.
package struct Rollout: Sendable {
  package let problem: Problem
  /// The index of this response among the problem's responses, from 0.
  package let sample: Int
  /// The prompt's tokens and the tokens that begin the response: `<t>`, or a budget header.
  package let prompt: [Int32]
  package let response: SampledResponse
  /// The places in the response whose tokens were forced by an exhausted budget.
  package let forced: [Int]
  package let parsed: ParsedResponse
  package let graded: GradedResponse

  /// Parses and grades a response.
  /// - Parameter header: the header that `prompt` ends with.
  /// - Throws: `ProblemError` for a problem without a usable verifier.
  package init(
    _ problem: Problem, sample: Int, prompt: [Int32], header: ResponseHeader = .none,
    response: SampledResponse, forced: [Int] = []
  ) throws(ProblemError) {
    self.problem = problem
    self.sample = sample
    self.prompt = prompt
    self.response = response
    self.forced = forced
    parsed = ResponseParser.parse(response.tokens, opening: header.opening)
    var graded = try ResponseParser.grade(parsed, for: problem)
    // Rewards treat a given budget like a stated one.
    if case .given(let budget) = header { graded.statedBudget = budget }
    self.graded = graded
  }

  /// Prompt and response as one sequence.
  package var tokens: [Int32] { prompt + response.tokens }
  /// Mask over the sequence: true for tokens that the policy sampled.
  package var isSampled: [Bool] {
    [Bool](repeating: false, count: prompt.count)
      + [Bool](repeating: true, count: response.tokens.count)
  }
}

/// Samples responses to problems and grades them.
package struct RolloutSampler {
  private let decoder: Decoder
  /// The given settings, with the stop token and the banned tokens of the ladder vocabulary.
  let settings: SamplingSettings
  private let numGenerations: Int
  private let seed: UInt64
  private let purpose: String

  /// Creates a sampler.
  /// - Parameter purpose: the purpose of the samples. Seed, purpose, step, prompt and sample number
  ///   alone decide the random numbers.
  package init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, numGenerations: Int,
    seed: UInt64, purpose: String, maxRows: Int = 256,
    cachePrecision: CachePrecision = .float32
  ) {
    var settings = settings
    settings.stopTokens = [LadderVocabulary.endOfSequence]
    settings.bannedTokens =
      LadderVocabulary.banned(ofVocabularySize: model.vocabularySize)
      + settings.bannedTokens
    decoder = Decoder(
      model: model, backend: backend, maxRows: maxRows, cachePrecision: cachePrecision)
    self.settings = settings
    self.numGenerations = numGenerations
    self.seed = seed
    self.purpose = purpose
  }

  /// Returns one group of `numGenerations` rollouts per problem, in order.
  package func sample(_ problems: [Problem], step: Int = 0) throws -> [[Rollout]] {
    try sample(problems.map { ($0, 0..<numGenerations) }, step: step)
  }

  /// Returns the samples with these numbers for each problem, in order. A sample does not depend on
  /// the other samples, except through the numerics.
  package func sample(
    _ wanted: [(problem: Problem, samples: Range<Int>)], step: Int = 0
  ) throws -> [[Rollout]] {
    var drawn = try sample(
      wanted.flatMap { problem, samples in
        samples.map { RolloutRequest(problem: problem, sample: $0) }
      }, step: step
    ).makeIterator()
    return wanted.map { _, samples in samples.compactMap { _ in drawn.next() } }
  }

  /// Returns one rollout per request, in order.
  package func sample(_ requests: [RolloutRequest], step: Int = 0) throws -> [Rollout] {
    let decoding = try requests.map { request in
      SampleRequest(
        prompt: try request.prompt,
        stream: request.stream(seed: seed, purpose: purpose, step: step))
    }
    return try zip(zip(requests, decoding), decoder.generate(decoding, settings: settings)).map {
      try Rollout(
        $0.0.problem, sample: $0.0.sample, prompt: $0.1.prompt, header: $0.0.header, response: $1)
    }
  }
}

/// A request for one response.
package struct RolloutRequest: Sendable {
  package var problem: Problem
  package var sample: Int
  package var header = ResponseHeader.none

  package init(problem: Problem, sample: Int, header: ResponseHeader = .none) {
    self.problem = problem
    self.sample = sample
    self.header = header
  }

  package var prompt: [Int32] {
    get throws(ProblemError) { try LadderVocabulary.encode(problem.prompt) + header.tokens }
  }

  /// The stream of the request's random numbers. A given budget has a stream of its own.
  package func stream(seed: UInt64, purpose: String, step: Int) -> RandomStream {
    var coordinates = [UInt64(step), problem.digest, UInt64(sample)]
    if case .given(let budget) = header { coordinates.append(UInt64(budget)) }
    return RandomStream(seed: seed, purpose: purpose, coordinates: coordinates)
  }
}
