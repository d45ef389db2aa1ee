/// `<b>NNN</b>`, a budget in three digits, which stands between a prompt and `<t>`.
///
/// Li et al. 2025, SelfBudgeter (arXiv 2505.11274): the model states how long its response will be,
/// or is told, and then responds. The budget counts what follows `<t>`, so the header is no part of
/// it.
package enum BudgetHeader {
  /// The largest number that three digits can say.
  package static let largest = 999

  /// `<b>NNN</b>`. A budget that three digits cannot say is given as the nearest that they can.
  package static func tokens(_ budget: Int) -> [Int32] {
    let number = min(max(budget, 0), largest)
    let digits = [number / 100, number / 10 % 10, number % 10]
    return [LadderVocabulary.beginBudget] + digits.map { zero + Int32($0) }
      + [LadderVocabulary.endBudget]
  }

  /// The digits are ten ids in a row.
  private static let zero = Int32(LadderVocabulary.tokens.firstIndex(of: "0")!)
}

/// What stands between a prompt and what is drawn.
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

  /// How a response goes on after it.
  var opening: ResponseOpening { self == .stated ? .budget : .thinking }
}
