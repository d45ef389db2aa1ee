import Foundation
import Testing

/// Tests `validate --data` as a user calls it.
@Suite(.timeLimit(.minutes(120)))
struct `The validate command with data` {
  private static let pipeline = """
    version: 1
    name: sums
    stages:
      sums:
        kind: data
        inputs: {files: {train: {file: train.jsonl}, test: {file: test.jsonl}}}
        fields: {response: response}
        verifier: number
      base:
        kind: sft
        inputs: {data: sums}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
    intermediate_size: 24}
        train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
      eval:
        kind: eval
        inputs: {policy: base, problems: sums}
        splits: [test]
        sampling: {num_generations: 1, max_new_tokens: 8}
    """

  private func withSums<Result>(
    last: String = #"{"prompt":"9+0=?","answer":"9","response":"~9+0=9;"}"#,
    _ body: (URL) throws -> Result
  ) throws -> Result {
    try withProject { folder in
      let pipelines = folder.appendingPathComponent("pipelines")
      try Data(Self.pipeline.utf8).write(to: pipelines.appendingPathComponent("sums.yaml"))
      let lines = (1...8).map {
        #"{"prompt":"\#($0)+0=?","answer":\#($0),"response":"~\#($0)+0=\#($0);"}"#
      }
      try Data((lines + [last]).joined(separator: "\n").utf8)
        .write(to: pipelines.appendingPathComponent("train.jsonl"))
      try Data(#"{"prompt":"1+1=?","answer":2,"response":"~1+1=2;"}"#.utf8)
        .write(to: pipelines.appendingPathComponent("test.jsonl"))
      return try body(folder)
    }
  }

  @Test func `shows counts, lengths and examples in 80 columns`() throws {
    try withSums { folder in
      let plain = try LaconicProcess.run(["validate", "pipelines/sums.yaml"], in: folder)
      #expect(plain.output == "pipelines/sums.yaml: valid: 3 stages, 3 points\n")
      let shown = try LaconicProcess.run(
        ["validate", "pipelines/sums.yaml", "--data", "--examples", "1"], in: folder)
      #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown.errors)")
      #expect(
        shown.output == """
          pipelines/sums.yaml: valid: 3 stages, 3 points

          sums: format lines, verifier number, response_format ladder
            split  problems  left out  repeats  in two files
            train         9         0        0             0
            test          1         0        0             0
            train: pipelines/train.jsonl
            test: pipelines/test.jsonl
            tokens              min  median  p95  max
            train prompt          5       5    5    5
            train whole prompt    6       6    6    6
            train response       10      10   10   10
            test prompt           5       5    5    5
            test whole prompt     6       6    6    6
            test response        10      10   10   10

          base (sft) learns split train of sums
            pipelines/train.jsonl:1: 6 tokens given, 10 learned
              1+0=?<t>⟦~1+0=1;</t>1<eos>⟧
              ids 10 19 9 22 24 2 ⟦29 10 19 9 22 10 23 3 10 1⟧

          eval (eval) answers split test of sums
            pipelines/test.jsonl:1: 6 tokens
              1+1=?<t>
              ids 10 19 10 22 24 2

          ⟦ ⟧ encloses what is learned; ⏎ stands for a line break

          """)
      #expect(shown.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
  }

  @Test func `prints JSON with ids and the mask`() throws {
    try withSums { folder in
      let shown = try LaconicProcess.run(
        ["validate", "pipelines/sums.yaml", "--data", "--json"], in: folder)
      let document =
        try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
      let examples = try #require(document?["examples"] as? [[String: Any]])
      #expect(examples.count == 3)
      #expect(
        examples[0]["mask"] as? [Int] == Array(repeating: 0, count: 6)
          + Array(repeating: 1, count: 10))
      #expect((examples[0]["tokens"] as? [Int])?.count == 16)
      #expect((document?["mistakes"] as? [Any])?.isEmpty == true)
      #expect(document?["stages"] as? Int == 3)
    }
  }

  @Test func `tells mistakes at their place and exits 2`() throws {
    try withSums(last: #"{"prompt":"9+0=?","answer":"n","response":"~9+0=9;"}"#) { folder in
      let shown = try LaconicProcess.run(
        ["validate", "pipelines/sums.yaml", "--data"], in: folder)
      #expect(shown.status == 2)
      #expect(
        shown.errors.hasPrefix(
          "pipelines/train.jsonl:9:19: error: 'verifier: number' refuses the reference answer 'n'"
        ), "\(shown.errors)")
      #expect(shown.output.contains("base (sft) learns"))
    }
  }
}
