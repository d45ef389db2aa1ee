package import ModelCore
package import TensorCore

/// Answers prompts: a model that runs here, or a server.
///
/// Sampling, labels and evaluations speak to policies alone. What only some policies can do is a
/// `PolicyCapability`, which a stage demands by name; asking for it elsewhere throws `PolicyLacks`.
package protocol Policy {
  /// The policy's name in messages: a digest of its files, or a server's address.
  var identity: String { get }
  var capabilities: Set<PolicyCapability> { get }
  /// The number of ids that the policy can write, those without a token included; nil without
  /// `token_ids`.
  var vocabularySize: Int? { get }
  /// The most tokens that a prompt and its response can have together; nil if no limit is known.
  var maxPositions: Int? { get }
  /// The form in which it reads prompts.
  var promptForm: PolicyPromptForm { get }

  /// Returns one response per request, in order.
  func sample(_ requests: [PolicyRequest]) throws -> [PolicyResponse]

  /// Hands over one response per request, each as soon as it is whole, in any order and on the
  /// caller's thread, so that it can be stored before others are.
  /// - Parameter each: takes the index of the request and its response.
  func sample(
    _ requests: [PolicyRequest], each: (Int, PolicyResponse) throws -> Void
  ) throws

  /// Samples one response per request, then the forks of each; both come in order. Takes `forks`.
  func sample(_ requests: [PolicyRequest], thenFork forks: PolicyForks) throws -> [ForkedResponse]
}

extension Policy {
  package var promptForm: PolicyPromptForm {
    capabilities.contains(.tokenIDs) ? .tokens : .text
  }

  package func sample(
    _ requests: [PolicyRequest], each: (Int, PolicyResponse) throws -> Void
  ) throws {
    for (index, response) in try sample(requests).enumerated() { try each(index, response) }
  }

  package func sample(
    _ requests: [PolicyRequest], thenFork forks: PolicyForks
  ) throws -> [ForkedResponse] {
    throw PolicyLacks(.forks, policy: identity)
  }
}

/// A prompt to respond to.
package struct PolicyRequest: Sendable {
  package var prompt: PolicyPrompt
  /// A policy without `token_ids` takes temperature, length and top_p from here, and ignores all
  /// that names a token.
  package var settings: SamplingSettings
  /// The random numbers of the response, if the policy draws with ours.
  package var stream: RandomStream

  package init(_ prompt: PolicyPrompt, settings: SamplingSettings, stream: RandomStream) {
    self.prompt = prompt
    self.settings = settings
    self.stream = stream
  }
}

/// A prompt in the form in which a policy reads it.
package enum PolicyPrompt: Sendable, Hashable {
  case tokens([Int32])
  case text(String)
  /// The turns before the response, without a template.
  case messages([PolicyMessage])
}

/// The forms of prompts.
package enum PolicyPromptForm: Sendable, Hashable { case tokens, text, messages }

/// One turn of a prompt.
package struct PolicyMessage: Sendable, Hashable {
  /// `system` or `user`.
  package var role: String
  package var content: String

  package init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}

/// A response as a policy writes it: token ids if it has `token_ids`, otherwise text.
package enum PolicyResponse: Sendable, Hashable {
  case tokens(SampledResponse)
  case text(TextResponse)
}

/// The response of a policy that shows no token ids of ours.
package struct TextResponse: Sendable, Hashable {
  /// The text, without what ended it.
  package var text: String
  /// The number of tokens as the policy counts them; nil if it does not say.
  package var tokenCount: Int?
  /// The number of those before the end of thinking, as the policy counts them; nil if it does not
  /// say.
  package var thinkingTokenCount: Int?
  /// The number of the prompt's tokens as the policy counts them; nil if it does not say.
  package var promptTokenCount: Int?
  package var stop: StopReason
  /// The notes of the server that answered; nil if none did.
  package var note: AnswerNote?

  package init(
    _ text: String, tokenCount: Int? = nil, thinkingTokenCount: Int? = nil,
    promptTokenCount: Int? = nil, stop: StopReason, note: AnswerNote? = nil
  ) {
    self.text = text
    self.tokenCount = tokenCount
    self.thinkingTokenCount = thinkingTokenCount
    self.promptTokenCount = promptTokenCount
    self.stop = stop
    self.note = note
  }
}

/// The continuations to sample from inside of responses.
package struct PolicyForks {
  /// The most forks of all requests together.
  package let count: Int
  /// The most tokens that a fork adds to its part of the response, given ones included.
  package let mostTokens: Int
  /// Returns the forks of a request, by its index and the tokens of its response.
  package let forks: (_ request: Int, _ response: [Int32]) -> [PolicyFork]

  package init(
    count: Int, mostTokens: Int,
    forks: @escaping (_ request: Int, _ response: [Int32]) -> [PolicyFork]
  ) {
    self.count = count
    self.mostTokens = mostTokens
    self.forks = forks
  }
}

/// One continuation of a part of a response.
package struct PolicyFork: Sendable {
  /// Number of the response's first tokens that the fork keeps.
  package let length: Int
  /// Tokens that are put after them, before anything is sampled.
  package let given: [Int32]
  package let settings: SamplingSettings
  package let stream: RandomStream

  package init(
    length: Int, given: [Int32], settings: SamplingSettings, stream: RandomStream
  ) {
    self.length = length
    self.given = given
    self.settings = settings
    self.stream = stream
  }
}

/// A response and its forks, each with the part of the response that it keeps.
package struct ForkedResponse: Sendable {
  package let response: SampledResponse
  package let forks: [SampledResponse]

  package init(_ response: SampledResponse, forks: [SampledResponse]) {
    self.response = response
    self.forks = forks
  }
}
