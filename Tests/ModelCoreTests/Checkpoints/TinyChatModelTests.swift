import Foundation
import ModelCore
import TestSupport
import Testing

/// The fixture that other tests use for a published model.
@Suite struct `The tiny chat model` {
  private func folder() throws -> ModelFolder {
    let files = TinyChatModel().files
    return try ModelFolder(files: files.keys.sorted()) { try #require(files[$0]) }
  }

  @Test func `is read as a model of its family with all its end tokens`() throws {
    let folder = try folder()
    #expect(folder.model.configuration.layerCount == 2)
    #expect(folder.model.configuration.hiddenSize == 32)
    #expect(folder.model.vocabularySize == TinyChatModel.vocabularySize)
    #expect(folder.tokenizer.vocabularySize == TinyTokenizer.tokens.count)
    #expect(folder.endTokens.map(Int.init) == [TinyTokenizer.endOfTurn, TinyTokenizer.endOfText])
  }

  @Test func `merges some words, and spells any text`() throws {
    let tokenizer = try folder().tokenizer
    let ids = try tokenizer.encode("How many é 12<|im_end|>\n")
    let spelled = ids.map { TinyTokenizer.tokens[Int($0)] }
    #expect(spelled == ["How", "Ġmany", "Ġ", "Ã", "©", "Ġ", "1", "2", "<|im_end|>", "Ċ"])
    #expect(tokenizer.decode(ids) == "How many é 12<|im_end|>\n")
  }

  @Test func `can use every merge`() throws {
    let tokens = Set(TinyTokenizer.tokens)
    #expect(tokens.count == TinyTokenizer.tokens.count)
    for merge in TinyTokenizer.merges {
      #expect(merge.split(separator: " ").allSatisfy { tokens.contains(String($0)) }, "\(merge)")
    }
  }

  @Test func `has a template of turns`() throws {
    let template = try ChatTemplate(TinyTokenizer.chatTemplate, name: "tiny")
    let text = try template.render(
      [ChatMessage(role: "user", content: "1+1?")], addGenerationPrompt: true
    ).text
    #expect(
      text == """
        <|im_start|>system
        You are a tiny model.<|im_end|>
        <|im_start|>user
        1+1?<|im_end|>
        <|im_start|>assistant

        """)
  }
}
