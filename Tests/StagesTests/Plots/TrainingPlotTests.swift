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
