import Fields
import Reasoning
import Testing

private func response(_ length: Int, correct: Bool) -> GradedResponse {
  GradedResponse(
    tokenCount: length, thinkingTokenCount: max(0, length - 3), isCorrect: correct, isFinished: true
  )
}

private func group(correct: [Int], wrong: [Int] = [], maxNewTokens: Int = 165) -> ResponseGroup {
  ResponseGroup(
    responses: correct.map { response($0, correct: true) }
      + wrong.map { response($0, correct: false) }, maxNewTokens: maxNewTokens)
}

@Suite struct CorrectnessTests {
  @Test func `one for correct, zero for wrong`() {
    #expect(Correctness().values(for: group(correct: [5, 9], wrong: [3])) == [1, 1, 0])
  }

  @Test func `what right and wrong answers get may be named, and takes the place of 1 and 0`() {
    let named = RewardConfiguration(
      decoding: .map(["correctness": .map(["correct": .float(1), "wrong": .float(-1)])]))
    #expect(named.termNames == ["correctness"])
    #expect(named.rewards(for: group(correct: [5], wrong: [3])).total == [1, -1])
    #expect(named.allIssues().isEmpty)
    #expect(Correctness(correct: 0, wrong: 0).issues().map(\.path) == [["wrong"]])
    // With budgets, correctness is 1 or 0, whatever the fields are.
    struct Cuts: RolloutSpecification {
      let scoresBudgets = true
      func makeEnvironment(_ context: RolloutContext) -> any RolloutEnvironment {
        PlainRollout().makeEnvironment(context)
      }
    }
    #expect(named.issues(rollout: Cuts()).map(\.path) == [["correctness"]])
    #expect(RewardConfiguration([Correctness()]).issues(rollout: Cuts()).isEmpty)
  }
}

@Suite struct LengthPenaltyTests {
  private func rewards(_ alpha: Double, _ group: ResponseGroup) -> [Double] {
    RewardConfiguration([LengthPenalty(alpha: alpha)]).rewards(for: group).total
  }

  @Test func `three lengths by hand`() {
    // Lengths 10, 20, 30: μ = 20, s = √(200/3) = 8.1649658, z = -1.2247449, 0, 1.2247449; σ =
    // 0.2271025, 0.5, 0.7728975. The wrong response's length does not count.
    let values = rewards(0.4, group(correct: [10, 20, 30], wrong: [100]))
    let expected = [1 - 0.4 * 0.227_102_519, 0.8, 1 - 0.4 * 0.772_897_481, 0]
    for (value, expected) in zip(values, expected) { #expect(abs(value - expected) < 1e-7) }
  }

  @Test(arguments: [0.0, 0.05, 0.1, 0.2, 0.4, 1.0])
  func `one correct response, or equal lengths, get exactly 1 - α/2`(_ alpha: Double) {
    #expect(rewards(alpha, group(correct: [17], wrong: [3, 90])) == [1 - alpha * 0.5, 0, 0])
    #expect(
      rewards(alpha, group(correct: [41, 41, 41])) == [Double](repeating: 1 - alpha * 0.5, count: 3)
    )
  }

