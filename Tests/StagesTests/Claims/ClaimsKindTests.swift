import Foundation
import PipelineCore
import Stages
import Testing

/// Claims in pipelines: mistakes at their places, and verdicts from a run.
@Suite(.timeLimit(.minutes(120))) struct `Claims in a pipeline` {
  private static func yaml(_ claim: String) -> String {
    MiniPipeline.yaml
      + """

        verdicts:
          kind: claims
          inputs: {results: {rl: eval, base: eval_base, cut: cut, given: given, short: short}}
          claims:
            one: \(claim)
        eval_base:
          kind: eval
          inputs: {policy: base, problems: problems}
          splits: [easy]
          sampling: {num_generations: 2, max_new_tokens: 12, temperature: 0.6}
        cut:
          kind: eval
          inputs: {policy: base, problems: problems}
          splits: [easy]
          sampling: {num_generations: 2, max_new_tokens: 12}
          budgets: [4, 8]
        given:
          kind: eval
          inputs: {policy: base, problems: problems}
          splits: [easy]
          sampling: {num_generations: 2, max_new_tokens: 12}
          prefilled_budgets: [16, 32]
        short:
          kind: eval
          inputs: {policy: base, problems: problems}
          splits: [easy]
          sampling: {num_generations: 2, max_new_tokens: 12}
          thinking_budget: 6
      """
      + "\nsweep:\n  grid: {rl.reward.length_penalty.alpha: [0, 0.4]}\n"
  }

  private func found(_ claim: String) -> (text: String, line: String) {
    let yaml = Self.yaml(claim)
    let line =
      (yaml.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.contains("one: {")
      } ?? 0) + 1
    let diagnostics = Pipeline.load(
      SourceFile(name: "p.yaml", text: yaml), kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory
    ).diagnostics
    return (DiagnosticPrinter().render(diagnostics), "p.yaml:\(line):")
  }

  @Test func `that are sound are accepted`() {
    for claim in [
      "{metric: accuracy, compare: {alpha: 0.4}, with: {results: base}, expect: not_lower, "
        + "margin: 0.1}",
      "{metric: mean_tokens, compare: {alpha: 0.4}, with: {alpha: 0.0}, expect: lower, paper: E1}",
      "{metric: mean_tokens, compare: {results: rl}, along: alpha, expect: falls, scale: ratio}",
      "{metric: mean_tokens, compare: {results: rl}, along: alpha, expect: trend_down, margin: 2}",
      "{metric: pass@2, compare: {results: base}, value: 0.5, expect: higher, seeds: fixed}",
      "{metric: maj@2, compare: {results: base}, value: 0.5, expect: higher}",
      "{metric: accuracy, compare: {alpha: 0.4}, with: {results: base, cutoff: matched}, "
        + "expect: not_higher, margin: 0.1}",
      "{metric: finished, compare: {results: base, family: chain}, value: 0.5, expect: higher}",
      "{metric: accuracy, compare: {results: cut, budget: 8}, value: 0.5, expect: higher}",
      "{metric: mean_tokens, compare: {results: given, budget: 32}, value: 9, expect: higher}",
      "{metric: accuracy, compare: {results: short, budget: 6}, value: 0.5, expect: higher}",
    ] {
      #expect(found(claim).text.isEmpty, "\(found(claim).text)")
    }
  }

  @Test(arguments: [
    (
      "{metric: acuracy, compare: {alpha: 0.4}, with: {results: base}, expect: lower}", "'accuracy'"
    ),
    (
      "{metric: accuracy, compare: {results: rll, alpha: 0.4}, with: {results: base}, "
        + "expect: lower}",
      "unknown label 'rll'"
    ),
    (
      "{metric: accuracy, compare: {results: rl, alfa: 0.4}, with: {results: base}, expect: lower}",
      "did you mean 'alpha'?"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.3}, with: {results: base}, expect: lower}",
      "its values are 0, 0.4"
    ),
    (
      "{metric: accuracy, compare: {results: rl}, with: {results: base}, expect: lower}",
      "add 'alpha: VALUE'"
    ),
    (
      "{metric: accuracy, compare: {results: cut, budget: 7}, value: 0.5, expect: higher}",
      "'cut' has no responses under a budget of 7"
    ),
    (
      "{metric: accuracy, compare: {results: cut, budget: 8}, with: {results: given, budget: 8}, "
        + "expect: higher}", "its budgets are 16, 32"
    ),
    (
      "{metric: accuracy, compare: {results: base, budget: 8}, value: 0.5, expect: higher}",
      "its responses have no budgets"
    ),
    ("{metric: accuracy, compare: {alpha: 0.4}, expect: lower}", "missing: give 'with' or 'value'"),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, with: {split: esay, results: base}, "
        + "expect: lower}",
      "did you mean 'easy'?"
    ),
    ("{metric: accuracy, compare: {results: rl}, expect: falls}", "'expect: falls' needs 'along'"),
    (
      "{metric: accuracy, compare: {results: rl}, expect: trend_up}",
      "'expect: trend_up' needs 'along'"
    ),
    (
      "{metric: pass@3, compare: {results: base}, value: 0.5, expect: higher}",
      "'pass@3' needs 3 responses to a question, but 'eval_base' draws 2"
    ),
    ("{metric: maj@0, compare: {results: base}, value: 0.5, expect: higher}", "unknown metric"),
    (
      "{metric: accuracy, compare: {results: rl}, along: alpa, expect: falls}",
      "did you mean 'alpha'?"
    ),
    ("{metric: accuracy, compare: {alpha: 0.4}, value: 1, expect: equal}", "needs a margin"),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, value: 0, scale: ratio, expect: lower}",
      "'scale: ratio' needs a value other than 0"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, value: 1, along: alpha, expect: lower}",
      "'along' is only valid with expect: falls, rises or a trend"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, value: 1, expect: lower, by: 0.1}",
      "did you mean 'margin'?"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, value: 1, expect: lower, together: true}",
      "did you mean 'pool_splits'?"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, value: 1, expect: lowest}", "did you mean 'lower'?"
    ),
    ("{metric: accuracy, compare: {family: chain}, value: 1, expect: lower}", "'results: LABEL'"),
    (
      "{metric: accuracy, compare: {alpha: 0.4, cutoff: long}, value: 1, expect: lower}",
      "'cutoff' is a whole number"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4, cutoff: matched}, value: 1, expect: lower}",
      "'cutoff: matched' needs another side, whose length it matches"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4}, "
        + "with: {results: base, cutoff: matched, split: esay}, expect: lower}",
      "did you mean 'easy'?"
    ),
    (
      "{metric: accuracy, compare: {alpha: 0.4, cutoff: matched}, "
        + "with: {results: base, cutoff: matched}, expect: lower}",
      "'cutoff: matched' needs another side, whose length it matches"
    ),
  ])
  func `that are mistaken are refused at their place`(claim: String, message: String) {
    let (text, place) = found(claim)
    #expect(text.contains(message), "\(text)")
    #expect(text.contains(place), "\(text)")
  }

  @Test func `get verdicts from what a run stored, and are then a hit`() throws {
    try TemporaryStore.with { store in
      let first = try MiniPipeline.run(store, MiniPipeline.claimingYAML)
      let digest = try #require(first.digests["claims"])
      let artifact = try store.artifact(digest)
      #expect(
        artifact.manifest.files.map(\.path)
          == ["claims.json", "table.csv", "table.json", "table.md", "table.txt"])
      let text = String(decoding: try artifact.read("table.txt"), as: UTF8.self)
      let again = try MiniPipeline.run(store, MiniPipeline.claimingYAML)
      #expect(again.points.allSatisfy { $0.outcome == .hit })
      #expect(text.contains("held") || text.contains("undecided"), "\(text)")
    }
  }
}
