import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// Each preset on one group of responses, worked out by hand from the rule of its paper or code.
/// The numbers go through the fields that the preset sets, so weights, scaling, clipping,
/// aggregation and the place of the KL term are the preset's own.
@Suite struct `Presets, worked by hand` {
  /// A stage of the mini pipeline with a preset and values for its open fields.
  private func configuration(
    _ preset: String, _ open: String = ""
  ) throws -> RLKind.Configuration {
    let text = """
      version: 1
      name: worked
      stages:
        problems:
          kind: problems
          families: [chain]
          splits: {train: {count: 64, difficulty: [1, 1], seed: 1}}
        base:
          kind: sft
          inputs: {data: problems}
          split: train
          model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
          intermediate_size: 24}
          train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4}
        rl:
          kind: rl
          preset: \(preset)
          inputs: {policy: base, problems: problems}
          split: train
          sampling: {num_generations: 4, max_new_tokens: 8}
          train: {learning_rate: 1e-3, max_steps: 3, prompts_per_step: 16}
          \(open)
      """
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "worked.yaml", text: text), kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory)
    if diagnostics.hasErrors { Issue.record("\(DiagnosticPrinter().render(diagnostics))") }
    let graph = StageGraph(try #require(pipeline))
    let point = try #require(graph.points.first { $0.stage == "rl" })
    return RLKind.Configuration(decoding: point.config)
  }

  private func right(_ length: Int, stated: Int? = nil) -> GradedResponse {
    response(length, isCorrect: true, stated: stated)
  }

  private func wrong(_ length: Int, stated: Int? = nil) -> GradedResponse {
    response(length, isCorrect: false, stated: stated)
  }

  private func response(_ length: Int, isCorrect: Bool, stated: Int?) -> GradedResponse {
    GradedResponse(
      tokenCount: length, thinkingTokenCount: 0, verdict: isCorrect ? .right : .wrong,
      isFinished: true, statedBudget: stated)
  }

  /// The advantages of a group's tokens; one token per response unless given otherwise.
  /// - Parameter differences: log π - log πref of each response's tokens.
  private func advantages(
    _ configuration: RLKind.Configuration, _ responses: [GradedResponse],
    numbers: [String: Double] = [:], progress: Double? = nil, differences: [[Double]]? = nil
  ) -> [[Double]] {
    let rewards = configuration.reward.rewards(
      for: ResponseGroup(
        responses: responses, maxNewTokens: configuration.sampling.maxNewTokens,
        problemFields: numbers, progress: progress))
    let differences = differences ?? responses.map { _ in [0] }
    return ResponseAdvantages(configuration.algorithm).tokens(
      rewards: [rewards], logProbabilities: [differences.map { $0.map { $0 - 2 } }],
      references: [differences.map { $0.map { _ in -2 } }])[0]
  }

  /// The loss of one token for a given ratio and a given log-ratio to the reference policy.
  private func loss(
    _ configuration: RLKind.Configuration, advantage: Double, ratio: Double = 1,
    difference: Double = 0
  ) -> TokenLoss {
    PolicyObjective(configuration.algorithm).loss(
      logProbability: -1, logRatio: log(ratio), referenceLogProbability: -1 - difference,
      advantage: advantage)
  }

  private func weights(
    _ configuration: RLKind.Configuration, _ tokenCounts: [Int]
  ) -> [Double] {
    configuration.algorithm.aggregation.weights(
      tokenCounts: tokenCounts, maxNewTokens: configuration.sampling.maxNewTokens)
  }

  private func shares(_ counts: [Double]) -> [Double] { counts.map { 1 / $0 } }

  private func agree(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) < 2e-6 }
  }

  // MARK: GRPO and its kin

  /// Shao et al. 2024, sec. 4.1.2 and eq. 3, 4.
  @Test func `grpo`() throws {
    let preset = try configuration("grpo")
    // Rewards 1, 0, 0, 1: mean 1/2, sample deviation √(4 · 1/4 / 3) = 0.5773503.
    let advantage = 0.5 / (0.577_350_3 + 1e-4)
    let group = advantages(preset, [right(2), wrong(4), wrong(3), right(5)])
    #expect(agree(group.map { $0[0] }, [advantage, -advantage, -advantage, advantage]))
    // Mean over a response's tokens, then over the four responses: 1/(4 T).
    #expect(agree(weights(preset, [2, 4, 3, 5]), shares([8, 16, 12, 20])))
    // Above 1.2 a rewarded token has no gradient except that of the KL term: 0.04 (1 - e^-d) = 0.04
    // · 1/2 at d = log 2.
    let clipped = loss(preset, advantage: advantage, ratio: 1.3, difference: log(2))
    #expect(clipped.clip == .high && agree([clipped.derivative], [0.02]))
    #expect(agree([loss(preset, advantage: -advantage).derivative], [advantage]))
  }

  /// Liu et al. 2025, sec. 3.2: no deviation, and a constant instead of the length.
  @Test func `dr_grpo`() throws {
    let preset = try configuration("dr_grpo")
    let group = advantages(preset, [right(2), wrong(4), wrong(3), wrong(5)])
    #expect(agree(group.map { $0[0] }, [0.75, -0.25, -0.25, -0.25]))
    // 1/(4 · 8), whatever the length.
    #expect(agree(weights(preset, [2, 4, 3, 5]), shares([32, 32, 32, 32])))
    #expect(!preset.algorithm.needsReference)
  }

  /// Yu et al. 2025, eq. 7 to 9 and 13.
  @Test func `dapo`() throws {
    let preset = try configuration("dapo", "reward: {overlong_buffer: {len: 4}}")
    // Four right and short, one right at the limit of 8, three wrong and short: 1, 1 - 1, -1.
    // Mean (4 + 0 - 3)/8 = 0.125; squares 4 · 0.875² + 0.125² + 3 · 1.125² = 6.875, over 7
    // 0.9821429, root 0.9910312.
    let group = advantages(
      preset,
      [right(2), right(3), right(4), right(4), right(8), wrong(2), wrong(3), wrong(4)])
    let divisor = 0.991_031_2 + 1e-4
    let short = 0.875 / divisor
    let overlong = -0.125 / divisor
    let bad = -1.125 / divisor
    #expect(
      agree(group.map { $0[0] }, [short, short, short, short, overlong, bad, bad, bad]))
    // Clip-higher: a ratio of 1.25 is not clipped, 1.3 is.
    #expect(loss(preset, advantage: 1, ratio: 1.25).clip == nil)
    #expect(loss(preset, advantage: 1, ratio: 1.3).clip == .high)
    #expect(loss(preset, advantage: -1, ratio: 0.75).clip == .low)
    // Every token counts once, 1 of 10.
    #expect(agree(weights(preset, [2, 8]), [0.1, 0.1]))
    #expect(preset.algorithm.numMiniBatches == 16 && !preset.algorithm.needsReference)
  }

  // MARK: Leave one out

  /// Ahmadian et al. 2024, eq. 3 in eq. 8; TRL's RLOO trainer.
  @Test func `rloo`() throws {
    let preset = try configuration("rloo", "algorithm: {kl_coef: 0.1}")
    // Divergences 2, 0 and -1 of whole responses: 1 - 0.2, 0, 1 + 0.1.
    // 0.8 - (0 + 1.1)/2 = 0.25, 0 - (0.8 + 1.1)/2 = -0.95, 1.1 - (0.8 + 0)/2 = 0.7.
    let group = advantages(
      preset, [right(2), wrong(2), right(1)], differences: [[0.5, 1.5], [1, -1], [-1]])
    #expect(agree(group[0], [0.25, 0.25]))
    #expect(agree(group[1], [-0.95, -0.95]))
    #expect(agree(group[2], [0.7]))
    // REINFORCE on a response's log-probability: no bound, sums over tokens, a mean over responses.
    let far = loss(preset, advantage: 0.25, ratio: 5, difference: 1)
    #expect(far.clip == nil && far.derivative == -0.25)
    #expect(agree(weights(preset, [2, 2, 1]), shares([3, 3, 3])))
  }

  /// Arora and Zanette 2025, eq. 4, 5; the code's compute_reward after process_experiences.
  @Test func `efficient_reasoning`() throws {
    let preset = try configuration(
      "efficient_reasoning", "reward: {length_penalty: {alpha: 0.4}}")
    // Right lengths 10, 20, 30: mean 20, deviation 8.1649658, z = -1.2247449, 0, 1.2247449;
    // 1 - 0.4 σ(z) = 0.9091590, 0.8, 0.6908410; sum 2.4.
    // 0.9091590 - 1.4908410/3 = 0.4122120, 0.8 - 1.6/3 = 0.2666667,
    // 0.6908410 - 1.7091590/3 = 0.1211213, 0 - 2.4/3 = -0.8.
    // Then 0.001 times the KL of later tokens: 0.5 - 0.2 and -0.2 in the first response.
    let group = advantages(
      preset, [right(10), right(20), right(30), wrong(100)],
      differences: [[0.5, -0.2], [0], [0], [1]])
    #expect(agree(group[0], [0.412_212 - 0.000_3, 0.412_212 + 0.000_2]))
    #expect(agree(group[1] + group[2] + group[3], [0.266_666_7, 0.121_121_3, -0.801]))
    #expect(agree(weights(preset, [10, 20]), shares([20, 40])))
    #expect(loss(preset, advantage: 1, ratio: 1.21).clip == .high)
    #expect(preset.algorithm.numMiniBatches == 2)
  }

  // MARK: Budgets

  /// Aggarwal and Welleck 2025; get_delta_score_linear of the code.
  @Test func `l1_exact`() throws {
    let preset = try configuration("l1_exact", "reward: {length_penalty: {alpha: 0.1}}")
    // Budget 10: 1, 1 - 0.1 · 2 = 0.8, 0; mean 0.6, squares 0.16 + 0.04 + 0.36 = 0.56, over 2, root
    // 0.5291503.
    let group = advantages(
      preset, [right(10), right(12), wrong(10)], numbers: ["token_budget": 10])
    let divisor = 0.529_150_3 + 1e-4
    #expect(agree(group.map { $0[0] }, [0.4, 0.2, -0.6].map { $0 / divisor }))
    // For a token with negative advantage and a ratio above 3, the loss is limited to 3 times its
    // advantage.
    let dual = loss(preset, advantage: -0.5, ratio: 4)
    #expect(dual.clip == .dual && agree([dual.value], [1.5]) && dual.derivative == 0)
    #expect(loss(preset, advantage: -0.5, ratio: 2.9).clip == nil)
    // 0.001 (1 - e^-d) at d = log 2.
    #expect(agree([loss(preset, advantage: 0, difference: log(2)).derivative], [0.000_5]))
    #expect(agree(weights(preset, [10, 12, 10]), shares([32, 32, 32])))
    #expect(preset.algorithm.numMiniBatches == 2)
  }

  /// The same, get_delta_score_linear_both with the paper's slope.
  @Test func `l1_max`() throws {
    let preset = try configuration("l1_max", "reward: {length_penalty: {alpha: 0.1}}")
    // Budget 10: clip(0.5 + 0.5) = 1, clip(-0.2 + 0.5) = 0.3, 0; mean 0.4333333, squares 0.3211111
    // + 0.0177778 + 0.1877778 = 0.5266667, over 2, root 0.5131602.
    let group = advantages(
      preset, [right(5), right(12), wrong(10)], numbers: ["token_budget": 10])
    let divisor = 0.513_160_2 + 1e-4
    #expect(
      agree(
        group.map { $0[0] },
        [0.566_666_7, -0.133_333_3, -0.433_333_3].map { $0 / divisor }
      ))
    #expect(loss(preset, advantage: -0.5, ratio: 4).clip == .dual)
    #expect(preset.algorithm.numMiniBatches == 2)
  }

  /// Li et al. 2025, as far as the paper gives the rule (see `SelfBudget`).
  @Test func `selfbudgeter`() throws {
    let preset = try configuration("selfbudgeter", "algorithm: {kl_coef: 0}")
    // At the end the tolerance is 0.1. Stated 20: right with 19 tokens, best 18, |19 - 18|/(0.2 ·
    // 20) = 1/4, (1 + cos(π/4))/2 = 0.8535534, 0.5 + 0.5 · that = 0.9267767. Wrong with 21, best
    // 22: -0.5 + 0.5 · 0.8535534 = -0.0732233. Stated 40, above b_max = 30, right with 40, best 36:
    // share 1/2, 0.75 - 0.4 = 0.35. No budget stated: -1.
    // Mean 0.0508884; squares 0.7671804 + 0.0154037 + 0.0894678 + 1.1043664 = 1.9764180, over 3,
    // root 0.8116689.
    let group = advantages(
      preset, [right(19, stated: 20), wrong(21, stated: 20), right(40, stated: 40), right(10)],
      numbers: ["b_max": 30], progress: 1)
    let divisor = 0.811_668_9 + 1e-4
    #expect(
      agree(
        group.map { $0[0] },
        [
          0.875_888_3 / divisor, -0.124_111_7 / divisor, 0.299_111_6 / divisor,
          -1.050_888_4 / divisor,
        ]
      ))
    #expect(agree(weights(preset, [2, 4]), shares([4, 8])))
  }

  /// Qi et al. 2025, eq. 6 to 10; compute_cot_advantage and compute_summary_advantage of the code.
  @Test func `anytime_reasoner`() throws {
    let preset = try configuration(
      "anytime_reasoner", "rollout: {budgets: [2, 4], budget_prior: uniform, answer_budget: 2}")
    let brpo = try #require(preset.algorithm.estimator as? BRPO)
    // Scores 0, 1 and 1, 1 under P = 1/2, 1/2. Returns 0.5, 0.5 and 1, 0.5. The group's means are
    // 0.75 and 0.5; the chains' own baselines are 0, 0 and 0, 1 · 0.5. V = 0.75 and (own + 0.5)/2:
    // 0.25, 0.5.
    let thinking = brpo.advantages(scores: [[0, 1], [1, 1]], weights: [0.5, 0.5])
    #expect(agree(thinking[0], [-0.25, 0.25]) && agree(thinking[1], [0.25, 0]))
    // Summaries 1, 0, 0, 0 of one cut against their mean of 1/4, each with equal weight.
    let summaries = brpo.summaries.advantages(
      rewards: [[(1, 0), (0, 0), (0, 0), (0, 0)]], groupScores: [0.25, 1], summariesPerBudget: 4)
    #expect(agree(summaries[0], [0.75, -0.25, -0.25, -0.25]))
    #expect(agree(weights(preset, [4, 9]), shares([16, 16])))
    #expect(loss(preset, advantage: -1, ratio: 0.79).clip == .low)
    #expect(preset.algorithm.numMiniBatches == 2 && !preset.algorithm.needsReference)
  }

  @Test func `every preset is worked here`() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    for preset in StagePresetTests.all {
      #expect(source.contains("@Test func `\(preset.name)`()"), "\(preset.name)")
    }
  }
}
