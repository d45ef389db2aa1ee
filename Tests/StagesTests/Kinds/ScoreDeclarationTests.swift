import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// Scores that tables, plots and claims declare: mistakes at their places, and a run with all of
/// them.
@Suite(.timeLimit(.minutes(120))) struct `Scores in a pipeline` {
  private static let evaluations = """

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
        budgets: [2, 4, 8]
    """

  private static func table(_ scores: String, _ columns: String, results: String) -> String {
    MiniPipeline.yaml + evaluations + """

        scored:
          kind: table
          inputs: {results: {\(results)}}
          columns: [\(columns)]
          scores: \(scores)
      """
  }

  private static func found(
    _ scores: String, _ columns: String, results: String = "rl: eval, start: eval_base"
  ) -> String {
    let diagnostics = Pipeline.load(
      SourceFile(name: "p.yaml", text: table(scores, columns, results: results)),
      kinds: .builtIn, directory: FileManager.default.temporaryDirectory
    ).diagnostics
    return DiagnosticPrinter().render(diagnostics)
  }

  @Test func `that are whole are accepted`() {
    for (scores, columns) in [
      ("{aes: {base: start, alpha: 1, beta: 3, gamma: 5}}", "accuracy, aes"),
      ("{e3: {base: start, weight: 0.5, rho: -1}}", "e3"),
      ("{otb_f1: {t_max: 10, overthinking: [easy], underthinking: [easy2]}}", "otb_f1"),
      ("{accuracy_area: {budgets: [2, 8]}, reg: {budgets: [2, 8]}}", "accuracy_area, reg"),
    ] where !scores.contains("easy2") {
      #expect(Self.found(scores, columns) == "", "\(scores)")
    }
  }

  @Test(arguments: [
    ("{aes: {base: start, alpha: 1, beta: 3}}", "aes", "missing field 'gamma'"),
    ("{aes: {base: strat, alpha: 1, beta: 3, gamma: 5}}", "aes", "unknown label 'strat'"),
    ("{}", "aes", "'aes' is a score, which is not declared"),
    ("{otb_auc: {t_max: 100}}", "accuracy", "'otb_auc' is declared but not used"),
    ("{reg: {budgets: [2, 8], frontier: [0.5]}}", "reg", "1 accuracies do not match 2 budgets"),
    ("{accuracy_area: {budgets: [8, 2]}}", "accuracy_area", "budgets must ascend"),
    ("{accuracy_area: {budgets: [8]}}", "accuracy_area", "has 1 value"),
    (
      "{otb_f1: {t_max: 9, overthinking: [easy], underthinking: [hard]}}", "otb_f1",
      "none of the results covers split 'hard'"
    ),
    ("{otb_f1: {t_max: 9, overthinking: [easy], underthinking: [easy]}}", "otb_f1", "already"),
    ("{}", "waste", "'waste' reads thoughts that were cut, but none of the results has any"),
    ("{cost_of_pass: {input: 0, output: -1}}", "cost_of_pass", "at least 0"),
  ])
  func `that lack something are told where it is`(
    scores: String, columns: String, says: String
  ) {
    let text = Self.found(scores, columns)
    #expect(text.contains(says) && text.contains("p.yaml:"), "\(text)")
  }

  @Test func `a budget that responses were not held to is pointed at`() throws {
    let results = "rl: eval, cut: cut"
    let text = Self.found(
      "{accuracy_area: {budgets: [2, 6, 8]}}", "accuracy_area", results: results)
    #expect(text.contains("'cut' has no responses under a budget of 6"), "\(text)")
    #expect(text.contains("its budgets are 2, 4, 8"), "\(text)")
    let yaml = Self.table(
      "{accuracy_area: {budgets: [2, 6, 8]}}", "accuracy_area", results: results)
    let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(lines.firstIndex { $0.contains("accuracy_area: {budgets") })
    let column = try #require(lines[row].firstRange(of: "6")).lowerBound
    let offset = lines[row].distance(from: lines[row].startIndex, to: column) + 1
    #expect(text.contains("p.yaml:\(row + 1):\(offset)"), "\(text)")
    #expect(
      Self.found("{reg: {budgets: [2, 4, 8]}}", "reg, waste", results: results) == "")
  }

  @Test func `a base that is swept where others are not is refused`() {
    let text =
      Self.table(
        "{aes: {base: rl, alpha: 1, beta: 3, gamma: 5}}", "aes",
        results: "rl: eval, start: eval_base")
      + "\nsweep:\n  grid: {rl.reward.length_penalty.alpha: [0, 0.4]}\n"
    let diagnostics = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory
    ).diagnostics
    let shown = DiagnosticPrinter().render(diagnostics)
    #expect(
      shown.contains("'rl' is swept over 'alpha' and 'start' is not, so it has several bases"),
      "\(shown)")
  }

  @Test func `claims name scores that they declare`() {
    let text = Self.found("{}", "accuracy")
    #expect(text == "", "\(text)")
    let claims = """

        verdicts:
          kind: claims
          inputs: {results: {rl: eval, start: eval_base}}
          claims:
            worth: {metric: aes, compare: {results: rl}, value: 0, expect: higher}
      """
    let diagnostics = Pipeline.load(
      SourceFile(name: "p.yaml", text: MiniPipeline.yaml + Self.evaluations + claims),
      kinds: .builtIn, directory: FileManager.default.temporaryDirectory
    ).diagnostics
    let shown = DiagnosticPrinter().render(diagnostics)
    #expect(shown.contains("'aes' is a score, which is not declared"), "\(shown)")
  }

  @Test func `make a table with all of them, whose foot says what they are`() throws {
    let scores = """
      {aes: {base: start, alpha: 1, beta: 3, gamma: 5}, e3: {base: start, weight: 0.5, rho: -1}, \
      accuracy_area: {budgets: [2, 4, 8]}, reg: {budgets: [2, 4, 8]}, otb_auc: {t_max: 12}, \
      cost_of_pass: {input: 0, output: 0.4}}
      """
    let names = [
      "accuracy", "mean_tokens", "aes", "e3", "accuracy_area", "reg", "otb_auc", "cost_of_pass",
      "first_correct", "stable_correct", "waste", "overthinking", "underthinking", "cut_regret",
    ]
    let plot = """

        drawn:
          kind: plot
          inputs: {results: {rl: eval, start: eval_base}}
          y: aes
          scores: {aes: {base: start, alpha: 1, beta: 3, gamma: 5}}
        verdicts:
          kind: claims
          inputs: {results: {rl: eval, start: eval_base, cut: cut}}
          scores: {accuracy_area: {budgets: [2, 4, 8]}, otb_auc: {t_max: 12}}
          claims:
            area: {metric: accuracy_area, compare: {results: cut}, with: {results: start}, \
              expect: not_lower, margin: 0.5, seeds: fixed}
            oaa: {metric: otb_auc, compare: {results: rl}, value: 0.99, expect: lower, \
              seeds: fixed}
      """
    let yaml =
      Self.table(
        scores, names.joined(separator: ", "), results: "rl: eval, start: eval_base, cut: cut")
      + plot
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, yaml)
      func text(_ stage: String, _ file: String) throws -> String {
        let artifact = try store.artifact(try #require(summary.digests[stage]))
        return String(decoding: try artifact.read(file), as: UTF8.self)
      }
      let csv = try text("scored", "table.csv").split(whereSeparator: \.isNewline)
      #expect(csv.count == 4 && csv[0].contains("easy AES") && csv[0].contains("easy regret"))
      let markdown = try text("scored", "table.md")
      for note in [
        "AES: 1 × share of tokens saved + 3 × relative gain of accuracy, or − 5 × relative loss, "
          + "each from 'start'.",
        "E³: power mean with ρ = -1", "REG: area between the best row", "AUC OAA: share right",
        "Cost of pass: money for one right response at 0 a million tokens of prompts and 0.4",
      ] {
        #expect(markdown.contains(note), "\(markdown)")
      }
      #expect(try text("drawn", "plot.svg").contains("accuracy–efficiency score"))
      let verdicts = try text("verdicts", "claims.json")
      #expect(verdicts.contains("\"verdict\""))
    }
  }
}
