import Fields
import Foundation
import ModelCore
import Reasoning

/// Small checkpoints without weights: a tokenizer of bytes and a few pieces, with a template.
enum ChatCheckpoints {
  /// Ids 0…255 are bytes; the others, in this order, are special, added text, and merged pieces.
  static let special = ["<s>", "<|end|>", "<|turn|>"]
  static let added = ["<think>", "</think>"]
  static let begin: Int32 = 256
  static let end: Int32 = 257
  static let turn: Int32 = 258
  static let think: Int32 = 259
  static let endThink: Int32 = 260

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

  /// - Parameter addsBegin: true if the tokenizer puts `<s>` before a text.
  static func tokenizer(addsBegin: Bool = false) throws -> any Tokenizer {
    try SubwordTokenizer(
      gguf: GGUFVocabulary(
        model: "gpt2", pre: "qwen2", tokens: bytes + special + added + ["ĊĊ", "Ġt", "Ġth"],
        merges: ["Ċ Ċ", "Ġ t", "Ġt h"],
        types: [Int](repeating: 1, count: 256) + [3, 3, 3, 4, 4, 1, 1, 1], beginToken: begin,
        endToken: end, addsBeginToken: addsBegin, file: "m.gguf"), file: "m.gguf")
  }

  /// `<|turn|>ROLE⏎CONTENT<|end|>⏎`, with the assistant's turn in a generation block.
  static let template = """
    {{- bos_token -}}
    {%- for message in messages -%}
    {{ '<|turn|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' -%}
    {% generation %}{{ message.content + '<|end|>' }}{% endgeneration %}
    {%- else %}{{ message.content + '<|end|>' }}{% endif -%}
    {{ '\\n' }}
    {%- endfor -%}
    {%- if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif -%}
    {%- if enable_thinking is defined and not enable_thinking %}{{ 'quick\\n' }}{% endif -%}
    """

  static func files(
    template: String? = template, ends: [Int32] = [end], addsBegin: Bool = false
  ) throws -> [String: Data] {
    let ids = ends.map { String($0) }.joined(separator: ", ")
    var files = [
      "tokenizer.json": try tokenizer(addsBegin: addsBegin).encoded(),
      "config.json": Data("{\"eos_token_id\": [\(ids)], \"pad_token_id\": \(end)}".utf8),
      "tokenizer_config.json": Data("{\"bos_token\": \"<s>\"}".utf8),
    ]
    if let template { files["chat_template.jinja"] = Data(template.utf8) }
    return files
  }

  static func text(_ files: [String: Data]) throws -> CheckpointText {
    try CheckpointText(files: files.keys.sorted()) { files[$0] ?? Data() }
  }

  /// Returns the format of a checkpoint.
  static func format(
    _ name: String = "chat", _ files: [String: Data]? = nil,
    _ change: (inout FormatConfiguration) -> Void = { _ in }
  ) throws -> any ResponseFormat {
    var configuration = FormatConfiguration()
    configuration.name = name
    change(&configuration)
    guard let family = ResponseFormats.named(name) as? any ChatFamily else {
      throw FormatError("name", "'\(name)' is not the name of a family")
    }
    return try family.format(configuration, text(files ?? Self.files()))
  }

  static func problem(_ prompt: String, answer: String = "7", response: String? = nil) -> Problem {
    Problem(
      family: "sum", difficulty: 1, prompt: prompt, answer: answer, verifier: ExactAnswer().name,
      response: response)
  }
}

extension ResponseFormat {
  /// The prompt of a text, with special tokens written out.
  func promptText(
    _ prompt: String, _ header: ResponseHeader = .none
  ) throws -> String {
    tokenizer.decode(try self.prompt(of: ChatCheckpoints.problem(prompt), header: header))
  }

  /// The ids of a text in which special tokens are written out.
  func ids(_ text: String) throws -> [Int32] { try tokenizer.encode(text) }
}
