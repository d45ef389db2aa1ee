import Foundation
import PipelineCore
import Stages

/// A pipeline planned against a store, for the commands that show or save a plan.
struct PlannedPipeline {
  let pipeline: Pipeline
  let plan: Plan
  let rates: MeasuredRates
  private let origin: PlanFile.Origin

  /// - Parameter store: the store's folder; it is only read and need not exist.
  init(pipeline: Pipeline, file: String, overrides: [String], store: URL) {
    let opened = Store(readOnly: store)
    self.pipeline = pipeline
    plan = Planner.plan(StageGraph(pipeline), store: opened) { $0.fingerprint }
    rates = plan.points.contains { $0.state.isWork } ? MeasuredRates(opened) : .none
    origin = PlanFile.Origin(
      pipeline: pipeline.name, file: URL(fileURLWithPath: file).standardizedFileURL.path,
      overrides: overrides, store: opened.root)
  }

  /// The plan in the form in which it is saved.
  var file: PlanFile {
    PlanFile(
      plan, origin: origin, numerics: pipeline.numerics, fingerprint: pipeline.numerics.fingerprint
    ) { rates.seconds(for: $0.cost.work) }
  }
}
