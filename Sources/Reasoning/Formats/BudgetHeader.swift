/// `<b>NNN</b>`, a budget in three digits between a prompt and `<t>`.
///
/// Li et al. 2025, SelfBudgeter (arXiv 2505.11274): the model states the length of its response, or
/// is given one, and then responds. The budget counts the tokens after `<t>`, so the header itself
/// is not counted.
package enum BudgetHeader {
  /// The largest number with three digits.
  package static let largest = 999

  /// The tokens of `<b>NNN</b>`. A budget outside 0...999 becomes the nearest number in this range.
  package static func tokens(_ budget: Int) -> [Int32] {
    let number = min(max(budget, 0), largest)
    let digits = [number / 100, number / 10 % 10, number % 10]
    return [LadderVocabulary.beginBudget] + digits.map { zero + Int32($0) }
      + [LadderVocabulary.endBudget]
  }

  /// Id of the digit 0; the ids of the ten digits are consecutive.
  private static let zero = Int32(LadderVocabulary.tokens.firstIndex(of: "0")!)
}

/// The tokens between a prompt and the sampled tokens.
package enum ResponseHeader: Sendable, Hashable {
  /// `<t>`: no budget; the response begins with thinking.
  case none
  /// `<b>NNN</b><t>`: a budget is given.
  case given(Int)
  /// `<b>`: the response begins with the budget that the model states.
  case stated

  package var tokens: [Int32] {
    switch self {
    case .none: [LadderVocabulary.beginThinking]
    case .given(let budget): BudgetHeader.tokens(budget) + [LadderVocabulary.beginThinking]
    case .stated: [LadderVocabulary.beginBudget]
    }
  }

  /// The most tokens after a problem's prompt: this header, and a response.
  package func longestSequence(response: Int) -> Int { tokens.count + response }

  /// The most tokens after a problem's prompt: this header, a thought, the `</t>` that ends it, and
  /// an answer.
  package func longestSequence(thinkingBudget: Int, answerBudget: Int) -> Int {
    longestSequence(response: thinkingBudget + 1 + answerBudget)
  }

  /// How a response goes on after it.
  var opening: ResponseOpening { self == .stated ? .budget : .thinking }
}
