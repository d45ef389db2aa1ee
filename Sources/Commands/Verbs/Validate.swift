package import ArgumentParser
import PipelineCore

/// Reports every mistake in a pipeline at once, without data or weights.
package struct Validate: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Check a pipeline: every mistake at once, without data or weights.",
    discussion: """
      Example:
        laconic validate pipelines/quickstart.yaml --set rl.train.max_steps=80
      """)

  @OptionGroup var pipeline: PipelineOptions

  package init() {}

  package func run() throws {
    let pipeline = try pipeline.load()
    let points = StageGraph(pipeline).points.count
    Terminal.output.print(
      "\(self.pipeline.file): valid: \(counted(pipeline.stages.count, "stage")), "
        + counted(points, "point"))
  }
}

/// A count with its noun: `1 stage`, `3 stages`.
func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}
