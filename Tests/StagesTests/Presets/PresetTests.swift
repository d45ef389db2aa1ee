import Foundation
import PipelineCore
import Stages
import Testing

/// The presets that we ship.
@Suite struct StagePresetTests {
  static let all = StageKinds.builtIn.all.flatMap(\.presets)

  /// The fields that each preset leaves to the pipeline, besides optimizer and sampling.
  private static let open = [
    "rloo": "algorithm: {kl_coef: 0}",
    "selfbudgeter": "algorithm: {kl_coef: 0}",
    "efficient_reasoning": "reward: {length_penalty: {alpha: 0.1}}",
    "l1_exact": "reward: {length_penalty: {alpha: 0.1}}",
    "l1_max": "reward: {length_penalty: {alpha: 0.1}}",
    "anytime_reasoner": "rollout: {budgets: [2, 4]}",
    "dapo": "reward: {overlong_buffer: {len: 4}}",
  ]

  private static let reward =
    "reward: {length_penalty: {alpha: 0.1}, overlong_buffer: {len: 4, penalty_factor: 0.5}}\n    "

  private func keys(_ rl: String) throws -> [String] {
    let text = MiniPipeline.yaml.replacing(SchemaValidationTests.algorithm, with: rl)
      .replacing(Self.reward, with: "")
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder)
    if diagnostics.hasErrors { Issue.record("\(DiagnosticPrinter().render(diagnostics))") }
    return StageGraph(try #require(pipeline)).points.filter { $0.stage == "rl" }.map { point in
      StageKey.compute(
        point: point,
        inputs: point.inputs.map { KeyInput(role: $0.role, digest: "0") }, fingerprint: ""
      ).hex
    }
  }

  @Test func `there are those people ask for`() {
    #expect(
      Self.all.map(\.name) == [
        "grpo", "dr_grpo", "rloo", "dapo", "l1_exact", "l1_max", "efficient_reasoning",
        "selfbudgeter", "anytime_reasoner",
      ])
    #expect(Set(Self.all.map(\.name)).count == Self.all.count)
  }

  @Test(arguments: all.map(\.name)) func `a preset is its fields, and says its paper`(
    name: String
  ) throws {
    let preset = try #require(Self.all.first { $0.name == name })
    #expect(preset.source.contains("arXiv"))
    let open = Self.open[name] ?? ""
    // Merges the fields of the preset and the open fields into one map of each name.
    var fields = preset.text
    for (group, indentation, field) in [
      ("algorithm", "  ", "kl_coef: 0"), ("length_penalty", "    ", "alpha: 0.1"),
      ("overlong_buffer", "    ", "len: 4"), ("rollout", "  ", "budgets: [2, 4]"),
    ] where open.contains(field) {
      fields = fields.replacing("\(group):\n", with: "\(group):\n\(indentation)\(field)\n")
    }
    let written = fields.split(separator: "\n").joined(separator: "\n    ") + "\n"
    #expect(try keys("preset: \(name)\n    \(open)\n") == keys(written))
    let text = PipelineSchema.text(preset)
    #expect(text.contains(preset.source.prefix(20)))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a preset's fields all mean something`() throws {
    for preset in Self.all {
      var more = "override: true\n    algorithm: {kl_coef: 0.5, num_mini_batches: 2}\n"
      var yaml = MiniPipeline.yaml
      if preset.name == "anytime_reasoner" {
        // The preset's rollout needs budgets, and allows no reward except correctness.
        more += "    rollout: {budgets: [2, 4]}\n"
        yaml = yaml.replacing(Self.reward, with: "")
      }
      let text = yaml.replacing(
        SchemaValidationTests.algorithm, with: "preset: \(preset.name)\n    \(more)")
      let diagnostics = Pipeline.load(
        SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder
      ).diagnostics
      #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    }
  }

  @Test func `what a preset leaves open is missed in the file, at the stage`() {
    let text = """
      version: 1
      name: test
      stages:
        problems: {kind: problems, families: [chain], splits: {train: {count: 8}}}
        base:
          kind: sft
          inputs: {data: problems}
          split: train
          model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 1, \
          intermediate_size: 16}
          train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 1}
        sig:
          kind: rl
          preset: rloo
          inputs: {policy: base, problems: problems}
          split: train
          sampling: {num_generations: 4, max_new_tokens: 8}
          train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 1}
      """
    let (_, diagnostics) = Pipeline.load(
      SourceFile(name: "two.yaml", text: text), kinds: .builtIn,
      directory: FileManager.default.temporaryDirectory)
    #expect(diagnostics.map(\.message) == ["missing field 'kl_coef' in 'sig.algorithm'"])
    #expect(diagnostics.map { "\($0.file.name):\($0.range.line)" } == ["two.yaml:11"])
  }
}
