import ModelCore

/// A response of a step with its reward, for whoever watches a training.
package struct PlayedResponse: Sendable {
  package let problem: Problem
  package let tokens: [Int32]
  package let graded: GradedResponse
  package let reward: Double
  /// The contribution of each reward term, after weighting.
  package let terms: [String: Double]

  package init(
    problem: Problem, tokens: [Int32], graded: GradedResponse, reward: Double,
    terms: [String: Double]
  ) {
    self.problem = problem
    self.tokens = tokens
    self.graded = graded
    self.reward = reward
    self.terms = terms
  }
}

extension CollectedRollout {
  /// All responses in order, also those that a filter keeps from the update.
  var responses: [PlayedResponse] {
    zip(groups, rewards).flatMap { group, rewards in
      group.episodes.enumerated().map { index, episode in
        PlayedResponse(
          problem: group.problem, tokens: episode.response.sampled.tokens,
          graded: episode.response.graded, reward: rewards.total[index],
          terms: rewards.parts.mapValues { $0[index] })
      }
    }
  }
}
