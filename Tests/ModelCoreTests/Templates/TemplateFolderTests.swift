import Fields
import Foundation
import ModelCore
import Testing

/// Whole templates on whole conversations, against the texts and loss masks that transformers made
/// of them; see bench/templates/render.py. The templates in Reference/templates are our own, in the
/// manner of those of Qwen2.5, Qwen3, Llama 3, Gemma 3, SmolLM2, DeepSeek-R1-Distill and gpt-oss.
@Suite struct TemplateFolderTests {
  @Test func `templates give the bytes and the loss masks of transformers`() throws {
    try check(try JSONText(parsing: try referenceFile("templates.json")))
  }

  /// The file that bench/templates/render.py wrote about a folder of real templates.
  private static let given = ProcessInfo.processInfo.environment["LACONIC_TEMPLATES"]

  @Test(.enabled(if: given != nil))
  func `templates of a folder give the bytes and the loss masks of transformers`() throws {
    let url = URL(filePath: try #require(Self.given))
    try check(try JSONText(parsing: try Data(contentsOf: url)))
  }

  @Test func `the frozen file holds the templates beside it`() throws {
    let file = try JSONText(parsing: try referenceFile("templates.json"))
    guard case .object(let templates)? = file["templates"] else {
      Issue.record("no templates")
      return
    }
    #expect(templates.count == 7)
    for (name, text) in templates {
      let written = String(decoding: try referenceFile("templates/\(name).jinja"), as: UTF8.self)
      #expect(text.stringValue == written, "\(name)")
    }
  }

  private func check(_ file: JSONText) throws {
    let cases = try #require(file["cases"]?.arrayValue)
    #expect(!cases.isEmpty)
    let tools = try #require(file["tools"]?.arrayValue).map { TemplateValue($0) }
    var templates: [String: ChatTemplate] = [:]
    for example in cases {
      let name = try #require(example["template"]?.stringValue)
      let conversation = try #require(example["conversation"]?.stringValue)
      let text = try #require(file["templates"]?[name]?.stringValue)
      let place = "\(name), \(conversation): \(example.compact.prefix(200))"
      let known = templates[name]
      let template = try known ?? ChatTemplate(text, name: name)
      templates[name] = template
      let messages = try #require(file["conversations"]?[conversation]?.arrayValue)
      let rendered = try? template.render(
        try messages.map { try #require(ChatMessage($0)) },
        tools: example.isTrue("has_tools") ? tools : nil,
        addGenerationPrompt: example.isTrue("add_generation_prompt"),
        extra: try example.members("extra"), bosToken: "<s>", eosToken: "</s>",
        now: TemplateSemanticsTests.now)
      let expected = example["text"]?.stringValue.map {
        RenderedChat(text: $0, generated: example.ranges)
      }
      #expect(rendered == expected, "\(place)")
    }
  }
}

extension JSONText {
  fileprivate func isTrue(_ name: String) -> Bool {
    if case .bool(true)? = self[name] { true } else { false }
  }
}
