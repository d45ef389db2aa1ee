import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of the resolved pipeline and the origin of each value.
@Suite struct ResolvedPipelineTests {
  private let composed = """
    extends: base.yaml
    name: composed
    description: "costs $${x} # not a comment"
    vars: {kl: 0.5}
    defaults: {eval: {sampling: {top_k: 9}}}
    stages:
      rl: {preset: clip_high, override: true, kl_coef: "${vars.kl}", clip_ratio_low: 1e-7}
      base: {threads: 2, timeout: 90s}
      eval: {splits: ["no", "010", "a, b"]}
    sweep:
      grid: {rl.reward.length_penalty.alpha: null, rl.train.max_steps: [1, 2, 1]}
      zip: {rl.sampling.top_p: [0.5, 1], base.train.max_steps: [5, 6]}
      points:
        - {rl.reward.length_penalty: {alpha: 0.25, type: linear}, rl.loss_agg_mode: token-mean}
        - {rl.loss_agg_mode: seq-mean-token-mean, rl.reward.length_penalty: null}
    """

  private func resolve(
    _ text: String, overrides: [String] = []
  ) throws -> ResolvedPipeline {
    let (resolved, diagnostics) = Pipeline.resolve(
      SourceFile(name: "pipelines/test.yaml", text: text), overrides: overrides,
      kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/project/pipelines"),
      files: MemoryFiles(texts: ["/project/pipelines/base.yaml": wholePipeline]))
    #expect(!diagnostics.hasErrors, "\(DiagnosticPrinter().render(diagnostics))")
    return try #require(resolved)
  }

  private func keys(_ pipeline: Pipeline) -> [String] {
    StageGraph(pipeline).points.map { "\($0.address) \(testKey($0))" }
  }

  @Test func `what is printed comes to the same keys, and prints itself`() throws {
    for text in [wholePipeline, composed] {
      for origins in [false, true] {
        let resolved = try resolve(text, overrides: ["table.columns=[x, ': y']"])
        let yaml = resolved.yaml(showsOrigins: origins)
        let again = try resolve(yaml)
        #expect(keys(again.pipeline) == keys(resolved.pipeline), "\(yaml)")
        #expect(again.pipeline.name == resolved.pipeline.name)
        #expect(again.pipeline.description == resolved.pipeline.description)
        #expect(again.yaml() == resolved.yaml())
        #expect(again.pipeline.stages.map(\.limits) == resolved.pipeline.stages.map(\.limits))
        for gone in ["extends:", "vars:", "defaults:", "preset:", "override:"] {
          #expect(!yaml.contains("\n\(gone)") && !yaml.contains("  \(gone)"), "\(gone)")
        }
      }
    }
  }

  @Test func `every value says where it is from`() throws {
    let yaml = try resolve(composed, overrides: ["rl.train.learning_rate=7"])
      .yaml(showsOrigins: true)
    func origin(_ start: String, after stage: String) -> String? {
      let lines = yaml.split(separator: "\n")
      let first = lines.firstIndex { $0 == "  \(stage):" } ?? 0
      return lines[first...].first { $0.drop { $0 == " " }.hasPrefix(start) }
        .flatMap { line in line.range(of: "  # ").map { String(line[$0.upperBound...]) } }
    }
    #expect(
      origin("kl_coef: 0.5", after: "rl")
        == "pipelines/test.yaml:7, vars.kl at pipelines/test.yaml:4")
    #expect(origin("clip_ratio_high: 0.28", after: "rl") == "preset clip_high:2")
    #expect(origin("learning_rate: 7", after: "rl") == "--set#1")
    #expect(origin("num_generations: 8", after: "rl") == "default")
    #expect(origin("top_k: 9", after: "eval") == "pipelines/test.yaml:5")
    #expect(origin("splits: [no, \"010\", \"a, b\"]", after: "eval") == "pipelines/test.yaml:9")
    #expect(origin("timeout: 90s", after: "base") == "pipelines/test.yaml:8")
    #expect(origin("policy: base", after: "rl") == "pipelines/base.yaml:14")
    #expect(origin("count: 10", after: "problems") == "pipelines/base.yaml:7")
    for line in yaml.split(separator: "\n") where !line.hasSuffix(":") {
      #expect(line.contains("  # "), "\(line)")
    }
  }

  @Test func `a checkpoint's path is written from the file's folder`() throws {
    try withModelFolder { folder in
      let directory = folder.appendingPathComponent("bare")
      let (resolved, _) = Pipeline.resolve(
        SourceFile(name: "test.yaml", text: wholePipeline),
        overrides: ["rl.inputs.policy={checkpoint: \(folder.path)/model}"],
        kinds: PlanningKinds.all, directory: directory)
      let yaml = try #require(resolved).yaml()
      #expect(yaml.contains("policy: {checkpoint: ../model}\n"))
      let again = try loaded(yaml, directory: directory)
      #expect(again.stages[2].inputs == resolved?.pipeline.stages[2].inputs)
    }
  }
}
