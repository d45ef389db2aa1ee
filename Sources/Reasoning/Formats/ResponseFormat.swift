package import Fields
package import ModelCore

/// The written form of a prompt and its response: which tokens they are, how thinking opens and
/// closes, where the answer is, how a budget is stated.
///
/// Every stage of an experiment shares one format: training, sampling, cutting, grading and reports
/// read this value, and none of them knows a vocabulary. A new format is one file, which implements
/// what has no default in the extensions below, and one line in `ResponseFormats`.
package protocol ResponseFormat: Sendable {
  var name: String { get }
  /// One line of description for the schema.
  var meaning: String { get }
  var tokenizer: any Tokenizer { get }
  /// Everything that decides what a model reads and how its responses are read: it is part of the
  /// keys of responses. Absent for `ladder`, whose keys are older than formats.
  var identity: FieldValue { get }
  /// The part of `identity` that decides the responses themselves. It lacks the rules that find
  /// answers, so that other rules read stored responses anew and none is drawn again.
  var drawingIdentity: FieldValue { get }
  /// The text of a checkpoint that writes this format, for models that are trained in it; nil if a
  /// tokenizer is all.
  var checkpointText: CheckpointText? { get }

  // MARK: Text

  /// Returns the ids of a text of a prompt, a thought or an answer. A text must not be able to
  /// forge the format's own marks.
  func encode(_ text: String) throws(ProblemError) -> [Int32]
  /// Returns the number of tokens of a text, also if the text cannot be encoded.
  func tokenCount(of text: String) -> Int
  /// Returns true if a text may contain the scalar.
  func reads(_ scalar: Unicode.Scalar) -> Bool
  /// All characters that a text may contain, for messages about others.
  var characters: String { get }

  // MARK: Prompts

  /// Returns the tokens that a model continues: the prompt's text in its template, and the header.
  func prompt(of problem: Problem, header: ResponseHeader) throws(ProblemError) -> [Int32]
  /// Returns the tokens of a prompt that are not the problem's text, up to the first sampled one.
  func tokens(of header: ResponseHeader) -> [Int32]
  /// Returns the prompt as turns for a policy that has the template; nil if there are none, or if
  /// a text begins the response, which only a whole prompt can give.
  func messages(of problem: Problem, header: ResponseHeader) -> [PolicyMessage]?
  /// True if its tokenizer is that of a model, so that it counts tokens as the model does.
  var countsTokens: Bool { get }

  // MARK: Responses

  /// The mark that ends thinking where the model ends it itself; nil if a response is not divided:
  /// it is all thinking, and the answer is found in it.
  var endOfThinking: EndMark? { get }
  /// The words with which a new thought begins, by which thoughts are counted; empty if thoughts
  /// are not written in words.
  var thoughtOpenings: [String] { get }
  /// The token that a teacher ends a response with.
  var endOfResponse: Int32 { get }
  /// All tokens and texts at which sampling stops, because the response ends there.
  var stopTokens: [Int32] { get }
  var stopStrings: [TextMark] { get }
  /// The tokens that a teacher writes between thinking and answer, from `endOfThinking` on.
  var closing: [Int32] { get }
  /// The tokens that are put after a thought that was cut; an answer can follow at once.
  var bridge: [Int32] { get }
  /// Returns the tokens that sampling must never produce, for a model with this many ids. An id
  /// without a token has no meaning, so it is banned too.
  func bannedTokens(ofVocabularySize size: Int) -> [Int32]
  /// Returns the answer in the text between the end of thinking and that of the response, or in the
  /// whole text if nothing ends thinking.
  func answer(in text: String) -> String
  /// Returns the place where a response ends that no stop ended: that of an answer which a bridge
  /// opened and the model closed; nil if there is none.
  func endOfBridgedAnswer(in response: ArraySlice<Int32>) -> MarkPlace?

  // MARK: Teachers

  /// Returns the whole response that a teacher's trace stands for.
  func response(_ trace: TeacherTrace) throws(ProblemError) -> [Int32]
  /// Returns the text of a trace's answer after `bridge`, up to the end of the response.
  func bridgedAnswer(of trace: TeacherTrace) -> String
  /// Returns a problem and a stored response as the format's template writes the conversation, with
  /// the tokens to learn, if the template marks them; nil if prompt and response are put together.
  func conversation(
    with response: String, to problem: Problem
  ) throws(ProblemError) -> MaskedConversation?
  /// Divides a response given as text at its first end of thinking.
  /// - Parameter answer: the answer to use if thinking does not end.
  func trace(ofResponse text: String, answer: String) -> TeacherTrace

  // MARK: Budgets

  /// The largest budget that can be written; a larger one becomes this one.
  var largestBudget: Int { get }
  /// Returns the tokens after the header `.stated` that state a budget, up to where thinking
  /// begins.
  func statement(of budget: Int) -> [Int32]
  /// Divides a response that was to state a budget; nil if its thinking does not begin.
  /// - Parameter opening: `.budget` or `.prompt`.
  /// - Returns: the budget, nil if it is not well-formed; and the response from its thinking on.
  func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)?
}

