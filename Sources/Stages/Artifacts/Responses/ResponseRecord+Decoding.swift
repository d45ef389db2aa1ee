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
    // A length of null says that it is not known.
    hasLength = try !members.contains(.tokenCount) || !members.decodeNil(forKey: .tokenCount)
    // Programs may leave out members that follow from the others.
    tokenCount =
      try members.decodeIfPresent(Int.self, forKey: .tokenCount)
      ?? members.decode([Int32].self, forKey: .tokens).count
    hasThinkingLength =
      try !members.contains(.thinkingTokenCount) || !members.decodeNil(forKey: .thinkingTokenCount)
    promptTokenCount = try members.decodeIfPresent(Int.self, forKey: .promptTokenCount)
    answerTokenCount = try members.decodeIfPresent(Int.self, forKey: .answerTokenCount) ?? 0
    thinkingTokenCount =
      try members.decodeIfPresent(Int.self, forKey: .thinkingTokenCount)
      ?? tokenCount - answerTokenCount
    isFinished = try members.decode(Bool.self, forKey: .isFinished)
    stop =
      try members.decodeIfPresent(String.self, forKey: .stop)
      ?? (isFinished ? StopReason.stopToken : .length).rawValue
    answer = try members.decode(String.self, forKey: .answer)
    let isCorrect = try members.decode(Bool.self, forKey: .isCorrect)
    let isUnreadable = try members.decodeIfPresent(Bool.self, forKey: .isUnreadable) ?? false
    verdict = isCorrect ? .right : isUnreadable ? .unreadable : .wrong
    budget = try members.decodeIfPresent(Int.self, forKey: .budget)
    budgetUse = try members.decodeIfPresent(BudgetUse.self, forKey: .budgetUse)
    statedBudget = try members.decodeIfPresent(Int.self, forKey: .statedBudget)
    thoughtCount = try members.decodeIfPresent(Int.self, forKey: .thoughtCount)
    summary = try members.decodeIfPresent(Int.self, forKey: .summary)
    forced = isWhole ? try members.decodeIfPresent([Int].self, forKey: .forced) : nil
    note = try members.decodeIfPresent(AnswerNote.self, forKey: .note)
    text = isWhole ? try members.decodeIfPresent(String.self, forKey: .text) : nil
    // Responses from before limits were recorded name none; what cut them follows from the rest,
    // except for a context that ended before `max_new_tokens`.
    cutBy =
      try members.decodeIfPresent([LengthCap].self, forKey: .cutBy)
      ?? LengthCap.those(
        cutThinking: try members.decodeIfPresent([Int].self, forKey: .forced)?.isEmpty == false,
        isFinished: isFinished,
        isAtLength: stop == StopReason.length.rawValue,
        limit: budgetUse == .thinking ? .answerBudget : .maxNewTokens)
  }
}

extension CodingUserInfoKey {
  /// The key that is set while responses are decoded without their tokens.
  static let skipsTokens = CodingUserInfoKey(rawValue: "skipsTokens")!
}
