package import Fields
package import ModelCore

/// The format of a checkpoint that talks: its chat template writes the prompt, its tokenizer reads
/// everything, its end tokens end responses.
///
/// `[system turn] [user's turn with the problem] [opening of the assistant's turn] THINKING
/// end_thinking ANSWER <end>`. If no text ends thinking, a response is not divided. Without a
/// template the prompt is the user's text alone, as base models read it. The texts are the
/// pipeline's (`FormatConfiguration`) or those of a family of models (`ChatFamily`).
package struct ChatFormat: ResponseFormat {
  package let name: String
  package let meaning: String
  package let tokenizer: any Tokenizer
  package let identity: FieldValue
  package let drawingIdentity: FieldValue

  package let endOfThinking: EndMark?
  package let endOfResponse: Int32
  package let stopTokens: [Int32]
  package let stopStrings: [TextMark]
  package let closing: [Int32]
  package let bridge: [Int32]

  package let checkpointText: CheckpointText?

  let texts: ChatTexts
  let renderer: ChatRenderer
  /// The text that opens thinking after the prompt; empty if the template has written it.
  let beginThinking: String
  /// The tokens that no text may forge: special tokens, and those that divide or end a response.
  let markTokens: Set<Int32>
  /// The mark tokens of a prompt whose problem has none, for each form of its header.
  private(set) var promptMarks: [HeaderForm: [Int32]] = [:]
  /// Ids below the number of tokens that have none.
  private let missingTokens: [Int32]

  /// - Parameters:
  ///   - texts: the texts, resolved.
  ///   - template: the chat template; nil for the user's text alone.
  /// - Throws: an error at the field whose text or template cannot be used.
  init(
    name: String, meaning: String, texts: ChatTexts, template: ChatTemplate?,
    checkpoint: CheckpointText
  ) throws(FormatError) {
    let tokenizer = checkpoint.tokenizer
    self.name = name
    self.meaning = meaning
    self.tokenizer = tokenizer
    self.texts = texts
    var written = checkpoint
    if let template { written.chatTemplate = (template.text, template.name) }
    checkpointText = written
    /// Returns the ids of a text of the format.
    func ids(_ text: String, _ field: String) throws(FormatError) -> [Int32] {
      do {
        return try tokenizer.encode(continuing: text)
      } catch {
        throw FormatError(field, "the model's tokenizer cannot read \(field): \(error)")
      }
    }
    renderer = ChatRenderer(template, checkpoint: checkpoint, texts: texts)
    let ends = try renderer.endTokens()
    endOfResponse = ends[0]
    stopTokens = ends
    stopStrings = texts.stop.map { TextMark($0, in: tokenizer) }
    for text in texts.stop { _ = try ids(text, "stop") }
    let end: EndMark? =
      if texts.endThinking.isEmpty {
        nil
      } else if let id = tokenizer.wholeToken(try ids(texts.endThinking, "end_thinking")) {
        .token(id)
      } else {
        .text(TextMark(texts.endThinking, in: tokenizer))
      }
    endOfThinking = end
    closing = try ids(texts.closing, "closing")
    bridge = try ids(texts.bridge, "bridge")
    for (field, tokens) in [("closing", closing), ("bridge", bridge)] {
      guard let end, end.place(in: tokens[...]) == nil else { continue }
      throw FormatError(field, "the tokens of \(field) do not have end_thinking in them")
    }
    _ = try ids(texts.beginThinking, "begin_thinking")
    _ = try ids(texts.beginBudget, "begin_budget")
    _ = try ids("0123456789" + texts.endBudget, "end_budget")
    beginThinking = try renderer.opensThinking() ? "" : texts.beginThinking
    markTokens = tokenizer.specialTokens.union(ends + [end?.token].compactMap { $0 })
    missingTokens = (0..<Int32(tokenizer.vocabularySize)).filter { tokenizer.token($0) == nil }
    var members = texts.identity
    members["chat_template"] = .string(template?.text ?? "")
    members["tokenizer"] = tokenizer.fingerprint
    members["stop_tokens"] = .list(ends.map { .int(Int($0)) })
    members["bos_token"] = checkpoint.beginText.map { .string($0) } ?? .absent
    members["eos_token"] = checkpoint.endText.map { .string($0) } ?? .absent
    identity = .map(members)
    members[ChatTexts.answerMember] = nil
    drawingIdentity = .map(members)
    try readPrompts()
  }

  /// Notes what all prompts have in common.
  private mutating func readPrompts() throws(FormatError) {
    for form in HeaderForm.allCases {
      let header = form.header(0)
      let frame = try renderer.frame(header, opening: opening(header))
      do {
        let ids = try renderer.tokens(frame.before) + tokenizer.encode(continuing: frame.after)
        promptMarks[form] = ids.filter(markTokens.contains)
      } catch {
        throw FormatError("chat_template", "the model's tokenizer cannot read prompts: \(error)")
      }
    }
  }

  package var countsTokens: Bool { !(tokenizer is ByteTokenizer) }

  package var characters: String { "that the model's tokenizer reads" }

  /// Ids without a token. Padding is not banned, since it often ends texts too.
  package func bannedTokens(ofVocabularySize size: Int) -> [Int32] {
    let count = tokenizer.vocabularySize
    return missingTokens + (count..<max(count, size)).map { Int32($0) }
  }

  /// All tokens of a prompt without those of its problem, before and after it.
  package func tokens(of header: ResponseHeader) -> [Int32] {
    guard
      let frame = try? renderer.frame(header, opening: opening(header)),
      let before = try? renderer.tokens(frame.before),
      let after = try? tokenizer.encode(continuing: frame.after)
    else { return [] }
    return before + after
  }
}

/// The three forms of a header, of which all headers of a form have the same marks.
enum HeaderForm: CaseIterable {
  case none, given, stated

  init(_ header: ResponseHeader) {
    self =
      switch header {
      case .none: .none
      case .given: .given
      case .stated: .stated
      }
  }

  func header(_ budget: Int) -> ResponseHeader {
    switch self {
    case .none: .none
    case .given: .given(budget)
    case .stated: .stated
    }
  }
}

extension Tokenizer {
  /// Returns the only one of a text's tokens, if the text is this token wherever it stands, as
  /// added tokens are: `</think>` of Qwen3 is, a line break is not, of which two are another token.
  func wholeToken(_ ids: [Int32]) -> Int32? {
    guard ids.count == 1, let id = ids.first else { return nil }
    let text = decode(ids)
    for around in ["", text, "x", "\n", ">"] {
      guard let found = try? encode(around + text + around) else { continue }
      guard found.count(where: { $0 == id }) == (around == text ? 3 : 1) else { return nil }
    }
    return id
  }
}
