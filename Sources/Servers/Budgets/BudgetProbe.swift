/// Asks a server to think about a small question with a tiny budget, and looks at how long it
/// thought. Servers read the budget in different fields, and each can ignore it unseen.
package struct BudgetProbe: Sendable, Hashable {
  /// The tokens that are asked for.
  package static let budget = 32
  /// Enough to see that a budget is ignored.
  package static let maxTokens = 512
  static let question = """
    Three friends share 47 apples so that each has a different odd number, and the one with the \
    fewest has at least 9. In how many ways can they share them? Check every case.
    """

  package let obedience: BudgetObedience
  /// The reason in words, for a table or a message.
  package let reason: String
  /// The response that was looked at; nil if there was none.
  package let response: ServerResponse?

  /// Asks once.
  /// - Throws: `ServerError` for anything but a refusal of the budget.
  package static func run(on client: ServerClient) async throws -> BudgetProbe {
    guard client.dialect.offers.contains(.thinkingBudget) else {
      return BudgetProbe(
        obedience: .unsupported,
        reason: "the dialect '\(client.dialect.name)' has no field for a budget", response: nil)
    }
    var request = ServerRequest(
      .chat([ServerMessage(role: "user", content: question)]), maxTokens: maxTokens, seed: 1)
    request.temperature = 0
    request.thinkingBudget = budget
    if client.dialect.offers.contains(.thinkingSwitch) { request.thinking = true }
    // The texts of its tokens, which tell the length of thinking where neither ids nor a count do.
    if !client.dialect.offers.contains(.chatTokens) { request.logProbabilities = 0 }
    do {
      return judge(try await client.answer(to: request))
    } catch ServerError.badRequest(_, let message) {
      return BudgetProbe(
        obedience: .unsupported, reason: "the server refuses a budget: \(message)", response: nil)
    }
  }

  static func judge(_ response: ServerResponse) -> BudgetProbe {
    guard response.thinking != nil || response.thinkingTokens.map({ $0 > 0 }) == true else {
      return BudgetProbe(
        obedience: .unsupported, reason: "the model did not think apart from its answer",
        response: response)
    }
    let obedience = BudgetCheck.obedience(of: response, to: budget)
    let count = BudgetCheck.thinkingTokens(in: response).map(String.init) ?? "an unsaid number of"
    return BudgetProbe(
      obedience: obedience,
      reason: "\(count) thinking tokens of \(response.completionTokens) after a budget of "
        + "\(budget)", response: response)
  }
}
