import Fields
import Foundation
import ModelCore
import Reasoning
import Testing

@Suite struct `A response format as it is written` {
  /// Calls with the path of a new folder of a checkpoint, which is removed afterwards.
  private static func withCheckpoint(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-format-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, data) in try ChatCheckpoints.files() {
      try data.write(to: folder.appendingPathComponent(name))
    }
    try body(folder.path)
  }

  private static func configuration(_ name: String, model: String) -> FormatConfiguration {
    var configuration = FormatConfiguration()
    configuration.name = name
    configuration.model = model
    return configuration
  }

  @Test func `is the ladder if nothing is written`() throws {
    #expect(try FormatConfiguration().resolved().name == "ladder")
    #expect(FormatConfiguration().issues().isEmpty)
  }

  @Test func `reads the model that it names`() throws {
    try Self.withCheckpoint { folder in
      let configuration = Self.configuration("qwen3", model: folder)
      #expect(configuration.issues().isEmpty && configuration.format.name == "qwen3")
      let prompt = try configuration.resolved().promptText("1")
      #expect(prompt.hasPrefix("<s><|turn|>user\n1"))
    }
  }

  @Test func `reads a file again that has changed, whatever its time says`() throws {
    try Self.withCheckpoint { folder in
      let template = folder + "/chat_template.jinja"
      func write(_ text: String) throws {
        // In place, so that the file is the same one.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: template))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: template)
      }
      try write("1{{ messages[0].content }}")
      var configuration = Self.configuration("chat", model: folder)
      #expect(try configuration.resolved().promptText("?") == "1?")
      // `FileCache` decides when a file is read once; one that has changed is always read again.
      try write("2{{ messages[0].content }}")
      #expect(try configuration.resolved().promptText("?") == "2?")
      configuration.userPrompt = "{problem}!"
      #expect(try configuration.resolved().promptText("?") == "2?!", "of another format")
    }
  }

  @Test func `reads a file again that has changed`() throws {
    try Self.withCheckpoint { folder in
      let configuration = Self.configuration("chat", model: folder)
      #expect(try configuration.resolved().promptText("1").hasPrefix("<s>"))
      try Data("[{{ messages[0].content }}]".utf8)
        .write(to: URL(fileURLWithPath: folder + "/chat_template.jinja"))
      #expect(try configuration.resolved().promptText("1") == "[1]")
    }
  }

  @Test func `points at the model where its own template is wrong`() throws {
    try Self.withCheckpoint { folder in
      try Data("{% for %}".utf8).write(to: URL(fileURLWithPath: folder + "/chat_template.jinja"))
      var configuration = Self.configuration("chat", model: folder)
      #expect(configuration.issues().map(\.path) == [["model"]])
      configuration.chatTemplate = "{% for %}"
      #expect(configuration.issues().map(\.path) == [["chat_template"]])
      configuration.chatTemplate = "{{ messages[0].content }}"
      #expect(configuration.issues().isEmpty)
    }
  }

  @Test func `says what is missing or wrong at the model`() throws {
    func message(_ model: String, _ name: String = "qwen2.5") -> String {
      let issues = Self.configuration(name, model: model).issues()
      #expect(issues.count == 1 && issues.first?.path == ["model"])
      return issues.first?.message ?? ""
    }
    #expect(message("").hasPrefix("response_format qwen2.5 needs 'model': the folder or GGUF file"))
    #expect(message("/nowhere/model").contains("'/nowhere/model' does not exist"))
    try Self.withCheckpoint { folder in
      try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let broken = message(folder)
      #expect(broken.contains("config.json") && broken.contains("line 1"), "\(broken)")
      #expect(!broken.contains("\n"))
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      #expect(message(folder).contains("eos_token_id"))
      try FileManager.default.removeItem(atPath: folder + "/tokenizer.json")
      #expect(message(folder).contains("has no file 'tokenizer.json'"))
      try Data("GG".utf8).write(to: URL(fileURLWithPath: folder + "/m.gguf"))
      #expect(message(folder + "/m.gguf").hasPrefix("m.gguf: "))
    }
  }
}
