import ModelCore

extension ChatFormat {
  /// True if the chat template marks what the assistant writes, in `generation` blocks.
  package var marksGeneration: Bool { renderer.marksGeneration }

  /// Returns a problem and a response to it as the template writes the whole conversation, with the
  /// tokens that its `generation` blocks mark: every token that has a byte of a block, as in
  /// transformers' `return_assistant_tokens_mask`.
  /// - Throws: `ProblemError` if the tokens do not have the bytes of the text, as after a tokenizer
  ///   that changes it; or if the problem or the response spells a special token.
  package func conversation(
    with response: String, to problem: Problem
  ) throws(ProblemError) -> MaskedConversation? {
    guard marksGeneration, beginThinking.isEmpty else { return nil }
    let chat: RenderedChat?
    let ids: [Int32]
    let isForged: Bool
    do {
      chat = try rendered(problem.prompt, response)
      ids = try tokenizer.encode(chat?.text ?? "")
      let plain = try tokenizer.encode(try rendered("?", "!")?.text ?? "")
      let special = tokenizer.specialTokens
      isForged = ids.filter(special.contains) != plain.filter(special.contains)
    } catch {
      throw .unreadableText(problem.prompt, reason: "\(error)")
    }
    guard let chat else { return nil }
    guard !isForged else { throw spelledMark(in: problem.prompt + response) }
    return MaskedConversation(tokens: ids, isGenerated: try mask(of: ids, in: chat))
  }

  private func rendered(
    _ problem: String, _ response: String
  ) throws(TemplateError) -> RenderedChat? {
    try renderer.chat(
      renderer.messages(problem) + [ChatMessage(role: "assistant", content: response)],
      addGenerationPrompt: false)
  }

  private func mask(of ids: [Int32], in chat: RenderedChat) throws(ProblemError) -> [Bool] {
    guard ids.flatMap(tokenizer.bytes) == Array(chat.text.utf8) else {
      throw .unreadableText(
        chat.text, reason: "its tokens have other bytes, so generation blocks have no tokens")
    }
    var blocks = chat.generated.sorted { $0.lowerBound < $1.lowerBound }[...]
    var start = 0
    return ids.map { id in
      let range = start..<start + tokenizer.bytes(of: id).count
      start = range.upperBound
      while let block = blocks.first, block.upperBound <= range.lowerBound { blocks.removeFirst() }
      return blocks.first?.overlaps(range) ?? false
    }
  }
}
