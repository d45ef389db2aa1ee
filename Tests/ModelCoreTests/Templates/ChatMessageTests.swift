import Fields
import ModelCore
import Testing

@Suite struct ChatMessageTests {
  private static func shown(_ json: String, _ template: String) throws -> String {
    let message = try #require(ChatMessage(try JSONText(parsing: json.utf8)))
    return try ChatTemplate(template).render([message]).text
  }

  @Test func `members that are null are left out, and others keep their order`() throws {
    let text = try Self.shown(
      #"{"name": "n", "role": "assistant", "content": null, "tool_calls": [{"id": 1}]}"#,
      "{{ messages[0] | tojson }}")
    #expect(text == #"{"role": "assistant", "name": "n", "tool_calls": [{"id": 1}]}"#)
  }

  @Test(arguments: ["reasoning_content", "thinking", "reasoning"])
  func `thinking has the names that templates read it by`(name: String) throws {
    let text = try Self.shown(
      #"{"role": "assistant", "content": "a", "\#(name)": "hm"}"#,
      "{{ messages[0].thinking }} {{ messages[0].reasoning_content }}")
    #expect(text == "hm hm")
  }

  @Test func `content may be a list of parts`() throws {
    let text = try Self.shown(
      #"{"role": "user", "content": [{"type": "text", "text": "a"}]}"#,
      "{{ messages[0].content is string }} {{ messages[0].content[0].text }}")
    #expect(text == "False a")
  }

  @Test func `what has no role is not a message`() throws {
    #expect(ChatMessage(try JSONText(parsing: #"{"content": "a"}"#.utf8)) == nil)
    #expect(ChatMessage(try JSONText(parsing: "[]".utf8)) == nil)
  }

  @Test func `absent tools are none, and an empty list is a list`() throws {
    let template = try ChatTemplate("{{ tools is none }} {{ tools is defined }} {{ documents }}")
    #expect(try template.render([]).text == "True True None")
    #expect(try template.render([], tools: []).text == "False True None")
  }

  @Test func `a time is printed only if it is given`() throws {
    let template = try ChatTemplate(
      "{{ strftime_now('%d %b %Y') if strftime_now is defined else 'unknown' }}")
    #expect(try template.render([]).text == "unknown")
    let now = try #require(TemplateTime(year: 2024, month: 2, day: 29))
    #expect(try template.render([], now: now).text == "29 Feb 2024")
    #expect(TemplateTime(year: 2023, month: 2, day: 29) == nil)
  }

  @Test func `ranges count bytes, and only what was generated is in them`() throws {
    let template = try ChatTemplate(
      """
      {%- for m in messages -%}
        {{ '[' + m.role + ']' }}
        {%- if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}
        {%- else %}{{ m.content }}{% endif %}
      {%- endfor %}
      """)
    #expect(template.marksGeneration)
    let chat = try template.render([
      ChatMessage(role: "user", content: "é"), ChatMessage(role: "assistant", content: "ü!"),
    ])
    #expect(chat.text == "[user]é[assistant]ü!")
    let bytes = Array(chat.text.utf8)
    #expect(chat.generated.map { String(decoding: bytes[$0], as: UTF8.self) } == ["ü!"])
  }
}
