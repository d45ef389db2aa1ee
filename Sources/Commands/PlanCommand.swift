package import ArgumentParser
import PipelineCore
import Stages

/// What a run would do, and why, before anything starts.
package struct PlanCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would do and why: hit, resume or miss for every stage.",
    discussion: """
      Nothing is written. A stage that is 'after' others has no key yet: what they make decides it.

      Example:
        laconic plan pipelines/quickstart.yaml --set rl.train.max_steps=80
      """)

  @OptionGroup var pipeline: PipelineOptions
  @OptionGroup var store: StoreOptions

  package init() {}

  package func run() throws {
    let pipeline = try pipeline.load()
    let store = store.read(forPipeline: self.pipeline.file)
    let plan = Planner.plan(StageGraph(pipeline), store: store) { $0.fingerprint }
    Terminal.output.print(
      PlanText(width: Terminal.output.width).text(of: plan, pipeline: pipeline))
  }
}
