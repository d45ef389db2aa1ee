import Fields
import Foundation
import ModelCore
import Reasoning
import Testing

@Suite struct `Families of chat formats` {
  @Test(arguments: [
    (
      "qwen2.5",
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n"
    ),
    (
      "smollm2",
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n"
    ),
    (
      "qwen3",
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n"
    ),
    (
      "llama3",
      "<s><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user"
        + "<|end_header_id|>\n\n1<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    ),
    ("gemma3", "<s><start_of_turn>user\nS\n\n1<end_of_turn>\n<start_of_turn>model\n"),
    ("deepseek_r1", "<s>S<｜User｜>1<｜Assistant｜><think>\n"),
    ("chat", "S\n\n1"), ("plain", "S\n\n1"),
  ])
  func `write turns themselves for checkpoints without a template`(
    name: String, text: String
  ) throws {
    let files = try ChatCheckpoints.files(template: nil)
    let format = try ChatCheckpoints.format(name, files) { $0.systemPrompt = "S" }
    #expect(try format.promptText("1") == text)
    #expect(format.name == name && !format.meaning.isEmpty)
  }

  @Test func `use a checkpoint's own template, except for base models`() throws {
    for case let family as any ChatFamily in ResponseFormats.all {
      let prompt = try ChatCheckpoints.format(family.name).promptText("1")
      #expect(prompt.contains("<|turn|>") == (family.name != "plain"), "\(family.name)")
      let written = try ChatCheckpoints.format(family.name) {
        $0.chatTemplate = "[{{ messages[0].content }}]"
        $0.beginThinking = ""
      }
      #expect(try written.promptText("1") == "[1]")
    }
  }

  @Test func `an empty thought is written where thinking is not enabled`() throws {
    let files = try ChatCheckpoints.files(template: nil)
    let format = try ChatCheckpoints.format("qwen3", files) { $0.enableThinking = false }
    #expect(try format.promptText("1").hasSuffix("assistant\n<think>\n\n</think>\n\n"))
    // The response begins after the thought, so nothing divides it.
    #expect(format.endOfThinking == nil && format.bridgeText.hasSuffix("\\boxed{"))
    #expect(try format.parse(format.ids("It is 7.<|end|>")).answer == "7")
    let enabled = try ChatCheckpoints.format("qwen3", files) { $0.enableThinking = true }
    #expect(enabled.endOfThinking != nil)
  }

  @Test func `divide responses where their models think`() throws {
    for (name, mark) in [
      ("chat", ""), ("plain", ""), ("qwen2.5", ""), ("llama3", ""), ("smollm2", ""),
      ("gemma3", ""), ("qwen3", "</think>"), ("deepseek_r1", "</think>"),
    ] {
      let format = try ChatCheckpoints.format(name)
      #expect(format.thinkingMark == mark, "\(name)")
      let bridge = name == "plain" ? "\n\nFinal answer: " : "\n\nFinal answer: \\boxed{"
      #expect(format.bridgeText == (mark.isEmpty ? bridge : "\n</think>\n\n"), "\(name)")
    }
  }

  @Test func `let a pipeline's fields replace their texts`() throws {
    let spelled = try ChatCheckpoints.format { $0.endThinking = "[done]" }
    #expect(spelled.thinkingMark == "[done]" && spelled.bridgeText == "[done]")
    #expect(try spelled.closing == spelled.ids("[done]"))
    let undivided = try ChatCheckpoints.format("qwen3") { $0.endThinking = "" }
    #expect(undivided.endOfThinking == nil)
    #expect(undivided.bridgeText == "\n\nFinal answer: \\boxed{")
    let own = try ChatCheckpoints.format("qwen3") {
      $0.closing = "</think> So "
      $0.bridge = "! </think>\\boxed{"
    }
    #expect(try own.closing == own.ids("</think> So "))
    #expect(own.bridgeText == "! </think>\\boxed{")
  }

  @Test(arguments: [
    ("user_prompt", "problem"), ("answer_text", "answer"), ("closing", "end_thinking"),
    ("bridge", "end_thinking"), ("stop", "empty"), ("end_budget", "number"),
    ("budget_prompt", "budget"), ("chat_template", "chat_template:1:"),
  ])
  func `tell the field whose text cannot be used`(field: String, word: String) throws {
    let error = #expect(throws: FormatError.self) {
      try ChatCheckpoints.format("qwen3") {
        switch field {
        case "user_prompt": $0.userPrompt = "{problem}{problem}"
        case "answer_text": $0.answerText = "the answer"
        case "closing": $0.closing = "\n"
        case "bridge": $0.bridge = "\n"
        case "stop": $0.stop = ["a", ""]
        case "end_budget": $0.endBudget = " "
        case "budget_prompt": $0.budgetPrompt = "short"
        default: $0.chatTemplate = "{% if %}"
        }
      }
    }
    #expect(error?.issue.path == [field])
    #expect(error?.issue.message.contains(word) == true, "\(error as Any)")
    #expect(error?.issue.message.contains("\n") == false)
  }

  @Test func `know formats by everything that matters, and not by a path`() throws {
    let plain = try ChatCheckpoints.format().identity
    #expect(try ChatCheckpoints.format { $0.model = "elsewhere" }.identity == plain)
    for other in [
      try ChatCheckpoints.format { $0.systemPrompt = "S" },
      try ChatCheckpoints.format { $0.userPrompt = "{problem}!" },
      try ChatCheckpoints.format { $0.enableThinking = true },
      try ChatCheckpoints.format { $0.beginThinking = "T" },
      try ChatCheckpoints.format { $0.endThinking = "T" },
      try ChatCheckpoints.format { $0.closing = "T" },
      try ChatCheckpoints.format { $0.bridge = "T" },
      try ChatCheckpoints.format { $0.answer = ["hash"] },
      try ChatCheckpoints.format { $0.answerText = "{answer}" },
      try ChatCheckpoints.format { $0.stop = ["T"] },
      try ChatCheckpoints.format { $0.budgetPrompt = "{budget}" },
      try ChatCheckpoints.format { $0.beginBudget = "T" },
      try ChatCheckpoints.format { $0.endBudget = "T" },
      try ChatCheckpoints.format { $0.chatTemplate = "" },
      try ChatCheckpoints.format("chat", ChatCheckpoints.files(ends: [257, 258])),
      try ChatCheckpoints.format("chat", ChatCheckpoints.files(addsBegin: true)),
    ] { #expect(other.identity != plain) }
  }

  @Test func `draw the same responses whatever rule finds the answer in them`() throws {
    let plain = try ChatCheckpoints.format().drawingIdentity
    #expect(try ChatCheckpoints.format { $0.answer = ["hash"] }.drawingIdentity == plain)
    #expect(try ChatCheckpoints.format { $0.bridge = "T" }.drawingIdentity != plain)
  }
}
