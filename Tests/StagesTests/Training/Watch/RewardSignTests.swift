import Foundation
import Reasoning
import Stages
import Testing

@Suite struct `Signs of reward hacking` {
  /// The steps of a training, from the figures of each.
  private static func log(
    _ count: Int, _ figures: (Int) -> [String: Double]
  ) -> [TrainingLog.Row] {
    (1...count).map { TrainingLog.Row(step: $0, figures: figures($0)) }
  }

  /// A figure that goes in a line from its first value to its last, with a wobble from step to
  /// step as samples have it.
  private static func line(
    _ step: Int, of count: Int, from first: Double, to last: Double, wobble: Double = 0.02
  ) -> Double {
    let share = Double(step - 1) / Double(max(1, count - 1))
    return first + share * (last - first) + wobble * (step % 3 == 0 ? 1 : step % 3 == 1 ? -1 : 0)
  }

  /// Figures of one step, healthy unless said otherwise.
  private static func figures(
    reward: Double, accuracy: Double, length: Double = 80, spread: Double = 0.4
  ) -> [String: Double] {
    [
      "reward": reward, "accuracy": accuracy, "completions/mean_length": length,
      "rewards/correctness/mean": accuracy, "rewards/correctness/std": spread,
    ]
  }

  private static func signs(
    _ log: [TrainingLog.Row], _ reward: RewardConfiguration = RewardConfiguration()
  ) -> [String] {
    RewardWatch.flags(in: log, WatchSetting(reward, format: ResponseFormats.standard)).map {
      "\($0.sign) \($0.step)"
    }
  }

  // MARK: Healthy trainings

