package import ModelCore
package import TensorCore

/// Samples responses to problems and grades them.
package struct ResponseSampler {
  private let policy: any Policy
  private let format: any ResponseFormat
  /// The given settings, with the stops and the banned tokens of the format.
  let settings: SamplingSettings
  private let numGenerations: Int
  private let seed: UInt64
  private let purpose: String

  /// Creates a sampler.
  /// - Parameter purpose: the purpose of the samples. Seed, purpose, step, prompt and sample number
  ///   alone decide the random numbers.
  package init(
    policy: any Policy, format: any ResponseFormat, settings: SamplingSettings,
    numGenerations: Int, seed: UInt64, purpose: String
  ) {
    var settings = settings
    settings.stopAtEndOfResponse(in: format)
    settings.bannedTokens =
      format.bannedTokens(ofVocabularySize: policy.vocabularySize ?? 0) + settings.bannedTokens
    self.policy = policy
    self.format = format
    self.settings = settings
    self.numGenerations = numGenerations
    self.seed = seed
    self.purpose = purpose
  }

  /// Returns one group of `numGenerations` responses per problem, in order.
  package func sample(_ problems: [Problem], step: Int = 0) throws -> [[Response]] {
    try sample(problems.map { ($0, 0..<numGenerations) }, step: step)
  }

  /// Returns the samples with these numbers for each problem, in order. A sample does not depend on
  /// the other samples, except through the numerics.
  package func sample(
    _ wanted: [(problem: Problem, samples: Range<Int>)], step: Int = 0
  ) throws -> [[Response]] {
    var drawn = try sample(
      wanted.flatMap { problem, samples in
        samples.map { ResponseRequest(problem: problem, sample: $0) }
      }, step: step
    ).makeIterator()
    return wanted.map { _, samples in samples.compactMap { _ in drawn.next() } }
  }

  /// Returns one response per request, in order.
  package func sample(_ requests: [ResponseRequest], step: Int = 0) throws -> [Response] {
    var responses = [Response?](repeating: nil, count: requests.count)
    try sample(requests, step: step) { responses[$0] = $1 }
    return responses.compactMap { $0 }
  }

  /// Hands over one response per request, each as soon as the policy has it, in any order.
  /// - Parameter each: takes the index of the request and its response.
  package func sample(
    _ requests: [ResponseRequest], step: Int = 0, each: (Int, Response) throws -> Void
  ) throws {
    let prompts = try requests.map { try format.prompt(of: $0.problem, header: $0.header) }
    let asked = try zip(requests, prompts).map { request, prompt in
      PolicyRequest(
        try self.prompt(request, prompt), settings: settings,
        stream: request.stream(seed: seed, purpose: purpose, step: step))
    }
    try policy.sample(asked) { index, response in
      let (request, prompt) = (requests[index], prompts[index])
      let whole =
        switch response {
        case .tokens(let response):
          try Response(
            request.problem, sample: request.sample, prompt: prompt, header: request.header,
            response: response, in: format)
        case .text(let response):
          try Response(
            request.problem, sample: request.sample, prompt: prompt, header: request.header,
            text: response, in: format)
        }
      try each(index, whole)
    }
  }

  /// A prompt in the form that the policy reads.
  private func prompt(_ request: ResponseRequest, _ tokens: [Int32]) throws -> PolicyPrompt {
    switch policy.promptForm {
    case .tokens: return .tokens(tokens)
    case .text: return .text(format.tokenizer.decode(tokens))
    case .messages:
      guard let messages = format.messages(of: request.problem, header: request.header) else {
        throw FormatHasNoMessages(format: format.name)
      }
      return .messages(messages)
    }
  }
}

/// A policy reads messages, and the response format has none for a prompt.
package struct FormatHasNoMessages: Error, Hashable, CustomStringConvertible {
  package let format: String

  package var description: String { "the response format '\(format)' has no messages" }
}

/// A request for one response.
package struct ResponseRequest: Sendable {
  package var problem: Problem
  package var sample: Int
  package var header = ResponseHeader.none

  package init(problem: Problem, sample: Int, header: ResponseHeader = .none) {
    self.problem = problem
    self.sample = sample
    self.header = header
  }

  /// The stream of the request's random numbers. A given budget has a stream of its own.
  package func stream(seed: UInt64, purpose: String, step: Int) -> RandomStream {
    var coordinates = [UInt64(step), problem.digest, UInt64(sample)]
    if case .given(let budget) = header { coordinates.append(UInt64(budget)) }
    return RandomStream(seed: seed, purpose: purpose, coordinates: coordinates)
  }
}
