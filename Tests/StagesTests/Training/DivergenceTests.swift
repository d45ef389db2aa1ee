import PipelineCore
import Stages
import Testing

/// The results and messages of a training stage whose numbers overflow.
@Suite(.timeLimit(.minutes(120)))
struct `A stage that diverges` {
  /// A learning rate of 10 makes the gradients grow, and the loss is scaled so that they overflow
  /// soon.
  private let overrides = [
    "base.train.learning_rate=10", "base.train.warmup_steps=0", "base.train.max_steps=50",
    "base.loss_scale_factor=1e-37",
  ]

  @Test func `says where, keeps its checkpoint, and goes on from it when run again`() throws {
    try TemporaryStore.with { store in
      let first = try run(store)
      let message = try #require(first.message)
      let match = try #require(message.firstMatch(of: /is not finite at step ([0-9]+)/))
      let step = try #require(Int(match.1))
      #expect(step > 1)
      #expect(message.contains(" gave "))
      #expect(message.contains("in sequences 1 to 4 of 4"))
      #expect(
        message.hasSuffix("; the checkpoint of step \(step - 1) is kept, to go on from there"))
      #expect(first.summary.outcome == .failed)

      let second = try run(store)
      #expect(second.resumedAt == step - 1)
      #expect(second.message == message)
      // The store holds nothing of the failed stage: earlier stages are hits, later ones wait.
      #expect(second.summary.points.first { $0.address == "problems" }?.outcome == .hit)
      #expect(second.summary.points.first { $0.address == "rl" }?.artifact == nil)
    }
  }

  private func run(
    _ store: Store
  ) throws -> (summary: RunSummary, message: String?, resumedAt: Int?) {
    let observer = RemembersResuming()
    let summary = try MiniPipeline.run(
      store, overrides: overrides, checkpoints: .steps(1), observer: observer)
    var message: String?
    if case .failed(let text) = summary.points.first(where: { $0.address == "base" })?.outcome {
      message = text
    }
    return (summary, message, observer.resumedAt)
  }
}

/// Records the step from which the stage `base` resumed.
private final class RemembersResuming: RunObserver {
  private(set) var resumedAt: Int?
  func planned(_ plan: Plan) {}
  func started(_ point: StagePoint, resumingAt step: Int?) {
    if point.stage == "base" { resumedAt = step }
  }
  func progressed(_ point: StagePoint, _ progress: StageProgress) {}
  func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
  func noticed(_ notice: Notice) {}
  func tick() {}
  func ended(_ summary: RunSummary) {}
}
