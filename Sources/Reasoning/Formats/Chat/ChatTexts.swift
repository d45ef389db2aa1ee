import Fields

/// The texts of a chat format: those of a pipeline, and of a family of models where it writes none.
struct ChatTexts: Sendable, Hashable {
  var systemPrompt: String
  /// The user's turn before and after the problem's text.
  var beforeProblem: String
  var afterProblem: String
  var enableThinking: Bool?
  var beginThinking: String
  var endThinking: String
  var closing: String
  var bridge: String
  /// The names of the rules that find answers.
  var answerFinders: [String]
  /// The text around an answer without words.
  var beforeAnswer: String
  var afterAnswer: String
  var stop: [String]
  var budgetPrompt: String?
  var beginBudget: String
  var endBudget: String

  /// The texts before an answer in responses that are not divided.
  private static let undividedClosing = "\n\n"
  private static let undividedBridge = "\n\nFinal answer: \\boxed{"

  /// - Throws: an error at the field whose text cannot be what it is for.
  init(
    _ written: FormatConfiguration, defaults: FormatConfiguration
  ) throws(FormatError) {
    systemPrompt = written.systemPrompt ?? defaults.systemPrompt ?? ""
    (beforeProblem, afterProblem) = try Self.parts(
      of: written.userPrompt ?? defaults.userPrompt ?? "{problem}", at: "{problem}", "user_prompt")
    enableThinking = written.enableThinking ?? defaults.enableThinking
    beginThinking = written.beginThinking ?? defaults.beginThinking ?? ""
    endThinking = written.endThinking ?? defaults.endThinking ?? ""
    // A family's closing and bridge belong to its own end of thinking.
    let isOwnEnd = endThinking == defaults.endThinking ?? ""
    let isDivided = !endThinking.isEmpty
    closing =
      written.closing ?? (isOwnEnd ? defaults.closing : nil)
      ?? (isDivided ? endThinking : Self.undividedClosing)
    bridge =
      written.bridge ?? (isOwnEnd ? defaults.bridge : nil)
      ?? (isDivided ? closing : Self.undividedBridge)
    answerFinders = written.answer.isEmpty ? defaults.answer : written.answer
    (beforeAnswer, afterAnswer) = try Self.parts(
      of: written.answerText ?? defaults.answerText ?? "{answer}", at: "{answer}", "answer_text")
    stop = written.stop.isEmpty ? defaults.stop : written.stop
    budgetPrompt = written.budgetPrompt ?? defaults.budgetPrompt
    beginBudget = written.beginBudget ?? defaults.beginBudget ?? "<budget>"
    endBudget = written.endBudget ?? defaults.endBudget ?? "</budget>\n"

    guard endBudget.contains(where: { !$0.isWhitespace && !$0.isNumber }) else {
      throw FormatError("end_budget", "end_budget must tell where the number ends")
    }
    guard !stop.contains("") else { throw FormatError("stop", "a text in 'stop' is empty") }
    if let budgetPrompt, budgetPrompt.parts(around: "{budget}") == nil {
      throw FormatError("budget_prompt", "budget_prompt must have {budget} once")
    }
    for (name, text) in [("closing", closing), ("bridge", bridge)] where isDivided {
      guard text.parts(around: endThinking) != nil else {
        throw FormatError(name, "\(name) must have end_thinking, '\(endThinking)', in it once")
      }
    }
  }

  private static func parts(
    of text: String, at mark: String, _ field: String
  ) throws(FormatError) -> (before: String, after: String) {
    guard let parts = text.parts(around: mark) else {
      throw FormatError(field, "\(field) must have \(mark) once")
    }
    return parts
  }

  /// Returns the user's turn.
  /// - Parameter budget: the budget to give in it; nil for none.
  func userTurn(_ problem: String, budget: Int?) -> String {
    let turn = beforeProblem + problem + afterProblem
    guard let budget, let parts = budgetPrompt?.parts(around: "{budget}") else { return turn }
    return turn + parts.before + String(budget) + parts.after
  }

  /// The end of thinking in `closing`, with what stands before and after it.
  var closingParts: (before: String, after: String) {
    closing.parts(around: endThinking) ?? ("", closing)
  }

  /// True if the bridge begins to write an answer.
  var bridgeOpensAnswer: Bool {
    !beforeAnswer.isEmpty
      && bridge.unicodeScalars.reversed().starts(with: beforeAnswer.unicodeScalars.reversed())
  }

  /// The text of the bridge behind the end of thinking, if it begins to write an answer; else
  /// empty.
  var openedAnswer: String {
    guard bridgeOpensAnswer else { return "" }
    return bridge.parts(around: endThinking)?.after ?? bridge
  }

  /// Returns an answer as teachers write it.
  func written(_ answer: String) -> String { beforeAnswer + answer + afterAnswer }

  /// The member of `identity` with the rules that find answers.
  static let answerMember = "answer"

  var identity: [String: FieldValue] {
    [
      "system_prompt": .string(systemPrompt),
      "user_prompt": .list([.string(beforeProblem), .string(afterProblem)]),
      "enable_thinking": enableThinking.map { .bool($0) } ?? .absent,
      "begin_thinking": .string(beginThinking), "end_thinking": .string(endThinking),
      "closing": .string(closing), "bridge": .string(bridge),
      Self.answerMember: AnswerFinders.identity(of: answerFinders),
      "answer_text": .list([.string(beforeAnswer), .string(afterAnswer)]),
      "stop": .list(stop.map { .string($0) }),
      "budget_prompt": budgetPrompt.map { .string($0) } ?? .absent,
      "begin_budget": .string(beginBudget), "end_budget": .string(endBudget),
    ]
  }
}

extension String {
  /// Returns the text before and after a mark, if it occurs exactly once. It is looked for in
  /// scalars, so that an accent after it cannot hide it.
  func parts(around mark: String) -> (before: String, after: String)? {
    guard !mark.isEmpty, let place = unicodeScalars.firstRange(of: mark.unicodeScalars),
      unicodeScalars[unicodeScalars.index(after: place.lowerBound)...]
        .firstRange(of: mark.unicodeScalars) == nil
    else { return nil }
    return (String(self[..<place.lowerBound]), String(self[place.upperBound...]))
  }

  func hasScalarPrefix(_ prefix: String) -> Bool {
    unicodeScalars.starts(with: prefix.unicodeScalars)
  }

  /// Returns the text without another at its beginning, if it begins with it, scalar by scalar.
  func without(prefix: String) -> String {
    guard hasScalarPrefix(prefix) else { return self }
    return String(unicodeScalars.dropFirst(prefix.unicodeScalars.count))
  }

  /// Returns the text without another at its end, if it ends with it, scalar by scalar.
  func without(suffix: String) -> String {
    guard unicodeScalars.reversed().starts(with: suffix.unicodeScalars.reversed()) else {
      return self
    }
    return String(unicodeScalars.dropLast(suffix.unicodeScalars.count))
  }
}
