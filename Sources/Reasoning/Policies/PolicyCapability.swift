/// Something that not every policy can do. A stage demands capabilities by name, and a pipeline is
/// refused if its policy lacks one.
package enum PolicyCapability: String, Sendable, Hashable, CaseIterable {
  /// Prompts and responses are token ids of the experiment's own tokenizer, instead of text.
  case tokenIDs = "token_ids"
  /// The log-probability of every sampled and of any given token is known.
  case logProbabilities = "log_probabilities"
  /// The model's state at every token can be read.
  case hiddenStates = "hidden_states"
  /// A response can be continued several times from any of its tokens.
  case forks
  /// The policy can be trained.
  case gradients
}

/// A policy was asked for something that it cannot do.
package struct PolicyLacks: Error, Hashable, CustomStringConvertible {
  package let capability: PolicyCapability
  /// The policy's own name for itself.
  package let policy: String

  package init(_ capability: PolicyCapability, policy: String) {
    self.capability = capability
    self.policy = policy
  }

  package var description: String { "the policy '\(policy)' has no \(capability.rawValue)" }
}
