import Fields
import ModelCore
import PipelineCore
import Reasoning

/// Compares the thinking in the responses of a split with that of the response format: a model that
/// learns both ways at once learns neither.
struct ThinkingCheck {
  private let stage: String
  private let format: any ResponseFormat
  /// True if `fields` names the responses, so that they are whole ones.
  private let areWhole: Bool

  private var marked: LineTally
  private var reopened: LineTally
  private var count = 0
  /// The places of responses that close thinking at once, and of those that never close it although
  /// they hold the answer.
  private var thoughtless: [ProblemPlace] = []
  private var undivided: [ProblemPlace] = []

  /// Marks by which models and data sets begin and end thinking.
  private static let marks = [
    "</think>", "<think>", "</thinking>", "<thinking>", "</thought>", "<thought>",
    "<|begin_of_thought|>", "<|end_of_thought|>", "</reasoning>", "<reasoning>",
  ]

  init(stage: String, format: any ResponseFormat, areWhole: Bool) {
    self.stage = stage
    self.format = format
    self.areWhole = areWhole
    marked = LineTally(
      .error, .response,
      "responses think in marks that response_format '\(format.name)' does "
        + "not have",
      help: "name the mark as end_thinking, or a format whose models think")
    reopened = LineTally(
      .error, .response, "responses open thinking that the prompt has opened",
      help: "leave the opening out of the responses, or write begin_thinking: \"\"")
  }

  mutating func add(_ problem: Problem, _ example: SupervisedExample, at place: ProblemPlace) {
    guard let text = problem.response else { return }
    count += 1
    let own = format.thinkingMark
    if let mark = Self.mark(in: text, except: own),
      own.isEmpty || format.trace(ofResponse: text, answer: "").thinking == text
    {
      marked.add(
        "the response writes '\(mark)', but response_format '\(format.name)' "
          + (own.isEmpty ? "does not divide responses" : "ends thinking by '\(own)'"), at: place)
      return
    }
    if let mark = reopenedMark(in: example) {
      reopened.add("the response opens thinking by '\(mark)', as the prompt does", at: place)
    }
    guard !own.isEmpty else { return }
    if text.contains(own) {
      let before = text[..<(text.firstRange(of: own)?.lowerBound ?? text.startIndex)]
      let isEmpty = Self.marks.reduce(String(before)) { $0.replacing($1, with: "") }
        .allSatisfy(\.isWhitespace)
      if isEmpty { thoughtless.append(place) }
    } else if areWhole, holdsAnswer(text, to: problem) {
      undivided.append(place)
    }
  }

  /// The first of the marks that a text has and the format has not. All of them begin with `<`,
  /// which most texts do not have.
  private static func mark(in text: String, except own: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "<")) else { return nil }
    return marks.first { text.contains($0) && !own.contains($0) }
  }

  /// The mark at the end of what is given and again at the beginning of what is learned.
  private func reopenedMark(in example: SupervisedExample) -> String? {
    guard let split = example.weights.firstIndex(where: { $0 != 0 }) else { return nil }
    let given = format.tokenizer.decode(Array(example.tokens[..<split].suffix(16)))
      .withoutSpaceAround
    guard let mark = Self.marks.first(where: given.hasSuffix) else { return nil }
    let learned = format.tokenizer.decode(Array(example.tokens[split...].prefix(16)))
    return learned.withoutSpaceAround.hasPrefix(mark) ? mark : nil
  }

  private func holdsAnswer(_ text: String, to problem: Problem) -> Bool {
    guard let verifier = try? AnswerVerifiers.of(problem) else { return false }
    return verifier.accepts(format.answer(in: text), for: problem)
  }

  func mistakes(in problems: InspectedProblems) -> [Diagnostic] {
    marked.diagnostics(in: problems) + reopened.diagnostics(in: problems)
      + whole(
        thoughtless, "no response thinks, but response_format '\(format.name)' lets models think",
        help: "write enable_thinking: false if the template reads it, or a format without thinking",
        in: problems)
      + whole(
        undivided,
        "no response ends thinking by '\(format.thinkingMark)', and each holds its answer: all of "
          + "it would be learned as a thought",
        help: "use a format without thinking, or divide the responses", in: problems)
  }

  /// A mistake of the split, if all of its responses have it.
  private func whole(
    _ places: [ProblemPlace], _ message: String, help: String, in problems: InspectedProblems
  ) -> [Diagnostic] {
    guard let first = places.first, places.count == count else { return [] }
    let place = problems.place(of: .response, at: first)
    return [
      Diagnostic(
        .error, "\(message) ('\(stage)' learns them)", at: place.range, in: place.file, help: help)
    ]
  }
}
