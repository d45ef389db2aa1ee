import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Problems of a file with a limit` {
  private static let lines = (1...9).map { #"{"prompt":"\#($0)+0=?","answer":"\#($0)"}"# }
    .joined(separator: "\n")

  private func kept(_ more: String) throws -> [String] {
    try OwnData.problems(Data(Self.lines.utf8), fields: "{}", more: more)
  }

  @Test func `are the first`() throws {
    #expect(try kept("limit: 2") == ["1+0=?", "2+0=?"])
    #expect(try kept("limit: 100").count == 9)
  }

  @Test func `are the first of a shuffled order, which the seed decides`() throws {
    let all = try kept("shuffle: 1")
    #expect(all.count == 9 && Set(all).count == 9)
    #expect(all != all.sorted())
    #expect(try kept("shuffle: 1\n    limit: 3") == Array(all.prefix(3)))
    #expect(try kept("shuffle: 2") != all)
  }

  @Test func `are checked together with those that are left out`() throws {
    let text = Self.lines + "\n{}"
    let found = try OwnData.mistakes(
      [("train", Data(text.utf8))], fields: "{}", more: "limit: 1")
    #expect(found.map(\.range.line) == [10, 10])
  }

  @Test func `are counted as what is left`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.lines.utf8), to: "train.jsonl")
      let yaml =
        OwnData.yaml(["train"], fields: "{}", more: "limit: 2") + """

            generated: {kind: problems, families: [scan], splits: {train: {count: 4}}}
            base:
              kind: sft
              inputs: {data: generated}
              split: train
              model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
              intermediate_size: 24}
              train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
            rl:
              kind: rl
              inputs: {policy: base, problems: data}
              split: train
              sampling: {num_generations: 2, max_new_tokens: 8}
              algorithm: {adv_estimator: rloo, scale_rewards: none, clip_ratio_low: 0.2, \
              clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 0, num_iterations: 2}
              train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 3}
          """
      let found = Preflight(
        try own.graph(yaml), store: try own.store(), fingerprint: { $0.fingerprint }, name: { $0 }
      ).mistakes.map(\.message)
      #expect(found == ["the file holds 2 problems, fewer than 'rl' draws in one step: 3"])
    }
  }
}
