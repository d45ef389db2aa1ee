import Foundation
import PipelineCore
import Stages

/// A pipeline planned against a store, for the commands that show or save a plan.
struct PlannedPipeline {
  let pipeline: Pipeline
  /// The part of the pipeline's graph that is planned.
  let part: TargetedGraph
  let plan: Plan
  let rates: MeasuredRates
  private let origin: PlanFile.Origin

  /// - Parameters:
  ///   - targets: the stages and points to plan, with all that they need; empty for all.
  ///   - store: the store's folder; it is only read and need not exist.
  /// - Throws: `ExitCode.badPipeline` after showing an unknown target.
  init(
    pipeline: Pipeline, targets: [String] = [], file: String, overrides: [String], store: URL
  ) throws {
    let opened = Store(readOnly: store)
    self.pipeline = pipeline
    part = try TargetOptions.part(of: pipeline, targets: targets)
    plan = Planner.plan(part.graph, store: opened) { $0.fingerprint }
    rates = plan.points.contains { $0.state.isWork } ? MeasuredRates(opened) : .none
    origin = PlanFile.Origin(
      pipeline: pipeline.name, file: URL(fileURLWithPath: file).standardizedFileURL.path,
      overrides: overrides, store: opened.root, targets: targets)
  }

  /// The plan in the form in which it is saved.
  var file: PlanFile {
    PlanFile(
      plan, origin: origin, numerics: pipeline.numerics, fingerprint: pipeline.numerics.fingerprint
    ) { rates.seconds(for: $0.cost.work) }
  }
}
