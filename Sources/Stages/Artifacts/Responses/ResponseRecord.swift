import ModelCore
package import Reasoning

/// A stored response, with everything that tables and training need.
package struct ResponseRecord: Sendable {
  package var split: String
  package var problem: Problem
  /// The index of this response among the problem's responses, from 0.
  package var sample: Int
  /// The tokens; empty if the response came as `text`.
  package var tokens: [Int32]
  /// The log-probability of each token under the sampling temperature.
  package var logProbabilities: [Float]
  /// Tokens of the prompt as the model read it, with its template and a header before the response;
  /// nil if it was given as text, or was not recorded.
  package var promptTokenCount: Int?
  package var thinkingTokenCount: Int
  /// Tokens between the end of thinking and that of the response; 0 when unfinished.
  package var answerTokenCount: Int
  /// The response's length: thinking and its end, the answer and the end of the response.
  package var tokenCount: Int
  /// False if nothing says how many tokens the response has, so that the counts mean nothing: an
  /// imported log may have none.
  package var hasLength = true
  /// False if nothing says how many of the tokens are thinking: a server may count no more than the
  /// whole.
  package var hasThinkingLength = true
  package var stop: String
  /// The limits that cut the response, in the order in which they did: the budget of its thinking
  /// and then what ended it; empty if nothing was cut.
  package var cutBy: [LengthCap]
  package var isFinished: Bool
  package var answer: String
  /// The verdict on the answer; wrong if the response did not finish.
  package var verdict: Verdict
  /// The budget of the response: a limit on its thinking, or a number announced to the model.
  /// Absent if the response has none.
  package var budget: Int?
  /// The role of the budget; absent for a response without one.
  package var budgetUse: BudgetUse?
  /// The budget that the model stated, if it was asked to and a number can be read.
  package var statedBudget: Int?
  /// The thoughts that its thinking consists of, as `ThoughtOpenings` count them; nil if the format
  /// has no words for it, or they were not counted.
  package var thoughtCount: Int?
  /// The index of this summary among those of one cut of a thought, from 0; absent if thoughts are
  /// not cut.
  package var summary: Int?
  /// The positions in `tokens` that a budget forced, so that the model did not sample them; absent
  /// if none.
  package var forced: [Int]?
  /// The response as text, given by a program or by a policy without `token_ids`; nil if `tokens`
  /// are of our own vocabulary.
  package var text: String?
  /// The notes of the server that answered; nil if none did.
  package var note: AnswerNote?

  /// The role of a response's budget.
  package enum BudgetUse: String, Codable, Sendable, CaseIterable {
    /// A limit on the tokens of thinking.
    case thinking
    /// A number given to the model before its thinking.
    case prefilled
    /// A number stated by the model.
    case stated
  }

  /// Records a response that belongs to no split yet.
  /// - Parameters:
  ///   - cutBy: the limits that cut it.
  ///   - thoughtCount: the thoughts of its thinking, if they can be counted.
  package init(_ response: Response, cutBy: [LengthCap], thoughtCount: Int?) {
    split = ""
    problem = response.problem
    sample = response.sample
    tokens = response.sampled.tokens
    logProbabilities = response.sampled.logProbabilities
    promptTokenCount = response.text == nil ? response.prompt.count : response.promptTokenCount
    thinkingTokenCount = response.graded.thinkingTokenCount
    answerTokenCount = response.parsed.answerTokenCount
    tokenCount = response.graded.tokenCount
    stop = response.sampled.stop.rawValue
    self.cutBy = cutBy
    isFinished = response.graded.isFinished
    answer = response.parsed.answer
    verdict = response.graded.verdict
    statedBudget = response.parsed.statedBudget
    self.thoughtCount = thoughtCount
    forced = response.forced.isEmpty ? nil : response.forced
    text = response.text
    note = response.note
    hasLength = response.hasLength
    hasThinkingLength = response.hasThinkingLength
  }

  /// An unfinished response without tokens, which a text is to be put into.
  package init(textOf problem: Problem, in split: String) {
    self.split = split
    self.problem = problem
    sample = 0
    tokens = []
    logProbabilities = []
    thinkingTokenCount = 0
    answerTokenCount = 0
    tokenCount = 0
    stop = StopReason.length.rawValue
    cutBy = []
    isFinished = false
    answer = ""
    verdict = .wrong
    text = ""
  }

  package func with(split: String) -> ResponseRecord {
    var record = self
    record.split = split
    return record
  }

  package var isCorrect: Bool { verdict == .right }

  /// The answer; nil if the response ended before one was given.
  package var sampledAnswer: String? { isFinished ? answer : nil }

  package var graded: GradedResponse {
    GradedResponse(
      tokenCount: tokenCount, thinkingTokenCount: thinkingTokenCount, verdict: verdict,
      isFinished: isFinished, statedBudget: statedBudget)
  }

  /// The budget that the response length should follow: stated by the model, or given to it. Nil if
  /// the number is 0, which means no budget.
  package var announcedBudget: Int? {
    (budgetUse == .prefilled ? budget : statedBudget).flatMap { $0 > 0 ? $0 : nil }
  }

  /// The budget header that the response was generated after.
  package var header: ResponseHeader {
    switch budgetUse {
    case .prefilled: .given(budget ?? 0)
    case .stated: .stated
    case .thinking, nil: .none
    }
  }
}
