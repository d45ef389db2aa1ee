import Foundation
import ModelCore
import Reasoning

extension ResponseRecord: Decodable {
  package init(from decoder: any Swift.Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    split = try members.decode(String.self, forKey: .split)
    problem = try members.decode(Problem.self, forKey: .problem)
    sample = try members.decode(Int.self, forKey: .sample)
    let isWhole = decoder.userInfo[.skipsTokens] == nil
    tokens = isWhole ? try members.decodeIfPresent([Int32].self, forKey: .tokens) ?? [] : []
    logProbabilities =
      isWhole ? try members.decodeIfPresent([Float].self, forKey: .logProbabilities) ?? [] : []
    // Programs may leave out members that follow from the others.
    tokenCount =
      try members.decodeIfPresent(Int.self, forKey: .tokenCount)
      ?? members.decode([Int32].self, forKey: .tokens).count
    answerTokenCount = try members.decodeIfPresent(Int.self, forKey: .answerTokenCount) ?? 0
    thinkingTokenCount =
      try members.decodeIfPresent(Int.self, forKey: .thinkingTokenCount)
      ?? tokenCount - answerTokenCount
    isFinished = try members.decode(Bool.self, forKey: .isFinished)
    stop =
      try members.decodeIfPresent(String.self, forKey: .stop)
      ?? (isFinished ? StopReason.stopToken : .length).rawValue
    answer = try members.decode(String.self, forKey: .answer)
    isCorrect = try members.decode(Bool.self, forKey: .isCorrect)
    budget = try members.decodeIfPresent(Int.self, forKey: .budget)
    budgetUse = try members.decodeIfPresent(BudgetUse.self, forKey: .budgetUse)
    statedBudget = try members.decodeIfPresent(Int.self, forKey: .statedBudget)
    summary = try members.decodeIfPresent(Int.self, forKey: .summary)
    forced = isWhole ? try members.decodeIfPresent([Int].self, forKey: .forced) : nil
    text = isWhole ? try members.decodeIfPresent(String.self, forKey: .text) : nil
  }
}

extension CodingUserInfoKey {
  /// The key that is set while responses are decoded without their tokens.
  static let skipsTokens = CodingUserInfoKey(rawValue: "skipsTokens")!
}
