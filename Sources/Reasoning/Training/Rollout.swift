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
    var requests: [SampleRequest] = []
    for problem in problems {
      let prompt =
        try LadderVocabulary.encode(problem.prompt) + [LadderVocabulary.beginThinking]
      for sample in 0..<numGenerations {
        requests.append(
          SampleRequest(
            prompt: prompt,
            stream: RandomStream(
              seed: seed, purpose: purpose, UInt64(step), problem.digest, UInt64(sample))))
      }
    }
    let responses = try decoder.generate(requests, settings: settings)
    return try problems.enumerated().map { index, problem in
      try (0..<numGenerations).map { sample in
        let response = responses[index * numGenerations + sample]
        let parsed = ResponseParser.parse(response.tokens)
        return Rollout(
          problem: problem, sample: sample,
          prompt: requests[index * numGenerations + sample].prompt, response: response,
          parsed: parsed, graded: try ResponseParser.grade(parsed, for: problem))
      }
    }
  }
}
