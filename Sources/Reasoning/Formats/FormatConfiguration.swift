package import Fields

/// The response format as a pipeline writes it: `response_format`.
///
/// A named format says how a family of models writes; every other field replaces a part of it. All
/// of it decides what models read and write, so it is part of the keys of stages. The path is not:
/// the content of the files there is.
package struct FormatConfiguration: FieldGroup, Hashable {
  package var name = ResponseFormats.standardName
  package var model = ""
  package var chatTemplate: String?
  package var systemPrompt: String?
  package var userPrompt: String?
  package var enableThinking: Bool?
  package var beginThinking: String?
  package var endThinking: String?
  package var closing: String?
  package var bridge: String?
  package var answer: [String] = []
  package var answerText: String?
  package var stop: [String] = []
  package var budgetPrompt: String?
  package var beginBudget: String?
  package var endBudget: String?

  package init() {}

  package static let meaning = "The written form of prompts and responses"
  package static var revision: Int { AnswerFinders.revision }
  package static var fields: [Field<FormatConfiguration>] {
    [
      .choice("name", \.name, of: ResponseFormats.choices, "The format to begin with", .semantic),
      .string(
        "model", \.model,
        "The model folder or GGUF file whose tokenizer, chat template and end tokens are used",
        .operational),
      .string(
        "chat_template", \.chatTemplate,
        "A template in Jinja instead of the model's own", .semantic),
      .string("system_prompt", \.systemPrompt, "The system's turn", .semantic),
      .string(
        "user_prompt", \.userPrompt, "The user's turn; {problem} is the problem's text", .semantic),
      .bool(
        "enable_thinking", \.enableThinking, "A variable that some chat templates read",
        .semantic),
      .string(
        "begin_thinking", \.beginThinking, "Text given between the prompt and the first token",
        .semantic),
      .string(
        "end_thinking", \.endThinking,
        "Text that ends thinking; empty if a response is not divided", .semantic),
      .string(
        "closing", \.closing,
        "Text that teachers write between thinking and answer, with end_thinking", .semantic),
      .string(
        "bridge", \.bridge, "Text put after a cut thought; an answer follows it", .semantic),
      .strings(
        "answer", \.answer, of: AnswerFinders.choices, count: 0...8,
        "Where the answer is, the first that finds one decides", .semantic),
      .string(
        "answer_text", \.answerText,
        "The answer of a teacher without words; {answer} stands for it",
        .semantic),
      .strings(
        "stop", \.stop, count: 0...16, "Texts that end a response besides the end tokens",
        .semantic),
      .string(
        "budget_prompt", \.budgetPrompt,
        "Text after the problem that gives a budget; {budget} stands for it. Absent: a header "
          + "gives it", .semantic),
      .string("begin_budget", \.beginBudget, "Text before a budget in a response", .semantic),
      .string("end_budget", \.endBudget, "Text after a budget in a response", .semantic),
    ]
  }

  /// The format; the standard one if there is a mistake, which `issues()` tells.
  package var format: any ResponseFormat { (try? resolved()) ?? ResponseFormats.standard }

  /// Makes the format. It is the same value for every stage that writes the same, so that a
  /// tokenizer is read once.
  package func resolved() throws(FormatError) -> any ResponseFormat {
    guard let named = ResponseFormats.named(name) else {
      let unknown = UnknownName("response format", name, among: ResponseFormats.all.map(\.name))
      throw FormatError("name", unknown.statement, help: unknown.help)
    }
    guard !model.isEmpty else { return try named.format(self) }
    // The path of a pipeline is made absolute, but not each of several that are swept.
    guard model.hasPrefix("/") else {
      throw FormatError(
        "model", "the model of a response format cannot be swept",
        help: "write a stage for each model, with its own 'response_format'")
    }
    return try FormatCache.format(of: self) { () throws(FormatError) in
      try named.format(self)
    }
  }

  package func issues() -> [FieldIssue] {
    do {
      _ = try resolved()
      return []
    } catch {
      return [error.issue]
    }
  }
}
