import Fields
import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// Tests of the presence of a reward as a swept value, with the kinds that there are.
@Suite struct SweptRewardTests {
  private func text(_ reward: String, sweep: String = "", claim: String = "") -> String {
    """
    version: 1
    name: rewards
    stages:
      problems:
        kind: problems
        families: [chain]
        splits:
          train: {count: 64, difficulty: [1, 1], seed: 1}
          test: {count: 8, difficulty: [1, 1], seed: 2}
      base:
        kind: sft
        inputs: {data: problems}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
    intermediate_size: 24}
        train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4}
      rl:
        kind: rl
        preset: grpo
        algorithm: {num_mini_batches: 2}
        inputs: {policy: base, problems: problems}
        split: train
        sampling: {num_generations: 4, max_new_tokens: 8}
        train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 16}
        \(reward)
      eval:
        kind: eval
        inputs: {policy: rl, problems: problems}
        splits: [test]
        sampling: {num_generations: 2, max_new_tokens: 8}
    \(claim)
    \(sweep)
    """
  }

  private func points(_ text: String) throws -> [StagePoint] {
    try StageGraph.reading(text, in: FileManager.default.temporaryDirectory).points
  }

  private let sweep = """
    sweep:
      grid:
        rl.reward:
          none: {}
          length: &length {length_penalty: {alpha: 0.1}}
          both: {<<: *length, overlong_buffer: {len: 4, penalty_factor: 0.5}}
    """

  @Test func `a point has the key of the pipeline written with that reward, or without`() throws {
    let swept = try points(text("", sweep: sweep))
    #expect(
      swept.map(\.address) == [
        "problems", "base", "rl[reward=none]", "rl[reward=length]", "rl[reward=both]",
        "eval[reward=none]", "eval[reward=length]", "eval[reward=both]",
      ])
    let rewards = [
      "", "reward: {length_penalty: {alpha: 0.1}}",
      "reward: {length_penalty: {alpha: 0.1}, overlong_buffer: {len: 4, penalty_factor: 0.5}}",
    ]
    for (index, reward) in rewards.enumerated() {
      let written = try points(text(reward))
      for (point, other) in [(swept[2 + index], written[2]), (swept[5 + index], written[3])] {
        #expect(bytes(point) == bytes(other), "\(point.address)")
      }
    }
  }

  private func bytes(_ point: StagePoint) -> [UInt8] {
    StageKey.canonicalBytes(of: point, inputs: [], fingerprint: "")
  }

  @Test func `a claim chooses a reward by its name`() throws {
    func claim(_ name: String) -> String {
      """
        verdicts:
          kind: claims
          inputs: {results: {rl: eval}}
          claims:
            shorter:
              metric: mean_tokens
              compare: {reward: length}
              with: {reward: \(name)}
              expect: lower
      """
    }
    #expect(try points(text("", sweep: sweep, claim: claim("none"))).last?.stage == "verdicts")
    let (_, found) = Pipeline.load(
      SourceFile(name: "f.yaml", text: text("", sweep: sweep, claim: claim("nome"))),
      kinds: .builtIn, directory: FileManager.default.temporaryDirectory)
    #expect(found.map(\.message) == ["'rl' is never run with reward nome"])
    #expect(found.map(\.help) == ["its values are none, length, both"])
  }
}
