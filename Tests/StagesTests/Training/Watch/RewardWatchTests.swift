import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

@Suite(.timeLimit(.minutes(120))) struct `The watch on rewards` {
  /// Notes what a run says.
  private final class Listener: RunObserver {
    var sentences: [String] = []

    func planned(_ plan: Plan) {}
    func started(_ point: StagePoint, resumingAt step: Int?) {}
    func progressed(_ point: StagePoint, _ progress: StageProgress) {}
    func finished(_ point: StagePoint, _ outcome: PointOutcome, seconds: Double) {}
    func noticed(_ notice: Notice) {
      if case .told("rl", let sentence) = notice { sentences.append(sentence) }
    }
    func tick() {}
    func ended(_ summary: RunSummary) {}
  }

  /// Responses too short to end, so that every reward is 0.
  private static let hopeless = [
    "rl.sampling.max_new_tokens=2", "rl.reward.overlong_buffer=null", "rl.train.max_steps=4",
  ]

  @Test func `tells a constant reward once, and a report shows it with responses`() throws {
    try TemporaryStore.with { store in
      let listener = Listener()
      _ = try MiniPipeline.run(store, overrides: Self.hopeless, observer: listener)
      #expect(listener.sentences.count == 1, "\(listener.sentences)")
      #expect(
        listener.sentences.first?.hasPrefix(
          "step 1: every response of the first step has the reward 0.000") == true)
      let page = try RunReport(of: try store.run("latest"), in: store).page.markdown()
      #expect(page.contains("Warnings about rewards"))
      #expect(page.contains("'rl', step 1: every response of the first step"))
      #expect(page.contains("step 1, response 3, reward 0.000"))
      // A hit has the same report, and says nothing again.
      let again = Listener()
      _ = try MiniPipeline.run(store, overrides: Self.hopeless, observer: again)
      #expect(again.sentences.isEmpty)
      let second = try RunReport(of: try store.run("latest"), in: store).page.markdown()
      #expect(second.contains("step 1, response 3, reward 0.000"))
    }
  }

  @Test func `says the same when a training is interrupted, and changes nothing in it`() throws {
    try TemporaryStore.with { store in
      let first = Listener()
      let stopped = try MiniPipeline.run(
        store, overrides: Self.hopeless, stoppingIn: { $0 == "rl" }, observer: first)
      #expect(stopped.digests["rl"] == "none")
      let second = Listener()
      let resumed = try MiniPipeline.run(store, overrides: Self.hopeless, observer: second)
      #expect(first.sentences.count == 1 && second.sentences.isEmpty)
      #expect(try MiniPipeline.digests(overrides: Self.hopeless)["rl"] == resumed.digests["rl"])
      let page = try RunReport(of: try store.run("latest"), in: store).page.markdown()
      #expect(page.contains("step 1, response 3, reward 0.000"))
    }
  }
}
