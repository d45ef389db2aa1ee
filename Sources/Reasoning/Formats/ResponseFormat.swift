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
  /// Returns the tokens between a prompt's text and the first sampled token.
  func tokens(of header: ResponseHeader) -> [Int32]

  // MARK: Responses

  /// The token that ends thinking where the model ends it itself.
  var endOfThinking: Int32 { get }
  /// The token that ends a response, and all tokens at which sampling stops.
  var endOfResponse: Int32 { get }
  var stopTokens: [Int32] { get }
  /// The tokens that a teacher writes between thinking and answer, from `endOfThinking` on.
  var closing: [Int32] { get }
  /// The tokens that are put after a thought that was cut; an answer can follow at once.
  var bridge: [Int32] { get }
  /// Returns the tokens that sampling must never produce, for a model with this many ids. An id
  /// without a token has no meaning, so it is banned too.
  func bannedTokens(ofVocabularySize size: Int) -> [Int32]
  /// Returns the answer in the tokens between the end of thinking and that of the response.
  func answer(in tokens: ArraySlice<Int32>) -> String

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
  /// Encodes with the tokenizer. Text that spells a special token is rejected, because it would be
  /// read as that token.
  package func encode(_ text: String) throws(ProblemError) -> [Int32] {
    let ids: [Int32]
    do {
      ids = try tokenizer.encode(text)
    } catch {
      throw .unreadableText(text, reason: error.description)
    }
    let special = tokenizer.specialTokens
    if let mark = ids.first(where: special.contains) {
      throw .spellsMark(tokenizer.decode([mark]), text: text)
    }
    return ids
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

  package var stopTokens: [Int32] { [endOfResponse] }
  package var closing: [Int32] { [endOfThinking] }
  package var bridge: [Int32] { closing }

  package func bannedTokens(ofVocabularySize size: Int) -> [Int32] {
    let count = tokenizer.vocabularySize
    return [tokenizer.padToken].compactMap { $0 } + (count..<max(count, size)).map { Int32($0) }
  }

  package func answer(in tokens: ArraySlice<Int32>) -> String { tokenizer.decode(tokens) }
}

// MARK: What follows for every format

extension ResponseFormat {
  /// Tokens that sampling must never produce, of those that the tokenizer has.
  package var bannedTokens: [Int32] { bannedTokens(ofVocabularySize: tokenizer.vocabularySize) }

  /// The end of thinking, as it divides responses that are given as text.
  package var thinkingMark: String { tokenizer.decode([endOfThinking]) }

  /// The bridge as people read it.
  package var bridgeText: String { tokenizer.decode(bridge) }

  /// Returns the whole response that a teacher's trace stands for.
  package func response(_ trace: TeacherTrace) throws(ProblemError) -> [Int32] {
    try encode(trace.thinking) + closing + encode(trace.answer) + [endOfResponse]
  }

  /// Divides a response given as text at its first end of thinking.
  /// - Parameter answer: the answer to use if thinking does not end.
  package func trace(ofResponse text: String, answer: String) -> TeacherTrace {
    guard let end = text.firstRange(of: thinkingMark) else {
      return TeacherTrace(thinking: text, answer: answer)
    }
    return TeacherTrace(
      thinking: String(text[..<end.lowerBound]), answer: String(text[end.upperBound...]))
  }

  /// Returns a response as text for people: its thinking, and the rest from the end of thinking on.
  package func text(of response: [Int32]) -> (thinking: String, answer: String) {
    let end = response.firstIndex(of: endOfThinking) ?? response.endIndex
    return (tokenizer.decode(response[..<end]), tokenizer.decode(response[end...]))
  }

  /// Parses a response.
  /// - Parameter tokens: the sampled tokens; those after the first that ends the response are
  ///   ignored.
  package func parse(_ tokens: [Int32], opening: ResponseOpening = .thinking) -> ParsedResponse {
    let end = tokens.firstIndex(where: stopTokens.contains)
    let all = end.map { tokens[...$0] } ?? tokens[...]
    func unfinished(_ tokens: ArraySlice<Int32>, stating budget: Int?) -> ParsedResponse {
      ParsedResponse(
        tokenCount: tokens.count, thinking: Array(end == nil ? tokens : tokens.dropLast()),
        answer: "", isFinished: false, statedBudget: budget)
    }
    // Without the beginning of thinking there is none that could end, so there is no answer.
    guard
      let (budget, response) = opening == .thinking
        ? (nil, all) : statedBudget(in: all, opening: opening)
    else { return unfinished(all, stating: nil) }
    guard let close = response.firstIndex(of: endOfThinking) else {
      return unfinished(response, stating: budget)
    }
    return ParsedResponse(
      tokenCount: response.count, thinking: Array(response[..<close]),
      answer: end == nil ? "" : answer(in: response[(close + 1)...].dropLast()),
      isFinished: end != nil, statedBudget: budget)
  }
}

extension ResponseFormat {
  /// The most tokens after a problem's prompt: a header, and a response.
  package func longestSequence(after header: ResponseHeader, response: Int) -> Int {
    tokens(of: header).count + response
  }

  /// The most tokens after a problem's prompt: a thought without a budget before it, the bridge
  /// that ends it, and an answer.
  package func longestSequence(thinkingBudget: Int, answerBudget: Int) -> Int {
    longestSequence(after: .none, response: thinkingBudget + bridge.count + answerBudget)
  }
}
