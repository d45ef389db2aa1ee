import Foundation
import PipelineCore
import Stages
import Testing

/// The recipes we ship.
@Suite struct StagePresetTests {
  static let all = StageKinds.builtIn.all.flatMap(\.presets)

  /// What each leaves to the pipeline, beside optimiser and sampling.
  private static let open = [
    "rloo": "algorithm: {kl_coef: 0}",
    "efficient_reasoning": "reward: {length_penalty: {alpha: 0.1}}",
  ]

  private func keys(_ rl: String) throws -> [String] {
    let text = MiniPipeline.yaml.replacing(SchemaValidationTests.algorithm, with: rl)
      .replacing(
        "reward: {length_penalty: {alpha: 0.1}, overlong_buffer: {len: 4, penalty_factor: 0.5}}\n    ",
        with: "")
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder)
    if !diagnostics.isEmpty { Issue.record("\(DiagnosticPrinter().render(diagnostics))") }
    return StageGraph(try #require(pipeline)).points.filter { $0.stage == "rl" }.map { point in
      StageKey.compute(
        point: point,
        inputs: point.inputs.map { KeyInput(role: $0.role, digest: "0") }, fingerprint: ""
      ).hex
    }
  }

  @Test func `there are those people ask for`() {
    #expect(Self.all.map(\.name) == ["grpo", "dr_grpo", "rloo", "efficient_reasoning"])
    #expect(Set(Self.all.map(\.name)).count == Self.all.count)
  }

  @Test(arguments: all.map(\.name)) func `a preset is its fields, and says its paper`(
    name: String
  ) throws {
    let preset = try #require(Self.all.first { $0.name == name })
    #expect(preset.source.contains("arXiv"))
    let open = Self.open[name] ?? ""
    // One map of each name: the preset's fields with those left open put in.
    let extra = open.isEmpty ? [:] : ["algorithm": "kl_coef: 0", "reward": "alpha: 0.1"]
    var fields = preset.text
    if open.hasPrefix("algorithm") {
      fields = fields.replacing("algorithm:\n", with: "algorithm:\n  \(extra["algorithm"] ?? "")\n")
    } else if open.hasPrefix("reward") {
      fields = fields.replacing(
        "length_penalty:\n", with: "length_penalty:\n    \(extra["reward"] ?? "")\n")
    }
    let written = fields.split(separator: "\n").joined(separator: "\n    ") + "\n"
    #expect(try keys("preset: \(name)\n    \(open)\n") == keys(written))
    let text = PipelineSchema.text(preset)
    #expect(text.contains(preset.source.prefix(20)))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a preset's fields all mean something`() throws {
    for preset in Self.all {
      let diagnostics = Pipeline.load(
        SourceFile(
          name: "p.yaml",
          text: MiniPipeline.yaml.replacing(
            SchemaValidationTests.algorithm,
            with: "preset: \(preset.name)\n    override: true\n    algorithm: {kl_coef: 0.5}\n")),
        kinds: .builtIn, directory: Pipelines.folder
      ).diagnostics
      #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    }
  }
}
