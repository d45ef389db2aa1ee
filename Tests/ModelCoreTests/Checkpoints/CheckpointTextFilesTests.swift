import Foundation
import ModelCore
import TensorCore
import TestSupport
import Testing

/// The files that a model folder has for other programs.
@Suite struct `The text of a model folder` {
  private static let template = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"

  /// The text files of a downloaded folder.
  private static func downloaded() throws -> [String: Data] {
    [
      "config.json": Data(#"{"eos_token_id": 362, "pad_token_id": 360}"#.utf8),
      "generation_config.json": Data(
        #"{"eos_token_id": [362, 360], "temperature": 0.7}"#.utf8),
      "tokenizer.json": try referenceFile("tokenizers/qwen2.json"),
      "tokenizer_config.json": Data(
        (#"{"bos_token": "<|endoftext|>", "eos_token": {"content": "<|im_end|>"}, "#
          + #""pad_token": "<|endoftext|>"}"#).utf8),
      "chat_template.jinja": Data(template.utf8),
    ]
  }

  private static func text(_ files: [String: Data]) throws -> CheckpointText {
    try CheckpointText(files: files.keys.sorted()) { files[$0] ?? Data() }
  }

  /// The files of a model with this text.
  private static func written(
    _ text: CheckpointText, contextLength: Int? = nil
  ) throws -> [String: Data] {
    var shape = smallConfiguration(convolution: false, tied: true)
    shape.contextLength = contextLength
    let model = Transformer(
      configuration: shape, vocabularySize: text.tokenizer.vocabularySize, seed: 1)
    let files = ModelFolder.files(of: model, text: text)
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.data) })
  }

  private static func string(_ bytes: Data?) -> String {
    String(decoding: bytes ?? Data(), as: UTF8.self)
  }

  @Test func `is handed on with every end token and the template`() throws {
    let text = try Self.text(try Self.downloaded())
    let files = try Self.written(text, contextLength: 300)
    #expect(Self.string(files["chat_template.jinja"]) == Self.template)
    #expect(
      Self.string(files["tokenizer_config.json"]) == """
        {
          "tokenizer_class": "PreTrainedTokenizerFast",
          "bos_token": "<|endoftext|>",
          "eos_token": "<|im_end|>",
          "pad_token": "<|endoftext|>",
          "model_max_length": 300,
          "clean_up_tokenization_spaces": false
        }

        """)
    let configuration = Self.string(files["config.json"])
    for member in ["\"bos_token_id\": 360", "\"pad_token_id\": 360", "\"eos_token_id\": ["] {
      #expect(configuration.contains(member), "\(configuration)")
    }
    // The settings of sampling were those of another model.
    #expect(!Self.string(files["generation_config.json"]).contains("temperature"))
    let again = try Self.text(files)
    #expect(again.endTokens == [362, 360] && text.endTokens == again.endTokens)
    #expect(again.chatTemplate?.text == Self.template)
    #expect(again.beginText == "<|endoftext|>" && again.endText == "<|im_end|>")
    #expect(again.padText == "<|endoftext|>")
    #expect(again.tokenizer.fingerprint == text.tokenizer.fingerprint)
  }

  @Test func `of a GGUF file is handed on likewise`() throws {
    let text = try CheckpointText(
      gguf: GGUFModels.writer(
        try SmallPlan.plain.model(), tokenizer: try ModelFolderTests.tokenizer()
      ).data, file: "m.gguf")
    let files = try Self.written(text)
    let again = try Self.text(files)
    #expect(again.endTokens == [1] && again.endText == text.endText && text.endText != nil)
    #expect(again.chatTemplate == nil && files["chat_template.jinja"] == nil)
    #expect(!Self.string(files["tokenizer_config.json"]).contains("model_max_length"))
  }

  @Test func `that is all in the tokenizer needs no more files`() throws {
    let tokenizer = try ModelFolderTests.tokenizer()
    let files = try Self.written(CheckpointText(tokenizer: tokenizer))
    #expect(files.keys.sorted() == ModelFolder.paths.sorted())
    let again = try Self.written(try Self.text(files))
    #expect(again == files)
  }

  @Test func `leaves the length of a model without a limit open`() throws {
    let files = try Self.written(try Self.text(try Self.downloaded()))
    let read = try ModelFolder(files: files.keys.sorted()) { files[$0] ?? Data() }
    #expect(read.model.configuration.contextLength == nil)
    #expect(read.endTokens == [362, 360])
  }
}
