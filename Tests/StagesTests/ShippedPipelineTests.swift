import Foundation
import PipelineCore
import Stages
import Testing

/// Every pipeline we ship is valid, and every mistake that the kinds look for is found in its place.
@Suite struct `Pipelines` {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("pipelines")

  static let shipped: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".yaml") }.sorted() ?? []

  private func load(_ text: String, _ overrides: [String] = []) -> [Diagnostic] {
    Pipeline.load(
      SourceFile(name: "p.yaml", text: text), overrides: overrides, kinds: .builtIn,
      directory: Self.folder
    ).diagnostics
  }

  @Test(arguments: shipped) func `we ship are valid`(name: String) throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let diagnostics = load(text)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
  }

  @Test func `there is one to start with`() { #expect(Self.shipped.contains("quickstart.yaml")) }

  /// An override that is wrong, and part of what is said about it.
  @Test(arguments: [
    ("base.split=trian", "did you mean 'train'?"),
    ("eval.splits=[hard]", "no split 'hard'"),
    ("eval.splits=[easy, easy]", "given twice"),
    ("rl.sampling.num_generations=1", "num_generations"),
    ("rl.sampling.temperature=0", "nothing to explore"),
    ("rl.algorithm.num_mini_batches=5", "cannot be split"),
    ("rl.train.prompts_per_step=65", "fewer than one step draws"),
    ("rl.train.warmup_steps=9", "longer than the run"),
    ("rl.reward.overlong_buffer.len=13", "max_new_tokens"),
    ("rl.algorithm.loss_scale_factor=60", "no effect"),
    ("eval.budgets=[8, 4]", "ascend"),
    ("eval.sampling.temperature=0", "are the same"),
    ("samples.split=hard", "no split 'hard'"),
    ("base.split=easy", "draws from the test prompts"),
    ("rl.split=easy", "draws from the test prompts"),
    ("table.columns=[accuracy, accuracy]", "given twice"),
    ("plot.splits=[easy, easy]", "given twice"),
    ("base.train.adam_epsilon=1e-60", "at least"),
    ("base.model.hidden_size=65536", "make the model narrower"),
    ("problems.families=[chain, chain]", "given twice"),
    ("problems.splits.easy.difficulty=[2, 1]", "write the lower one first"),
    ("problems.families=[chian]", "did you mean 'chain'?"),
    ("table.rows=rl.reward.length_penalty.alpha", "swept"),
    ("table.splits=[esay]", "did you mean 'easy'?"),
    ("plot.splits=[hard]", "covers split 'hard'"),
    ("base.inputs.policy=rl", "circle"),
    ("table.inputs.results.rl=base", "model"),
    ("rl.sampling.beta=1", "unknown field"),
    ("rl.sampling.top_p=1.2", "at most 1"),
    ("rl.sampling.num_generations=8.5", "whole number"),
  ])
  func `with a mistake say what is wrong and where`(override: String, message: String) {
    let diagnostics = load(MiniPipeline.yaml, [override])
    let text = DiagnosticPrinter().render(diagnostics)
    #expect(diagnostics.hasErrors)
    #expect(text.contains("--set#1:") || text.contains("p.yaml:"), "\(text)")
    #expect(text.contains(message), "\(text)")
  }

  @Test func `a vote needs voters`() {
    let text = DiagnosticPrinter().render(
      load(
        MiniPipeline.yaml,
        ["eval.strategy=majority_vote", "eval.sampling.num_generations=1"]))
    #expect(text.contains("needs at least 2 responses"))
  }

  @Test func `a new model and a policy contradict each other`() {
    let text = DiagnosticPrinter().render(
      load(MiniPipeline.yaml, ["base.inputs.policy={checkpoint: somewhere}"]))
    #expect(text.contains("a policy is given"))
  }
}
