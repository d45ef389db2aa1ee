import Fields
import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `The inspection of data` {
  private static let readers = """

      base:
        kind: sft
        inputs: {data: data}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
        intermediate_size: 24}
        train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
      eval:
        kind: eval
        inputs: {policy: base, problems: data}
        splits: [test]
        sampling: {num_generations: 1, max_new_tokens: 8}
    """

  private func inspect(
    train: [String], test: [String] = [#"{"prompt":"8+1=?","answer":"9","response":"8+1"}"#],
    more: String = "", count: Int = 2
  ) throws -> DataInspection {
    try OwnData.with { own in
      try own.write(Data(train.joined(separator: "\n").utf8), to: "train.jsonl")
      try own.write(Data(test.joined(separator: "\n").utf8), to: "test.jsonl")
      let yaml =
        OwnData.yaml(["train", "test"], fields: "{response: response}", more: more) + Self.readers
      return DataInspection(try own.graph(yaml), examples: count) {
        URL(fileURLWithPath: $0).lastPathComponent
      }
    }
  }

  private func told(_ inspection: DataInspection) -> [String] {
    inspection.diagnostics.map { diagnostic in
      "\(diagnostic.file.name):\(diagnostic.range.line):\(diagnostic.range.column): "
        + "\(diagnostic.severity.rawValue): \(diagnostic.message)"
    }
  }

  private static let lines = (1...20).map {
    #"{"prompt":"\#($0)+0=?","answer":"\#($0)","response":"~\#($0)+0=\#($0);"}"#
  }

  @Test func `counts problems and tokens of every split`() throws {
    let found = try inspect(train: Self.lines + [Self.lines[0]], more: "duplicates: drop")
    #expect(told(found) == [])
    let data = try #require(found.stages.first)
    #expect(data.address == "data" && data.lineFormat == "lines" && data.verifier == "exact")
    #expect(data.responseFormat == "ladder")
    let train = try #require(data.splits.first { $0.name == "train" })
    #expect(train.count == 20 && train.repeats == 1 && train.shared == 0 && train.leftOut == 0)
    let figures = train.lengths.map { name, length in
      "\(name): \(length.min) \(length.median) \(length.p95) \(length.max)"
    }
    // A prompt of one digit has 5 tokens, and <t> follows it; its response ends in </t>1<eos>.
    #expect(
      figures == ["prompt: 5 6 6 6", "whole prompt: 6 7 7 7", "response: 10 13 13 13"])
  }

  @Test func `shows what is learned and what is only read`() throws {
    let found = try inspect(train: Self.lines, count: 1)
    #expect(found.examples.map(\.stage) == ["base", "eval"])
    let (learned, read) = (found.examples[0], found.examples[1])
    #expect(
      learned.pieces.map(\.text) == ["1+0=?<t>", "~1+0=1;</t>1<eos>"]
        && learned.pieces.map(\.isLearned) == [false, true])
    #expect(learned.count(learned: false) == 6 && learned.count(learned: true) == 10)
    #expect(learned.file == "train.jsonl" && learned.line == 1 && learned.split == "train")
    #expect(read.pieces.map(\.text) == ["8+1=?<t>"] && !read.isLearned)
    let json = learned.json
    #expect(json["mask"]?.arrayValue?.compactMap(\.intValue).reduce(0, +) == 10)
    #expect(json["tokens"]?.arrayValue?.count == 16)
    #expect(json["text"]?.stringValue == "1+0=?<t>~1+0=1;</t>1<eos>")
  }

  @Test func `shows as many examples as are asked for, in the order of the limit`() throws {
    let found = try inspect(train: Self.lines, more: "shuffle: 3\n    limit: 2", count: 5)
    let shown = found.examples.filter { $0.stage == "base" }
    #expect(shown.count == 2)
    for example in shown {
      #expect(example.pieces.first?.text == "\(example.line)+0=?<t>")
    }
    #expect(found.stages.first?.splits.first { $0.name == "train" }?.leftOut == 18)
    #expect(try inspect(train: Self.lines, count: 0).examples.isEmpty)
  }

  @Test func `tells mistakes of the files as a run would`() throws {
    let found = try inspect(train: Self.lines + [#"{"prompt":"D","answer":"1"}"#, "x"])
    #expect(
      told(found) == [
        "train.jsonl:21:1: error: missing member 'response' for the response",
        "train.jsonl:22:1: error: the line is not valid JSON: a value is missing",
        "train.jsonl:21:12: error: 'D' in the prompt is not in the models' vocabulary",
      ])
    let shared = try inspect(train: Self.lines, test: [Self.lines[3]])
    #expect(shared.diagnostics.hasErrors)
    #expect(shared.stages.first?.splits.first { $0.name == "test" }?.shared == 1)
  }

  @Test func `tells reference answers that their verifier refuses`() throws {
    let odd = #"{"prompt":"1","answer":"a","response":"1"}"#
    let found = try inspect(train: Self.lines + [odd], more: "verifier: number")
    #expect(
      told(found).first
        == "train.jsonl:21:15: error: 'verifier: number' refuses the reference answer 'a'")
    let many = (1...9).map { #"{"prompt":"\#($0)","answer":"a","response":"1"}"# }
    let summary = try inspect(train: Self.lines + many, more: "verifier: number").diagnostics
    let first = try #require(summary.first)
    #expect(first.message == "9 of 29 reference answers are refused by 'verifier: number'")
    #expect(first.notes.map(\.range.line) == [21, 22, 23])
  }

  @Test func `warns once of responses that end in another answer`() throws {
    let other = (1...9).map { #"{"prompt":"\#($0)","answer":"2","response":"1</t>3"}"# }
    let found = try inspect(train: other)
    #expect(
      told(found) == [
        "train.jsonl:1:28: warning: 9 of 9 responses end in another answer than the reference "
          + "answer"
      ])
    let warning = try #require(found.diagnostics.first)
    #expect(
      warning.notes.map(\.message)
        == Array(
          repeating: "the response's answer is '3', the reference answer is '2'", count: 3))
    let one = try inspect(train: Self.lines + [other[0]])
    #expect(told(one).map { $0.hasPrefix("train.jsonl:21:28: warning: the response's") } == [true])
  }

  @Test func `tells responses that forge a mark`() throws {
    let forged = #"{"prompt":"1","answer":"2","response":"1<b>1"}"#
    #expect(
      told(try inspect(train: Self.lines + [forged])) == [
        "train.jsonl:21:41: error: '<b>' in the response is the name of a token and would be read "
          + "as that token"
      ])
  }

  @Test func `counts characters of texts that no model reads`() throws {
    try OwnData.with { own in
      let line = #"{"question":"How many are 2 and 3?","answer":"It is 5.\n#### 5"}"#
      try own.write(Data(line.utf8), to: "train.jsonl")
      let yaml = OwnData.yaml(
        ["train"], fields: "{}", more: "format: gsm8k\n    vocabulary: any")
      let found = DataInspection(try own.graph(yaml), examples: 2) { $0 }
      let split = try #require(found.stages.first?.splits.first)
      #expect(split.unit == "characters")
      #expect(split.lengths.map(\.summary.max) == [21, 8])
      #expect(found.diagnostics.isEmpty)
    }
  }

  @Test func `warns of problems that training and evaluation share over two data stages`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.lines.joined(separator: "\n").utf8), to: "train.jsonl")
      try own.write(Data(#"{"prompt":"8+1=?","answer":"9","response":"1"}"#.utf8), to: "test.jsonl")
      let new = #"{"prompt":"9+8=?","answer":"17"}"#
      let held = [new, Self.lines[4], Self.lines[2]].joined(separator: "\n")
      try own.write(Data(held.utf8), to: "held.jsonl")
      let yaml =
        OwnData.yaml(["train", "test"], fields: "{response: response}") + Self.readers + """

            held:
              kind: data
              inputs: {files: {test: {file: held.jsonl}}}
            judged:
              kind: eval
              inputs: {policy: base, problems: held}
              splits: [test]
              sampling: {num_generations: 1, max_new_tokens: 8}
          """
      let found = DataInspection(try own.graph(yaml), examples: 0) {
        URL(fileURLWithPath: $0).lastPathComponent
      }
      #expect(
        told(found) == [
          "held.jsonl:2:2: warning: 2 of 3 problems that 'judged' judges by are also in "
            + "train.jsonl, on which 'base' trains"
        ])
      #expect(
        found.diagnostics.first?.notes.map(\.message)
          == [5, 3].map {
            "the problem is also in line \($0) of train.jsonl, on which 'base' trains"
          })
    }
  }

  @Test func `tells examples longer than is allowed`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.lines.joined(separator: "\n").utf8), to: "train.jsonl")
      let yaml =
        OwnData.yaml(["train"], fields: "{response: response}")
        + Self.readers.components(separatedBy: "  eval:")[0]
        .replacingOccurrences(of: "split: train", with: "split: train\n    max_length: 16")
      func told(_ yaml: String) throws -> [String] {
        DataInspection(try own.graph(yaml), examples: 2) { $0 }.diagnostics.map(\.message)
      }
      #expect(try told(yaml) == ["11 of 20 problems are too long for 'base'"])
      let dropped = yaml.replacingOccurrences(
        of: "max_length: 16", with: "max_length: 16\n    truncation: drop")
      #expect(
        try told(dropped) == [
          "11 of 20 examples are longer than 'max_length', 16, so 'base' leaves them out"
        ])
      let cut = dropped.replacingOccurrences(of: "drop", with: "cut")
      let warning = try #require(
        DataInspection(try own.graph(cut), examples: 2) { $0 }.diagnostics.first)
      #expect(
        warning.message == "11 of 20 examples are longer than 'max_length', 16, so 'base' cuts them"
      )
      #expect(warning.severity == .warning && warning.notes.map(\.range.line) == [10, 11, 12])
      #expect(
        warning.notes.first?.message == "the example has 20 tokens, so 'base' cuts it")
    }
  }

  @Test func `has nothing to say of a pipeline without files`() throws {
    try OwnData.with { own in
      let yaml = """
        version: 1
        name: own
        stages:
          problems: {kind: problems, families: [scan], splits: {train: {count: 4}}}
        """
      let found = DataInspection(try own.graph(yaml), examples: 2) { $0 }
      #expect(found.stages.isEmpty && found.examples.isEmpty && found.diagnostics.isEmpty)
    }
  }
}
