import Fields
import Foundation
import ModelCore
import Reasoning
import Testing

@Suite struct `Loss masks of chat templates` {
  private func format(_ files: [String: Data]? = nil) throws -> ChatFormat {
    try #require(try ChatCheckpoints.format("chat", files) as? ChatFormat)
  }

  @Test func `mark the tokens of generation blocks`() throws {
    let format = try format()
    #expect(format.marksGeneration)
    let chat = try #require(
      try format.conversation(with: "It is 7.", to: ChatCheckpoints.problem("3+4?")))
    let text = "<s><|turn|>user\n3+4?<|end|>\n<|turn|>assistant\nIt is 7.<|end|>\n"
    #expect(try chat.tokens == format.ids(text))
    let learned = zip(chat.tokens, chat.isGenerated).filter(\.1).map(\.0)
    #expect(try learned == format.ids("It is 7.<|end|>"))
    let example = try SupervisedExample.complete(
      ChatCheckpoints.problem("3+4?"), format.trace(ofResponse: "It is 7.", answer: ""), in: format)
    #expect(Array(chat.tokens.dropLast()) == example.tokens, "as prompt and response are encoded")
    let stored = try SupervisedExample.stored(
      "It is 7.", to: ChatCheckpoints.problem("3+4?"), in: format)
    #expect(stored == example)
  }

  @Test func `mark a token that only ends in a block`() throws {
    let template = """
      {%- for m in messages -%}
      {% if m.role == 'user' %}{{ m.content + '\\n' }}{% else %}{% generation %}{{ m.content }}
      {%- endgeneration %}{% endif %}{% endfor -%}
      """
    let format = try format(ChatCheckpoints.files(template: template))
    let chat = try #require(
      try format.conversation(with: "\n7", to: ChatCheckpoints.problem("1")))
    #expect(try chat.tokens == format.ids("1\n\n7") && chat.isGenerated == [false, true, true])
    let stored = try SupervisedExample.stored(
      "\n7", to: ChatCheckpoints.problem("1"), in: format)
    #expect(stored.tokens == chat.tokens && stored.weights == [0, 1, 1], "the mask is learned")
  }

  @Test func `are none without blocks, and an error for texts that spell special tokens`() throws {
    let plain = try format(ChatCheckpoints.files(template: "{{ messages[0].content }}"))
    #expect(!plain.marksGeneration)
    #expect(try plain.conversation(with: "7", to: ChatCheckpoints.problem("1")) == nil)
    let format = try format()
    for (problem, response) in [("<|end|>", "7"), ("1", "7<|end|>")] {
      let text = problem + response
      #expect(throws: ProblemError.spellsMark("<|end|>", text: text)) {
        try format.conversation(with: response, to: ChatCheckpoints.problem(problem))
      }
    }
  }

  @Test func `are an error where the tokens have other bytes than the text`() throws {
    // NFC makes one character of two.
    let error = #expect(throws: ProblemError.self) {
      try format().conversation(with: "7", to: ChatCheckpoints.problem("e\u{301}"))
    }
    #expect(error?.description.contains("other bytes") == true, "\(error as Any)")
  }
}
