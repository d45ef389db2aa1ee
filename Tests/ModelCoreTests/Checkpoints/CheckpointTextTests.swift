import Foundation
import ModelCore
import TestSupport
import Testing

@Suite struct `The text of a checkpoint` {
  private static let template = "{{ messages }}"

  private static func tokenizer() throws -> Data {
    try WordTokenizer(vocabulary: ["a", "b", "<s>", "</s>", "<|end|>"]).encoded()
  }

  private static func files(_ others: [String: String]) throws -> [String: Data] {
    try ["tokenizer.json": tokenizer()].merging(others.mapValues { Data($0.utf8) }) { $1 }
  }

  private static func read(_ others: [String: String]) throws -> CheckpointText {
    let files = try files(others)
    return try CheckpointText(files: files.keys.sorted()) { files[$0] ?? Data() }
  }

  @Test func `needs a tokenizer and no weights`() throws {
    let text = try Self.read([:])
    #expect(text.tokenizer.vocabularySize == 5 && text.chatTemplate == nil)
    #expect(text.endTokens.isEmpty && text.beginText == nil && text.endText == nil)
    let error = #expect(throws: ModelFileError.self) {
      try CheckpointText(files: ["config.json"]) { _ in Data("{}".utf8) }
    }
    #expect(error == ModelFileError("tokenizer.json", .absent))
  }

  @Test(arguments: [
    (["chat_template.jinja": template], template, "chat_template.jinja"),
    (
      ["tokenizer_config.json": "{\"chat_template\": \"\(template)\"}"], template,
      "tokenizer_config.json"
    ),
    (
      [
        "tokenizer_config.json":
          """
        {"chat_template": [{"name": "tool_use", "template": "T"},
          {"name": "default", "template": "D"}]}
        """
      ], "D", "tokenizer_config.json"
    ),
    (
      ["chat_template.jinja": "A", "tokenizer_config.json": "{\"chat_template\": \"B\"}"], "A",
      "chat_template.jinja"
    ),
  ])
  func `has the chat template of a folder`(
    files: [String: String], template: String, name: String
  ) throws {
    let found = try #require(try Self.read(files).chatTemplate)
    #expect(found.text == template && found.name == name)
  }

  @Test func `has the end tokens of all files, each once`() throws {
    let text = try Self.read([
      "config.json": "{\"model_type\": \"unheard_of\", \"eos_token_id\": [4, 3]}",
      "generation_config.json": "{\"eos_token_id\": [3, 2]}",
      "tokenizer_config.json": "{\"eos_token\": \"b\"}",
    ])
    #expect(text.endTokens == [4, 3, 2, 1] && text.tokenizer.endToken == 4)
    #expect(text.endText == "b")
    #expect(try Self.read(["config.json": "{\"eos_token_id\": null}"]).endTokens.isEmpty)
  }

  @Test(arguments: [
    ["tokenizer_config.json": "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}"],
    ["tokenizer_config.json": "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\"}"],
    ["special_tokens_map.json": "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\"}"],
    [
      "tokenizer_config.json": "{\"bos_token\": \"<s>\"}",
      "special_tokens_map.json": "{\"bos_token\": \"x\", \"eos_token\": \"</s>\"}",
    ],
  ])
  func `has the texts of the tokens around sequences`(files: [String: String]) throws {
    let text = try Self.read(files)
    #expect(text.beginText == "<s>" && text.endText == "</s>" && text.endTokens == [3])
  }

  @Test(arguments: [
    ("tokenizer_config.json", "[1]", "not a JSON object"),
    ("tokenizer_config.json", "{", "line 1"),
    ("tokenizer_config.json", "{\"bos_token\": 5}", "'bos_token'"),
    ("tokenizer_config.json", "{\"bos_token\": {\"content\": 5}}", "'bos_token.content'"),
    ("tokenizer_config.json", "{\"chat_template\": 5}", "'chat_template'"),
    ("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"tool\"}]}", "'default'"),
    ("special_tokens_map.json", "{\"eos_token\": []}", "'eos_token'"),
    ("config.json", "{\"eos_token_id\": \"x\"}", "'eos_token_id'"),
    ("generation_config.json", "{\"eos_token_id\": 1e99}", "'eos_token_id'"),
    ("tokenizer.json", "{}", "'model'"),
  ])
  func `tells the file and the member that is wrong`(
    file: String, content: String, word: String
  ) {
    let error = #expect(throws: ModelFileError.self) { try Self.read([file: content]) }
    #expect(error?.file == file)
    #expect(error?.description.contains(word) == true, "\(error as Any)")
  }

  @Test func `has a template in UTF-8`() throws {
    var files = try Self.files([:])
    files["chat_template.jinja"] = Data([0xFF, 0xFE])
    #expect(throws: ModelFileError.self) {
      try CheckpointText(files: files.keys.sorted()) { files[$0] ?? Data() }
    }
  }

  // MARK: GGUF

  private static func gguf() throws -> GGUFWriter {
    var file = GGUFWriter()
    file.keys = [
      ("general.architecture", .text("unheard_of")),
      ("tokenizer.huggingface.json", .text(String(decoding: try tokenizer(), as: UTF8.self))),
      ("tokenizer.ggml.bos_token_id", .uint32(2)), ("tokenizer.ggml.eos_token_id", .uint32(3)),
      ("tokenizer.ggml.eot_token_id", .uint32(4)),
      ("tokenizer.chat_template", .text(template)),
    ]
    return file
  }

  @Test func `is in the metadata of a GGUF file`() throws {
    let text = try CheckpointText(gguf: try Self.gguf().data, file: "m.gguf")
    #expect(text.endTokens == [3, 4] && text.beginText == "<s>" && text.endText == "</s>")
    #expect(text.chatTemplate?.text == Self.template)
    #expect(text.chatTemplate?.name == "tokenizer.chat_template")
    var other = try Self.gguf()
    other.set("tokenizer.chat_template", .uint32(1))
    let data = other.data
    #expect(throws: ModelFileError.self) { try CheckpointText(gguf: data, file: "m.gguf") }
  }

  // MARK: Disk

  /// Calls with the path of a new folder, which is removed afterwards.
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-text-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private static func write(_ data: Data, _ path: String) throws {
    try data.write(to: URL(fileURLWithPath: path))
  }

  @Test func `is read from a folder and from a GGUF file`() throws {
    try Self.withFolder { folder in
      for (name, data) in try Self.files(["chat_template.jinja": "A"]) {
        try Self.write(data, folder + "/" + name)
      }
      let text = try CheckpointText(path: folder)
      #expect(text.chatTemplate?.text == "A" && text.tokenizer.vocabularySize == 5)
      try Self.write(try Self.gguf().data, folder + "/m.gguf")
      let other = try CheckpointText(path: folder + "/m.gguf")
      #expect(other.chatTemplate?.text == Self.template)
    }
  }

  @Test func `is read from regular files inside the folder alone`() throws {
    try Self.withFolder { folder in
      try Self.write(try Self.tokenizer(), folder + "/tokenizer.json")
      let template = folder + "/chat_template.jinja"
      try FileManager.default.createSymbolicLink(
        atPath: template, withDestinationPath: "/etc/passwd")
      let link = #expect(throws: ModelFileError.self) { try CheckpointText(path: folder) }
      #expect(link?.file == "chat_template.jinja")
      try FileManager.default.removeItem(atPath: template)
      try FileManager.default.createDirectory(
        atPath: template, withIntermediateDirectories: false)
      #expect(throws: ModelFileError.self) { try CheckpointText(path: folder) }
      #expect(throws: ModelFileError.self) { try CheckpointText(path: folder + "/none") }
    }
  }

  @Test func `is known by the size and time of its files`() throws {
    try Self.withFolder { folder in
      try Self.write(try Self.tokenizer(), folder + "/tokenizer.json")
      let before = CheckpointText.stamps(of: folder)
      #expect(CheckpointText.stamps(of: folder) == before)
      try Self.write(Data("A".utf8), folder + "/chat_template.jinja")
      let after = CheckpointText.stamps(of: folder)
      #expect(after != before)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1e9)],
        ofItemAtPath: folder + "/chat_template.jinja")
      #expect(CheckpointText.stamps(of: folder) != after)
    }
  }
}