// MARK: Defaults

extension ResponseFormat {
  package var identity: FieldValue { .absent }
  package var drawingIdentity: FieldValue { identity }
  package var checkpointText: CheckpointText? { nil }

  /// Encodes with the tokenizer. Text that spells a special token is rejected, because it would be
  /// read as that token, and so is text with a mark of the format, special or not.
  package func encode(_ text: String) throws(ProblemError) -> [Int32] {
    let ids: [Int32]
    do {
      ids = try tokenizer.encode(text)
    } catch {
      throw .unreadableText(text, reason: error.description)
    }
    let forbidden = tokenizer.specialTokens.union(
      stopTokens + [endOfThinking?.token].compactMap { $0 })
    try refuseMarks(in: ids, of: text, forbidden: forbidden)
    return ids
  }

  /// - Parameter forbidden: the tokens that a text must not spell.
  /// - Throws: `ProblemError` if a text spells one of them, or a text that ends thinking or the
  ///   response.
  func refuseMarks(
    in ids: [Int32], of text: String, forbidden: Set<Int32>
  ) throws(ProblemError) {
    if let mark = ids.first(where: forbidden.contains) {
      throw .spellsMark(tokenizer.decode([mark]), text: text)
    }
    var marks = stopStrings
    if case .text(let mark) = endOfThinking { marks.append(mark) }
    if let mark = marks.first(where: { $0.place(in: ids[...]) != nil }) {
      throw .spellsMark(mark.text, text: text)
    }
  }

  package func tokenCount(of text: String) -> Int {
    (try? tokenizer.encode(text).count) ?? text.unicodeScalars.count
  }

  package func reads(_ scalar: Unicode.Scalar) -> Bool {
    (try? tokenizer.encode(String(scalar))) != nil
  }

  package var characters: String {
    (0..<Int32(tokenizer.vocabularySize)).compactMap(tokenizer.token)
      .filter { $0.unicodeScalars.count == 1 }.joined()
  }

  package func prompt(
    of problem: Problem, header: ResponseHeader
  ) throws(ProblemError) -> [Int32] {
    try encode(problem.prompt) + tokens(of: header)
  }

  package func messages(of problem: Problem, header: ResponseHeader) -> [PolicyMessage]? { nil }
  package var countsTokens: Bool { true }

  package var thoughtOpenings: [String] { ThoughtOpenings.english }
  package var stopTokens: [Int32] { [endOfResponse] }
  package var stopStrings: [TextMark] { [] }

  /// The mark alone, as the tokenizer spells it.
  package var closing: [Int32] {
    switch endOfThinking {
    case .token(let id): [id]
    case .text(let mark): (try? tokenizer.encode(mark.text)) ?? []
    case nil: []
    }
  }

  package var bridge: [Int32] { closing }

  package func bannedTokens(ofVocabularySize size: Int) -> [Int32] {
    let count = tokenizer.vocabularySize
    return [tokenizer.padToken].compactMap { $0 } + (count..<max(count, size)).map { Int32($0) }
  }

  package func answer(in text: String) -> String { text }
  package func endOfBridgedAnswer(in response: ArraySlice<Int32>) -> MarkPlace? { nil }

  package func conversation(
    with response: String, to problem: Problem
  ) throws(ProblemError) -> MaskedConversation? {
    nil
  }

  package func response(_ trace: TeacherTrace) throws(ProblemError) -> [Int32] {
    try encode(trace.thinking) + closing + encode(trace.answer) + [endOfResponse]
  }

  package func bridgedAnswer(of trace: TeacherTrace) -> String { trace.answer }

  package func trace(ofResponse text: String, answer: String) -> TeacherTrace {
    guard let end = endOfThinking(in: text) else {
      // Where nothing ends thinking, the text holds the answer already.
      return TeacherTrace(thinking: text, answer: endOfThinking == nil ? "" : answer)
    }
    return TeacherTrace(
      thinking: String(text[..<end.lowerBound]), answer: String(text[end.upperBound...]))
  }
}

// MARK: What follows for every format

extension ResponseFormat {
  /// Tokens that sampling must never produce, of those that the tokenizer has.
  package var bannedTokens: [Int32] { bannedTokens(ofVocabularySize: tokenizer.vocabularySize) }

  /// The end of thinking, as it divides responses that are given as text; empty if nothing ends it.
  package var thinkingMark: String {
    switch endOfThinking {
    case .token(let id): tokenizer.decode([id])
    case .text(let mark): mark.text
    case nil: ""
    }
  }

  /// The number of tokens of the end of thinking in a response that is given as text.
  var thinkingMarkTokens: Int {
    switch endOfThinking {
    case .token: 1
    case .text(let mark): tokenCount(of: mark.text)
    case nil: 0
    }
  }

  /// The bridge as people read it.
  package var bridgeText: String { tokenizer.decode(bridge) }
}
