import Foundation
import ModelCore
import Stages

/// The text of a chat model, without weights: a tokenizer of bytes and a few whole marks.
enum ChatFolder {
  private static let special = ["<|end|>", "<|turn|>"]
  private static let added = ["<think>", "</think>"]

  /// Characters that byte-level vocabularies write for the bytes.
  private static let bytes: [String] = {
    var other = 0x100
    return (0..<256).map { byte in
      if (0x21...0x7E).contains(byte) || (0xA1...0xFF).contains(byte) && byte != 0xAD {
        return String(UnicodeScalar(UInt8(byte)))
      }
      defer { other += 1 }
      return UnicodeScalar(other).map { String($0) } ?? ""
    }
  }()

  /// Returns the template of turns `<|turn|>ROLE⏎CONTENT<|end|>⏎`.
  /// - Parameter assistant: the assistant's content; its `generation` blocks are learned.
  static func template(
    assistant: String = "{% generation %}{{ message.content + '<|end|>' }}{% endgeneration %}",
    prompt: String = "<|turn|>assistant\\n"
  ) -> String {
    """
    {%- for message in messages -%}
    {{ '<|turn|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' -%}\(assistant)
    {%- else %}{{ message.content + '<|end|>' }}{% endif -%}
    {{ '\\n' }}
    {%- endfor -%}
    {%- if add_generation_prompt %}{{ '\(prompt)' }}{% endif -%}
    """
  }

  /// Writes the folder `chat`.
  static func write(_ template: String, to own: OwnData) throws {
    let end = Int32(256)
    let tokenizer = try SubwordTokenizer(
      gguf: GGUFVocabulary(
        model: "gpt2", pre: "qwen2", tokens: bytes + special + added, merges: [],
        types: [Int](repeating: 1, count: 256) + [3, 3, 4, 4], beginToken: nil, endToken: end,
        addsBeginToken: false, file: "m.gguf"), file: "m.gguf")
    try own.write(tokenizer.encoded(), to: "chat/tokenizer.json")
    try own.write(
      Data("{\"eos_token_id\": [\(end)], \"pad_token_id\": \(end)}".utf8), to: "chat/config.json")
    try own.write(Data(template.utf8), to: "chat/chat_template.jinja")
  }
}
