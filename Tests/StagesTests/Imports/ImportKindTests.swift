import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

@Suite struct `Imported runs` {
  /// A line of lm-evaluation-harness.
  private static func line(_ id: Int, _ prompt: String, _ right: Int, _ text: String = "x")
    -> String
  {
    #"{"doc_id": \#(id), "doc": {"question": "\#(prompt)", "key": "k\#(id)"}, "target": "2", "#
      + #""arguments": {"gen_args_0": {"arg_0": "Q: \#(prompt)", "arg_1": {}}}, "#
      + #""resps": [["\#(text)"]], "filtered_resps": ["2"], "filter": "none", "#
      + #""metrics": ["exact_match"], "exact_match": \#(right)}"# + "\n"
  }

  private func run(_ own: OwnData, _ yaml: String) throws -> [String: StoredArtifact] {
    let summary = try own.run(try own.graph(yaml))
    return try Dictionary(
      uniqueKeysWithValues: summary.points.compactMap { point in
        try point.artifact.map { (point.address, try own.store().artifact($0)) }
      })
  }

  @Test func `fill tables, which say where lengths are not known`() throws {
    try OwnData.with { own in
      try own.write(
        Data((Self.line(0, "1+1=?", 1) + Self.line(1, "1+2=?", 0)).utf8), to: "test.json")
      let yaml =
        ImportedLogs.yaml(fields: ["fields: {prompt: doc.question}"]) + """
            table:
              kind: table
              inputs: {results: {theirs: theirs}}
              splits: [test]
              columns: [accuracy, mean_tokens, cutoff_accuracy@10]
          """
      let table = try #require(try run(own, yaml)["table"])
      let text = String(decoding: try table.read("table.json"), as: UTF8.self)
      #expect(text.contains("0.5"))
      #expect(text.contains("Without token counts, so without metrics of tokens: theirs."))
    }
  }

  @Test func `have no metrics of tokens where one response lacks its length`() throws {
    try OwnData.with { own in
      // Two of the nine responses have no counts.
      try own.write(try ImportedLogs.log("inspect.json"), to: "test.json")
      let yaml =
        ImportedLogs.yaml() + """
            table:
              kind: table
              inputs: {results: {theirs: theirs}}
              columns: [mean_tokens, median_tokens]
          """
      let table = try #require(try run(own, yaml)["table"])
      let text = String(decoding: try table.read("table.csv"), as: UTF8.self)
      #expect(!text.contains("12.25") && text.contains(",,"), "\(text)")
    }
  }

  @Test func `of several logs under one split are samples of the same questions`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.line(0, "1+1=?", 1).utf8), to: "one.json")
      try own.write(Data(Self.line(0, "1+1=?", 0).utf8), to: "two.json")
      let yaml = ImportedLogs.yaml(["one", "two"], fields: ["split: test"])
      let theirs = try #require(try run(own, yaml)["theirs"])
      let responses = try ResponsesArtifact.read(theirs)
      #expect(responses.map(\.sample) == [0, 1])
      #expect(responses.map(\.isCorrect) == [true, false])
      #expect(Set(responses.map(\.questionName)).count == 1)
    }
  }

  @Test(arguments: ["pair_by: prompt", "pair_by: id"])
  func `pair with the questions of our own stages`(rule: String) throws {
    try OwnData.with { own in
      try own.write(
        Data((#"{"prompt":"1+1=?","answer":"2","key":"k0"}"# + "\n").utf8), to: "data.jsonl")
      // By their id, questions pair whatever else their prompts say.
      let prompt =
        rule == "pair_by: id" ? "fields: {id: doc.key}" : "fields: {prompt: doc.question}"
      try own.write(Data(Self.line(0, "1+1=?", 1).utf8), to: "test.json")
      let yaml =
        ImportedLogs.yaml(fields: [rule, prompt]).replacing(
          "inputs: {logs", with: "inputs: {problems: data, logs") + """
            data:
              kind: data
              inputs: {files: {test: {file: data.jsonl}}}
              fields: {id: key}
          """
      let made = try run(own, yaml)
      let responses = try ResponsesArtifact.read(try #require(made["theirs"]))
      let problems = try ProblemsArtifact.splits(of: try #require(made["data"]))
      #expect(responses.map(\.problem) == problems["test"])
    }
  }

  @Test func `that answer another question than ours fail with its place`() throws {
    try OwnData.with { own in
      try own.write(
        Data((#"{"prompt":"1+1=?","answer":"2"}"# + "\n").utf8), to: "data.jsonl")
      try own.write(
        Data((Self.line(0, "1+1=?", 1) + Self.line(1, "1+2=?", 1)).utf8), to: "test.json")
      let yaml =
        ImportedLogs.yaml(fields: ["fields: {prompt: doc.question}"]).replacing(
          "inputs: {logs", with: "inputs: {problems: data, logs") + """
            data:
              kind: data
              inputs: {files: {test: {file: data.jsonl}}}
          """
      let summary = try own.run(try own.graph(yaml))
      let outcome = try #require(summary.points.first { $0.address == "theirs" }?.outcome)
      guard case .failed(let sentence) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(sentence.contains(":2:1: split 'test' of the problems has no prompt '1+2=?'"))
    }
  }

  @Test func `are the same bytes for the same logs`() throws {
    let log = Data((Self.line(0, "1+1=?", 1) + Self.line(1, "é=?", 0)).utf8)
    let stored = try ImportedLogs.stored(log)
    let again = try ImportedLogs.stored(log)
    #expect(stored.summary == again.summary)
    #expect(stored.responses.map(\.json.compact) == again.responses.map(\.json.compact))
    #expect(
      stored.responses[0].json.compact.contains(
        #""tokens":[],"log_probabilities":[],"length":null"#))
  }
}
