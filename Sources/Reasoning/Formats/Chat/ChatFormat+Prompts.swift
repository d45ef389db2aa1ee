import Fields
import ModelCore

extension ChatFormat {
  /// The ids are those of transformers' `apply_chat_template(messages, add_generation_prompt=True,
  /// tokenize=True)`, with the header. But where a problem's text spells a special token, it stays
  /// text: that of `<|im_end|>` ends no turn. And `strftime_now` does not exist here, so that a
  /// template that writes today's date writes its fixed one.
  package func prompt(
    of problem: Problem, header: ResponseHeader
  ) throws(ProblemError) -> [Int32] {
    let given = problem.prompt
    let header = header.limited(to: largestBudget)
    do {
      let text = try renderer.prompt(given, budget: header.givenBudget) + opening(header)
      let ids = try renderer.tokens(text)
      if ids.filter(markTokens.contains) == promptMarks[HeaderForm(header)] { return ids }
      return try guardedPrompt(of: given, header)
    } catch let error as ProblemError {
      throw error
    } catch let error as TemplateError {
      throw .unreadableText(given, reason: error.inOneLine)
    } catch {
      throw .unreadableText(given, reason: "\(error)")
    }
  }

  package func messages(of problem: Problem, header: ResponseHeader) -> [PolicyMessage]? {
    let header = header.limited(to: largestBudget)
    guard renderer.hasTemplate, opening(header).isEmpty else { return nil }
    return renderer.messages(problem.prompt, budget: header.givenBudget).map {
      PolicyMessage(role: $0.role, content: $0.content ?? "")
    }
  }

  /// Returns a prompt whose problem is encoded by itself, as text without special tokens.
  private func guardedPrompt(of given: String, _ header: ResponseHeader) throws -> [Int32] {
    let text = given.withoutSpaceAround
    guard
      let frame = try renderer.frame(given, budget: header.givenBudget, opening: opening(header))
    else { throw spelledMark(in: given) }
    let ids = try encodeAsText(text)
    guard !ids.contains(where: markTokens.contains) else { throw spelledMark(in: given) }
    return try renderer.tokens(frame.before) + ids + tokenizer.encode(continuing: frame.after)
  }

  /// Returns the ids of a text in which no mark is a token. Marks that the tokenizer finds in every
  /// text, because they are not special for it, are divided after their first character.
  private func encodeAsText(_ text: String) throws(TokenizerError) -> [Int32] {
    let marks = markTokens.subtracting(tokenizer.specialTokens).compactMap(tokenizer.token)
    var pieces = [text]
    for mark in marks.sorted() where mark.unicodeScalars.count > 1 {
      pieces = pieces.flatMap { $0.divided(inside: mark) }
    }
    var ids: [Int32] = []
    for piece in pieces {
      ids += try tokenizer.encode(continuing: piece, parseSpecial: false)
    }
    return ids
  }

  /// The error that a text spells a mark.
  func spelledMark(in text: String) -> ProblemError {
    let ids = (try? tokenizer.encode(text)) ?? []
    let mark = ids.first(where: markTokens.contains).flatMap(tokenizer.token)
    return .spellsMark(mark ?? "", text: text)
  }

  // MARK: Headers

  /// The text between the prompt and the first sampled token.
  func opening(_ header: ResponseHeader) -> String {
    switch header {
    case .none: beginThinking
    case .given(let budget):
      texts.budgetPrompt == nil
        ? texts.beginBudget + String(budget) + texts.endBudget + beginThinking : beginThinking
    case .stated: texts.beginBudget
    }
  }
}

extension ResponseHeader {
  /// The header with a budget from 0 to the largest.
  func limited(to largest: Int) -> ResponseHeader {
    givenBudget.map { .given(min(max($0, 0), largest)) } ?? self
  }
}

extension String {
  /// The text cut after the first character of every occurrence of a mark.
  fileprivate func divided(inside mark: String) -> [String] {
    let parts = unicodeScalars.split(
      separator: mark.unicodeScalars, omittingEmptySubsequences: false)
    let (first, rest) = (String(mark.unicodeScalars.prefix(1)), mark.unicodeScalars.dropFirst())
    return parts.indices.map { index in
      (index == 0 ? "" : String(rest)) + String(parts[index])
        + (index == parts.count - 1 ? "" : first)
    }
  }
}
