import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Plots of training logs.
struct TrainingPlotTests {
  private struct Model: ArtifactReader {
    let type = ArtifactType("model")
    let digest = "none"
    let files = ["metrics.jsonl"]
    func read(_ path: String) throws -> Data {
      Data((#"{"step": 1, "reward": 0.5, "kl": 0.1}"# + "\n").utf8)
    }
  }

  private static func yaml(_ figures: String, sweep: String = "") -> String {
    MiniPipeline.yaml + """

        preferred:
          kind: dpo
          inputs: {policy: rl, data: samples}
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}
        curves:
          kind: plot
          show: training
          inputs: {results: {rl: rl, base: base, preferred: preferred}}
          figures: \(figures)
      """ + sweep
  }

  /// A kind of training that this build does not have.
  private struct OtherTraining: StageKind, TrainingKind {
    let name = "other"
    let meaning = "Trains elsewhere"
    let version = 1
    let roles: [Role] = []
    let output = ArtifactType.model
    let fields = GroupDescriptor(meaning: "", fields: [])
    let usesSeed = false
    let usesNumerics = false

    func figures(of config: FieldValue) -> [String] { ["warmth"] }
    func run(_ context: any StageContext) throws {}
  }

  private func found(_ yaml: String, kinds: StageKinds = .builtIn) -> [Diagnostic] {
    Pipeline.load(
      SourceFile(name: "p.yaml", text: yaml), kinds: kinds,
      directory: FileManager.default.temporaryDirectory
    ).diagnostics
  }

  @Test func `are refused a figure that no training logs, at its place`() throws {
    let sound = "[reward, kl, rewards/length_penalty/mean, loss, logps/chosen, num_tokens, step]"
    #expect(found(Self.yaml(sound)).isEmpty)
    let text = Self.yaml("[reward, rewards/lenght_penalty/mean]")
    let mistakes = found(text)
    let mistake = try #require(mistakes.first)
    #expect(mistakes.count == 1)
    #expect(
      mistake.message == "no training logs the figure 'rewards/lenght_penalty/mean'")
    #expect(mistake.help == "did you mean 'rewards/length_penalty/mean'?")
    let lines = text.components(separatedBy: "\n")
    let line = try #require(lines.firstIndex { $0.contains("figures: [") })
    #expect(mistake.range.line == line + 1 && mistake.range.column == 23)
    // A reward that is only there at some points cannot be known of the stage.
    let sweep = "\nsweep:\n  grid: {rl.reward.length_penalty.alpha: [0.1, 0.2]}\n"
    #expect(found(Self.yaml("[rewards/hapo/mean]", sweep: sweep)).isEmpty)
  }

  @Test func `ask the kinds that the pipeline was read with`() {
    let kinds = StageKinds(StageKinds.builtIn.all + [OtherTraining()])
    func text(_ figure: String) -> String {
      """
      version: 1
      name: demo
      stages:
        other: {kind: other}
        curves:
          kind: plot
          show: training
          inputs: {results: {other: other}}
          figures: [\(figure)]

      """
    }
    #expect(found(text("warmth"), kinds: kinds).isEmpty)
    #expect(
      found(text("reward"), kinds: kinds).map(\.message) == [
        "no training logs the figure 'reward'"
      ])
  }

  @Test func `know the figures that trainings log`() throws {
    try TemporaryStore.with { store in
      let graph = try MiniPipeline.graph()
      let summary = try MiniPipeline.run(store)
      for stage in ["base", "rl"] {
        let point = try #require(graph.points.first { $0.stage == stage })
        let kind = try #require(point.kind as? any TrainingKind)
        let rows = try TrainingLog.rows(
          of: try store.artifact(try #require(summary.digests[stage])))
        let logged = Set(rows.flatMap(\.figures.keys)).subtracting(["step"])
        let known = Set(kind.figures(of: point.config))
        #expect(logged.isSubset(of: known), "\(logged.subtracting(known))")
        // What depends on how responses end may be missing from so few.
        #expect(
          known.subtracting(logged).allSatisfy { $0.hasPrefix("completions/mean_") },
          "\(known.subtracting(logged))")
      }
    }
  }

  @Test func `say which figures there are when none has the name`() throws {
    var configuration = PlotKind.Configuration()
    configuration.figures = ["reward", "rewrad"]
    let inputs = [CollectedInput(label: "rl", stage: "rl", point: [], artifact: Model())]
    let failure = #expect(throws: StageFailure.self) {
      try TrainingPlot().sheet(inputs, missing: [], configuration)
    }
    #expect(
      failure?.description
        == "no training logged the figure 'rewrad'; did you mean 'reward'?")
    configuration.figures = ["reward", "kl"]
    _ = try TrainingPlot().sheet(inputs, missing: [], configuration)
  }
}
