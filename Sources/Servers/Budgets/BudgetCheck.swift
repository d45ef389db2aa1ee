/// Tells whether a server kept to a budget of thinking tokens.
package enum BudgetObedience: String, Sendable, Hashable, Codable {
  case obeyed
  /// More tokens of thinking than allowed: the server did not read the field, or does not enforce
  /// it.
  case ignored
  /// The server cannot be asked for a budget.
  case unsupported
  /// The response shows no number of thinking tokens that could be compared.
  case unknown
}

/// Compares the thinking of a response with the budget that was asked for.
package enum BudgetCheck {
  /// The tokens by which an enforced budget may be passed: a server finishes a character, and puts
  /// the words and the tag of the end after it.
  package static let slack = 16

  /// - Parameters:
  ///   - budget: the tokens that were asked for.
  ///   - thinkingTokens: the tokens of thinking if the caller counted them by their ids; nil for
  ///     the server's own count.
  package static func obedience(
    of response: ServerResponse, to budget: Int, thinkingTokens: Int? = nil
  ) -> BudgetObedience {
    if let count = thinkingTokens ?? self.thinkingTokens(in: response) {
      return count <= budget + slack ? .obeyed : .ignored
    }
    // Thinking is a part of the response.
    if response.completionTokens <= budget { return .obeyed }
    guard let thinking = response.thinking else { return .unknown }
    // No count: the response's tokens, divided as its characters are. Half as much again is allowed
    // for the difference between thinking and answers.
    let all = thinking.count + response.text.count
    guard all > 0 else { return .unknown }
    let estimate = Double(response.completionTokens) * Double(thinking.count) / Double(all)
    return estimate <= 1.5 * Double(budget) + Double(slack) ? .obeyed : .ignored
  }

  /// Returns the tokens of thinking: as the server counts them, or those before the closing tag,
  /// which may be several tokens itself; nil if neither is known.
  package static func thinkingTokens(in response: ServerResponse) -> Int? {
    if let count = response.thinkingTokens { return count }
    guard let thinking = response.thinking else { return nil }
    // Thinking that was not closed is the whole response.
    if response.text.isEmpty, !thinking.isEmpty { return response.completionTokens }
    guard let tokens = response.tokenProbabilities?.map(\.token) else { return nil }
    let text = Array(tokens.joined().utf8)
    let tag = Array(ThinkingTags.closing.utf8)
    guard let end = text.firstRange(of: tag)?.lowerBound else { return nil }
    var (count, length) = (0, 0)
    for token in tokens where length < end {
      length += token.utf8.count
      count += 1
    }
    return count
  }
}