  @Test(arguments: [0.05, 0.4, 1.0])
  func `correct responses are ordered by length and above every wrong one`(_ alpha: Double) {
    let lengths = [4, 5, 12, 33, 34, 35, 120, 165]
    let values = rewards(alpha, group(correct: lengths, wrong: [1, 2, 3]))
    let correct = values.prefix(lengths.count)
    for (shorter, longer) in zip(correct, correct.dropFirst()) { #expect(shorter > longer) }
    #expect(correct.allSatisfy { $0 > 0 && $0 <= 1 && $0 > 1 - alpha })
    #expect(values.suffix(3).allSatisfy { $0 == 0 })
  }

  @Test func `α = 0 is correctness, and no correct response is no reward`() {
    #expect(rewards(0, group(correct: [10, 20], wrong: [5])) == [1, 1, 0])
    #expect(rewards(0.4, group(correct: [], wrong: [5, 6])) == [0, 0])
  }

  @Test func `adding a constant to all lengths changes nothing`() {
    let values = rewards(0.2, group(correct: [10, 13, 31]))
    let shifted = rewards(0.2, group(correct: [110, 113, 131]))
    for (a, b) in zip(values, shifted) { #expect(abs(a - b) < 1e-12) }
  }
}

@Suite struct OverlongBufferTests {
  @Test func `zero up to the buffer, then linear down to the factor`() {
    // Limit 100, buffer 20, factor 2: zero up to 80, -1 at 90, -2 at 100.
    let term = OverlongBuffer(len: 20, penaltyFactor: 2)
    let values = term.values(
      for: group(correct: [10, 80, 85, 90], wrong: [100, 120], maxNewTokens: 100))
    #expect(values == [0, 0, -0.5, -1, -2, -2])
  }
}

@Suite struct RewardConfigurationTests {
  @Test func `terms add up by weight and parts add up to the total`() {
    let configuration = RewardConfiguration(
      decoding: .map([
        "length_penalty": .map(["alpha": .float(0.4)]),
        "overlong_buffer": .map(["len": .int(20), "penalty_factor": .int(1)]),
        "weights": .map(["correctness": .int(2), "overlong_buffer": .float(0.5)]),
      ]))
    #expect(configuration.allIssues().isEmpty)
    let rewards = configuration.rewards(
      for: group(correct: [90], wrong: [100], maxNewTokens: 100))
    let (total, parts) = (rewards.total, rewards.parts)
    #expect(parts["correctness"] == [2, 0])
    #expect(parts["length_penalty"] == [-0.2, 0])
    #expect(parts["overlong_buffer"] == [-0.25, -0.5])
    #expect(total == [2 - 0.2 - 0.25, -0.5])
  }

  @Test func `without terms the reward is correctness`() {
    for configuration in [
      RewardConfiguration(), RewardConfiguration(decoding: RewardConfiguration.descriptor.defaults),
      RewardConfiguration(decoding: .absent),
    ] {
      let rewards = configuration.rewards(for: group(correct: [9], wrong: [9]))
      #expect(rewards.total == [1, 0])
      #expect(rewards.parts == ["correctness": [1, 0]])
    }
  }

  @Test func `the descriptor lists every term and the weights`() throws {
    let descriptor = RewardConfiguration.descriptor
    #expect(descriptor.fields.map(\.name) == RewardTerms.all.map { $0.name } + ["weights"])
    #expect(descriptor.fields.allSatisfy { !$0.isRequired && $0.fieldClass == .semantic })
    guard case .group(let penalty) = try #require(descriptor["length_penalty"]).type else {
      Issue.record("length_penalty is a group")
      return
    }
    #expect(penalty.fields.map(\.name) == ["type", "alpha", "apply_to"])
    #expect(penalty["alpha"]?.isRequired == true)
    #expect(penalty["alpha"]?.type == .float(.unit))
    #expect(penalty["type"]?.defaultValue == .string("sigmoid"))
  }

  @Test func `a weight without its term is reported`() {
    let configuration = RewardConfiguration(
      [LengthPenalty(alpha: 0.1)], weights: ["overlong_buffer": 1, "length_penalty": 2])
    #expect(
      configuration.allIssues() == [
        FieldIssue(
          ["weights", "overlong_buffer"], "unknown reward term 'overlong_buffer'",
          help: "expected one of correctness, length_penalty")
      ])
  }

  @Test func `a term that replaces correctness stands alone`() {
    struct Half: RewardTerm {
      static let name = "half"
      static let meaning = "half a point for everyone"
      static let replacesCorrectness = true
      static var fields: [Field<Half>] { [] }
      func values(for group: ResponseGroup) -> [Double] { group.responses.map { _ in 0.5 } }
    }
    let configuration = RewardConfiguration([Half()])
    #expect(configuration.rewards(for: group(correct: [9], wrong: [9])).total == [0.5, 0.5])
    #expect(RewardConfiguration([Half(), Half()]).allIssues().count == 1)
  }

  @Test func `progress is given to a term that says it reads it, and to no other`() {
    struct Timed: RewardTerm {
      static let name = "timed"
      static let meaning = "how much is done"
      let readsProgress = true
      static var fields: [Field<Timed>] { [] }
      func values(for group: ResponseGroup) -> [Double] {
        group.responses.map { _ in group.progress ?? -1 }
      }
    }
    struct Untimed: RewardTerm {
      static let name = "untimed"
      static let meaning = "is told nothing"
      static var fields: [Field<Untimed>] { [] }
      func values(for group: ResponseGroup) -> [Double] {
        group.responses.map { _ in group.progress ?? -1 }
      }
    }
    let configuration = RewardConfiguration([Timed(), Untimed()])
    var one = group(correct: [9])
    one.progress = 0.25
    let parts = configuration.rewards(for: one).parts
    #expect(parts["timed"] == [0.25] && parts["untimed"] == [-1])
    #expect(configuration.readersOfProgress == ["timed"])
  }
}