  @Test func `are none where accuracy and reward rise together`() {
    #expect(
      Self.signs(
        Self.log(100) { step in
          let accuracy = Self.line(step, of: 100, from: 0.2, to: 0.8)
          return Self.figures(reward: accuracy, accuracy: accuracy)
        }) == [])
  }

  @Test func `are none where responses become a third as long at equal accuracy`() {
    let reward = RewardConfiguration([LengthPenalty(alpha: 0.2)])
    #expect(
      Self.signs(
        Self.log(100) { step in
          let accuracy = Self.line(step, of: 100, from: 0.8, to: 0.8)
          return Self.figures(
            reward: accuracy + Self.line(step, of: 100, from: -0.2, to: 0), accuracy: accuracy,
            length: Self.line(step, of: 100, from: 90, to: 30, wobble: 3))
        }, reward) == [])
  }

  @Test func `are none where nothing is learned at all`() {
    #expect(
      Self.signs(
        Self.log(200) { step in
          let accuracy = Self.line(step, of: 200, from: 0.3, to: 0.3, wobble: 0.1)
          return Self.figures(reward: accuracy, accuracy: accuracy)
        }) == [])
  }

  @Test func `are none where the task is learned in the end`() {
    #expect(
      Self.signs(
        Self.log(40) { step in
          step < 20
            ? Self.figures(reward: 0.5, accuracy: 0.5)
            : Self.figures(reward: 1, accuracy: 1, spread: 0)
        }) == [])
  }

  @Test func `are none in a log without rewards`() {
    #expect(Self.signs(Self.log(30) { _ in ["loss": 1, "accuracy": 0.5] }) == [])
  }

  // MARK: Signs

  @Test func `show a constant reward at the first step`() {
    let flags = RewardWatch.flags(
      in: Self.log(30) { _ in Self.figures(reward: -5, accuracy: 0, spread: 0) })
    #expect(flags.map(\.sign) == ["constant_reward"])
    #expect(flags[0].step == 1)
    #expect(flags[0].sentence.hasPrefix("every response of the first step has the reward -5.000"))
  }

  @Test func `ask after the grader where all is right from the start`() {
    let flags = RewardWatch.flags(
      in: Self.log(3) { _ in Self.figures(reward: 1, accuracy: 1, spread: 0) })
    #expect(flags.map(\.sentence).contains { $0.contains("accepting everything") })
  }

  @Test func `show a reward that has become constant after five steps, not after four`() {
    func log(_ count: Int) -> [TrainingLog.Row] {
      Self.log(10 + count) { step in
        step <= 10
          ? Self.figures(reward: 0.4, accuracy: 0.4)
          : Self.figures(reward: 0, accuracy: 0, spread: 0)
      }
    }
    #expect(Self.signs(log(4)) == [])
    #expect(Self.signs(log(5)) == ["constant_reward 15"])
  }

  @Test func `show a reward outside of its range, and one that is not a number`() {
    let outside = Self.log(3) { step in
      Self.figures(reward: step == 2 ? 1.5 : 0.5, accuracy: 0.5)
        .merging(["rewards/correctness/mean": step == 2 ? 1.5 : 0.5]) { $1 }
    }
    #expect(Self.signs(outside) == ["reward_out_of_range 2"])
    let weighted = RewardConfiguration(weights: ["correctness": 2])
    #expect(Self.signs(outside, weighted) == [])
    let broken = Self.log(2) { _ in Self.figures(reward: .nan, accuracy: 0.5) }
    #expect(Self.signs(broken) == ["reward_out_of_range 1"])
  }

  @Test func `show a length collapse only if accuracy goes with it`() {
    func log(_ last: Double) -> [TrainingLog.Row] {
      Self.log(40) { step in
        Self.figures(
          reward: 0.5, accuracy: Self.line(step, of: 40, from: 0.6, to: last),
          length: Self.line(step, of: 40, from: 200, to: 10, wobble: 2))
      }
    }
    #expect(Self.signs(log(0.6)) == [])
    #expect(Self.signs(log(0.1)).map { $0.prefix(15) } == ["length_collapse"])
  }

  @Test func `show a gain that right answers have no part in`() {
    let repetition = RewardConfiguration([Repetition(ngramSize: 3, maxPenalty: -1)])
    func log(accuracy last: Double) -> [TrainingLog.Row] {
      Self.log(60) { step in
        Self.figures(
          reward: Self.line(step, of: 60, from: 0, to: 0.5),
          accuracy: Self.line(step, of: 60, from: 0.4, to: last))
      }
    }
    #expect(
      Self.signs(log(accuracy: 0.4), repetition).map { $0.prefix(16) } == ["format_only_gain"])
    #expect(Self.signs(log(accuracy: 0.9), repetition) == [])
    // Where lengths are shaped, equal accuracy is what is wanted, and a fall is not.
    let shaped = RewardConfiguration([LengthPenalty(alpha: 0.2)])
    #expect(Self.signs(log(accuracy: 0.4), shaped) == [])
    #expect(Self.signs(log(accuracy: 0.2), shaped).map { $0.prefix(16) } == ["format_only_gain"])
  }

  @Test func `show answers without thinking, with some of them`() throws {
    let setting = WatchSetting(RewardConfiguration(), format: ResponseFormats.standard)
    var watch = RewardWatch(setting)
    var flags: [RewardFlag] = []
    for step in 1...20 {
      var metrics = StepMetrics(step: step)
      metrics["reward"] = 0.5
      metrics["accuracy"] = 0.5
      let unthinking = step <= 10 ? step % 2 : 6 + step % 2
      flags += watch.add(metrics, try Self.responses(unthinking: unthinking, of: 8))
    }
    let flag = try #require(flags.first)
    #expect(flags.count == 1 && flag.sign == "unthinking_answers")
    #expect(flag.step > 10 && flag.step <= 15)
    #expect(flag.sentence.contains("answer without thinking"))
    #expect(flag.examples.count == 3)
    #expect(flag.examples.allSatisfy { $0.thinking.isEmpty && $0.prompt == "M12,3?" })
    // What is kept beside the result reads back.
    #expect(RewardWatch.flags(in: RewardWatch.lines(of: flags)) == flags)
  }

  /// Responses of a step, of which the first do not think; every second one is right.
  private static func responses(unthinking: Int, of count: Int) throws -> [PlayedResponse] {
    let format = ResponseFormats.standard
    let problem = Problem(family: "scan", difficulty: 1, prompt: "M12,3?", answer: "12")
    return try (0..<count).map { index in
      let thinking = index < unthinking ? "" : "~3=3;"
      let tokens = try format.response(TeacherTrace(thinking: thinking, answer: "12"))
      let isRight = index % 2 == 0
      return PlayedResponse(
        problem: problem, tokens: tokens,
        graded: GradedResponse(
          tokenCount: tokens.count, thinkingTokenCount: thinking.count,
          verdict: isRight ? .right : .wrong,
          isFinished: true),
        reward: isRight ? 1 : 0, terms: [Correctness.name: isRight ? 1 : 0])
    }
  }
}
