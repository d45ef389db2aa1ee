package import ModelCore
package import TensorCore

/// One sampled response to a problem, taken apart and judged.
package struct Rollout: Sendable {
  package let problem: Problem
  /// Which of the problem's responses this is, from 0.
  package let sample: Int
  /// The prompt's tokens, `<t>` included.
  package let prompt: [Int32]
  package let response: SampledResponse
  package let parsed: ParsedResponse
  package let graded: GradedResponse

  /// Prompt and response as one sequence.
  package var tokens: [Int32] { prompt + response.tokens }
  /// Which tokens of the sequence the policy chose.
  package var isChosen: [Bool] {
    [Bool](repeating: false, count: prompt.count)
      + [Bool](repeating: true, count: response.tokens.count)
  }
}

/// Samples and judges responses to problems.
package struct RolloutSampler {
  private let decoder: Decoder
  /// As given, with the stop token and the banned tokens of the ladder vocabulary.
  let settings: SamplingSettings
  private let numGenerations: Int
  private let seed: UInt64
  private let purpose: String

  /// - Parameter purpose: what the samples are for; with the seed, the step, the prompt and the
  ///   sample's number it decides the random numbers, and nothing else does.
  package init(
    model: Transformer, backend: any Backend, settings: SamplingSettings, numGenerations: Int,
    seed: UInt64, purpose: String, maxRows: Int = 256,
    cachePrecision: CachePrecision = .float32
  ) {
    var settings = settings
    settings.stopTokens = [LadderVocabulary.endOfSequence]
    settings.bannedTokens = LadderVocabulary.banned + settings.bannedTokens
    decoder = Decoder(
      model: model, backend: backend, maxRows: maxRows, cachePrecision: cachePrecision)
    self.settings = settings
    self.numGenerations = numGenerations
    self.seed = seed
    self.purpose = purpose
  }

  /// One group of `numGenerations` rollouts per problem, in order.
  package func sample(_ problems: [Problem], step: Int = 0) throws -> [[Rollout]] {
    try sample(problems.map { ($0, 0..<numGenerations) }, step: step)
  }

  /// The samples of these numbers for each problem, in order. A sample does not depend on which
  /// others are drawn, except through the numerics.
  package func sample(
    _ wanted: [(problem: Problem, samples: Range<Int>)], step: Int = 0
  ) throws -> [[Rollout]] {
    var requests: [SampleRequest] = []
    for (problem, samples) in wanted {
      let prompt =
        try LadderVocabulary.encode(problem.prompt) + [LadderVocabulary.beginThinking]
      for sample in samples {
        requests.append(
          SampleRequest(
            prompt: prompt,
            stream: RandomStream(
              seed: seed, purpose: purpose, UInt64(step), problem.digest, UInt64(sample))))
      }
    }
    var drawn = zip(requests, try decoder.generate(requests, settings: settings)).makeIterator()
    return try wanted.map { problem, samples in
      try samples.compactMap { sample in
        guard let (request, response) = drawn.next() else { return nil }
        let parsed = ResponseParser.parse(response.tokens)
        return Rollout(
          problem: problem, sample: sample, prompt: request.prompt, response: response,
          parsed: parsed, graded: try ResponseParser.grade(parsed, for: problem))
      }
    }
  }
}
