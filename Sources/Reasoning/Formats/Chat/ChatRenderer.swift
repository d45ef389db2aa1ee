import Fields
import ModelCore

/// Writes the messages of a chat format as its template does.
struct ChatRenderer: Sendable {
  private let template: ChatTemplate?
  private let checkpoint: CheckpointText
  private let texts: ChatTexts
  /// The private characters that the format's own texts have.
  private let ownPrivate: Set<Unicode.Scalar>

  private static let privateUse = (UInt32(0xE000)...0xF8FF).compactMap(Unicode.Scalar.init)

  init(_ template: ChatTemplate?, checkpoint: CheckpointText, texts: ChatTexts) {
    self.template = template
    self.checkpoint = checkpoint
    self.texts = texts
    let own = [
      template?.text ?? "", texts.systemPrompt, texts.beforeProblem, texts.afterProblem,
      texts.budgetPrompt ?? "", texts.beginThinking, texts.beginBudget, texts.endBudget,
    ]
    ownPrivate = Set(own.flatMap(\.unicodeScalars).filter { (0xE000...0xF8FF).contains($0.value) })
  }

  private var tokenizer: any Tokenizer { checkpoint.tokenizer }

  // MARK: Text

  /// Returns the messages of a problem.
  func messages(_ problem: String, budget: Int? = nil) -> [ChatMessage] {
    let user = ChatMessage(role: "user", content: texts.userTurn(problem, budget: budget))
    guard !texts.systemPrompt.isEmpty else { return [user] }
    return [ChatMessage(role: "system", content: texts.systemPrompt), user]
  }

  /// Returns the text of a prompt, without what opens its response.
  func prompt(_ problem: String, budget: Int? = nil) throws(TemplateError) -> String {
    guard template != nil else {
      return messages(problem, budget: budget).compactMap(\.content).joined(separator: "\n\n")
    }
    return try chat(messages(problem, budget: budget), addGenerationPrompt: true)?.text ?? ""
  }

  /// Returns messages as the template writes them; nil without a template.
  func chat(
    _ messages: [ChatMessage], addGenerationPrompt: Bool
  ) throws(TemplateError) -> RenderedChat? {
    guard let template else { return nil }
    var extra: [String: TemplateValue] = [:]
    if let flag = texts.enableThinking { extra["enable_thinking"] = .bool(flag) }
    return try template.render(
      messages, addGenerationPrompt: addGenerationPrompt, extra: extra,
      bosToken: checkpoint.beginText, eosToken: checkpoint.endText)
  }

  var hasTemplate: Bool { template != nil }

  /// True if the template marks what the assistant writes.
  var marksGeneration: Bool { template?.marksGeneration ?? false }

  // MARK: Tokens

  /// Returns the ids of a prompt's text or of its beginning. Templates write the token that begins
  /// sequences themselves; without one the tokenizer puts it before the text, if it does so at all.
  func tokens(_ text: String) throws(TokenizerError) -> [Int32] {
    let ids = try tokenizer.encode(text)
    return template == nil ? beginning + ids : ids
  }

  /// The tokens that the tokenizer puts before a text.
  private var beginning: ArraySlice<Int32> {
    let text = "a"
    guard let plain = try? tokenizer.encode(text),
      let whole = try? tokenizer.encode(text, addSpecial: true, parseSpecial: true),
      let place = whole.firstRange(of: plain)
    else { return [] }
    return whole[..<place.lowerBound]
  }

  // MARK: Frames

  /// A prompt divided at its problem's text.
  struct Frame {
    var before: String
    var after: String
  }

  /// Returns a prompt divided where the problem's text stands, without its white space at both
  /// ends, which some templates remove; nil if the template writes it not at all or several times.
  /// - Parameters:
  ///   - budget: the budget that the user's turn gives.
  ///   - opening: the text after the prompt.
  func frame(
    _ problem: String, budget: Int?, opening: String
  ) throws(TemplateError) -> Frame? {
    let used = Set(problem.unicodeScalars)
    guard
      let place = Self.privateUse.first(where: { !ownPrivate.contains($0) && !used.contains($0) })
    else { return nil }
    let start = problem.prefix(while: \.isWhitespace)
    let end = problem.dropFirst(start.count).reversed().prefix(while: \.isWhitespace)
    let text = try prompt(start + String(place) + String(end.reversed()), budget: budget)
    return (text + opening).parts(around: String(place)).map {
      Frame(before: $0.before, after: $0.after)
    }
  }

  /// Returns what all prompts with a header of some form have in common.
  func frame(_ header: ResponseHeader, opening: String) throws(FormatError) -> Frame {
    let frame: Frame?
    do {
      frame = try self.frame("", budget: header.givenBudget, opening: opening)
    } catch {
      throw FormatError("chat_template", error.inOneLine, help: error.help)
    }
    guard let frame else {
      throw FormatError("chat_template", "the chat template does not write the user's turn once")
    }
    return frame
  }

  /// True if the template ends prompts with the beginning of thinking.
  func opensThinking() throws(FormatError) -> Bool {
    guard template != nil, !texts.beginThinking.isEmpty else { return false }
    let after = try frame(.none, opening: "").after
    return after != after.without(suffix: texts.beginThinking)
  }

  /// True if the template ends prompts with the end of thinking: those of some models write an
  /// empty thought where `enable_thinking` is false.
  func endsThinking() throws(FormatError) -> Bool {
    guard template != nil, !texts.endThinking.isEmpty else { return false }
    let after = try frame(.none, opening: "").after.withoutSpaceAround
    return after != after.without(suffix: texts.endThinking.withoutSpaceAround)
  }

  // MARK: Ends

  /// Returns the tokens that end responses, the one first that ends the assistant's turn in the
  /// template, if that can be told.
  func endTokens() throws(FormatError) -> [Int32] {
    let ends = checkpoint.endTokens.filter { tokenizer.token($0) != nil }
    guard let first = ends.first else {
      throw FormatError(
        "model", "the model names no token that ends responses (eos_token_id)")
    }
    guard ends.count > 1, let mark = Self.privateUse.first(where: { !ownPrivate.contains($0) }),
      let chat = try? chat(
        messages("?") + [ChatMessage(role: "assistant", content: String(mark))],
        addGenerationPrompt: false),
      let ids = chat.text.parts(around: String(mark)).flatMap({ try? tokenizer.encode($0.after) })
    else { return ends }
    let turn = ids.first(where: ends.contains) ?? first
    return [turn] + ends.filter { $0 != turn }
  }
}

extension ResponseHeader {
  /// The budget of a header that gives one; nil for others.
  package var givenBudget: Int? { if case .given(let budget) = self { budget } else { nil } }
}
