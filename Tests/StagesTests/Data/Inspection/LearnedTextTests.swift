import Foundation
import PipelineCore
import Stages
import Testing

/// The mistakes that cost a night: what a model would learn is not what it will be asked for.
@Suite struct `What a model would learn from data` {
  /// A problem of one digit, whose response stands at column 32.
  private static func line(_ number: Int, _ response: String) -> String {
    #"{"prompt":"\#(number)+0=?","answer":"\#(number)","response":"\#(response)"}"#
  }

  /// Returns the messages about data that a stage of `sft` learns in a format of chat.
  private func told(
    _ lines: [String], template: String = ChatFolder.template(), format: String = "name: chat",
    stage: String = ""
  ) throws -> [String] {
    let yaml = """
      version: 1
      name: own
      response_format: {\(format), model: chat}
      stages:
        data:
          kind: data
          inputs: {files: {train: {file: train.jsonl}}}
          fields: {response: response}
        base:
          kind: sft
          inputs: {data: data}
          split: train
          model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
      intermediate_size: 24}
          train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 1}
      \(stage)
      """
    return try OwnData.with { own in
      try ChatFolder.write(template, to: own)
      try own.write(Data(lines.joined(separator: "\n").utf8), to: "train.jsonl")
      return DataInspection(try own.graph(yaml), examples: 1) {
        URL(fileURLWithPath: $0).lastPathComponent
      }.diagnostics.map { "\($0.severity.rawValue) \($0.told)" }
    }
  }

  /// An assistant's turn without a `generation` block, which is learned as prompt and response.
  private static let unmarked = "{{ message.content + '<|end|>' }}"
  private static let good = (1...3).map { line($0, #"It is \\boxed{\#($0)}."#) }
  private static let thinking = (1...3).map { line($0, #"Hm.</think>\\boxed{\#($0)}"#) }

  @Test func `has no mistake where data and format agree`() throws {
    #expect(try told(Self.good) == [])
    #expect(try told(Self.thinking, format: "name: qwen3") == [])
    let opened = ChatFolder.template(
      assistant: Self.unmarked, prompt: "<|turn|>assistant\\n<think>\\n")
    #expect(try told(Self.thinking, template: opened, format: "name: deepseek_r1") == [])
    // An opening as the format writes it belongs to the prompt.
    let whole = (1...2).map { Self.line($0, #"<think>\nHm.</think>\\boxed{\#($0)}"#) }
    #expect(try told(whole, template: opened, format: "name: deepseek_r1") == [])
  }

  @Test func `ends in a token that is learned`() throws {
    let outside = ChatFolder.template(
      assistant: "{% generation %}{{ message.content }}{% endgeneration %}{{ '<|end|>' }}")
    #expect(
      try told([Self.good[0]], template: outside) == [
        "error train.jsonl:1:32: the end of the response is not learned (a model would never stop)"
      ])
    let many = (1...8).map { Self.line($0, #"\\boxed{\#($0)}"#) }
    #expect(
      try told(many, template: outside) == [
        "error train.jsonl:1:32: 8 of 8 responses have no end that 'base' learns (a model would "
          + "never stop)"
      ])
  }

  @Test func `begins with the prompt that it will be given`() throws {
    let other = ChatFolder.template(prompt: "<|turn|>model\\n")
    #expect(
      try told([Self.good[0]], template: other) == [
        "error train.jsonl:1:2: the prompt does not begin what 'base' learns, so its model "
          + "would be asked in another way (the chat template writes another text before a "
          + "response than where it asks for one)"
      ])
    // The template opens thinking where it asks for a response, and not before one.
    let opened = ChatFolder.template(prompt: "<|turn|>assistant\\n<think>\\n")
    let found = try told([Self.thinking[0]], template: opened, format: "name: deepseek_r1")
    #expect(found.count == 1)
    #expect(found.first?.contains("the prompt does not begin what 'base'") == true, "\(found)")
  }

  @Test func `does not think where the format does not`() throws {
    let found = try told([Self.good[0], Self.thinking[1]])
    #expect(
      found == [
        "error train.jsonl:2:32: the response writes '</think>', but response_format 'chat' does "
          + "not divide responses (name the mark as end_thinking, or a format whose models think)"
      ])
    // A template that writes an empty thought is one that does not think.
    let quick = ChatFolder.template(
      assistant: Self.unmarked, prompt: "<|turn|>assistant\\n<think>\\n\\n</think>\\n\\n")
    let closed = try told([Self.thinking[0]], template: quick, format: "name: qwen3")
    #expect(closed.count == 1)
    #expect(closed.first?.contains("response writes '</think>', but") == true, "\(closed)")
  }

  @Test func `ends thinking by the mark of the format`() throws {
    let other = Self.line(1, #"<reasoning>Hm.</reasoning>\\boxed{1}"#)
    let found = try told([Self.thinking[1], other], format: "name: qwen3")
    #expect(found.count == 1)
    #expect(
      found.first?.contains(
        "train.jsonl:2:32: the response writes '</reasoning>', but response_format 'qwen3' ends "
          + "thinking by '</think>'") == true, "\(found)")
  }

  @Test func `opens thinking once`() throws {
    let opened = ChatFolder.template(
      assistant: Self.unmarked, prompt: "<|turn|>assistant\\n<think>\\n")
    let twice = Self.line(2, #"<think> Hm.</think>\\boxed{2}"#)
    #expect(
      try told([Self.thinking[0], twice], template: opened, format: "name: deepseek_r1") == [
        "error train.jsonl:2:32: the response opens thinking by '<think>', as the prompt does "
          + "(leave the opening out of the responses, or write begin_thinking: \"\")"
      ])
  }

  @Test func `thinks where the format does`() throws {
    let empty = (1...3).map { Self.line($0, #"</think>\\boxed{\#($0)}"#) }
    let found = try told(empty, format: "name: qwen3")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        "error train.jsonl:1:32: no response thinks, but response_format 'qwen3' lets models think")
        == true, "\(found)")
    // Some problems may be answered at once.
    #expect(
      try told(empty + [Self.thinking[2].replacing("3", with: "4")], format: "name: qwen3") == [])
    let undivided = try told(Self.good, format: "name: qwen3")
    #expect(undivided.count == 1)
    #expect(
      undivided.first?.hasPrefix(
        "error train.jsonl:1:32: no response ends thinking by '</think>', and each holds its "
          + "answer: all of it would be learned as a thought") == true, "\(undivided)")
  }

  @Test func `has an answer that is found and right`() throws {
    let silent = Self.line(1, "I do not know.")
    #expect(
      try told([silent, Self.good[1]]) == [
        "error train.jsonl:1:32: the response has no answer that response_format 'chat' finds "
          + "(each would be judged wrong: choose another 'answer' in response_format)"
      ])
    let wrong = try told([Self.line(1, #"\\boxed{8}"#), Self.good[1]])
    #expect(wrong.count == 1)
    #expect(
      wrong.first?.hasPrefix(
        "warning train.jsonl:1:32: the response's answer is '8', the reference answer is '1'")
        == true, "\(wrong)")
  }

  @Test func `fits into what is trained`() throws {
    let long = Self.line(1, String(repeating: "so ", count: 40) + #"\\boxed{1}"#)
    let found = try told([long], stage: "    max_length: 64")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix("error train.jsonl:1:2: the example has") == true
        && found.first?.contains("more than 'max_length', 64") == true, "\(found)")
  }
}
