import Fields
import Reasoning
import Testing

private func group(
  correct: [Int], wrong: [Int] = [], fields: [String: Double] = [:], problem: String = "p",
  maxNewTokens: Int = 100
) -> ResponseGroup {
  func response(_ length: Int, _ isCorrect: Bool) -> GradedResponse {
    GradedResponse(
      tokenCount: length, thinkingTokenCount: 0, isCorrect: isCorrect, isFinished: true)
  }
  return ResponseGroup(
    responses: correct.map { response($0, true) } + wrong.map { response($0, false) },
    maxNewTokens: maxNewTokens, problemID: problem, problemFields: fields)
}

@Suite struct LengthShapeTests {
  private func total(_ type: String, _ alpha: Double, _ group: ResponseGroup) -> [Double] {
    RewardConfiguration([LengthPenalty(type, alpha: alpha)]).rewards(for: group).total
  }

  @Test func `l1_exact takes alpha a token of distance, from wrong responses too`() {
    let asked = group(correct: [40, 60], wrong: [45], fields: ["token_budget": 50])
    #expect(isClose(total("l1_exact", 0.01, asked), [0.9, 0.9, -0.05]))
  }

  @Test func `l1_max gives half at the budget and nothing to wrong responses`() {
    // At 1/(2 alpha) = 20 tokens from the budget, the value reaches its bound.
    let asked = group(
      correct: [50, 30, 10, 60, 70, 90], wrong: [10], fields: ["token_budget": 50])
    #expect(isClose(total("l1_max", 0.025, asked), [0.5, 1, 1, 0.25, 0, 0, 0]))
    let all = LengthPenalty("l1_max", alpha: 0.1, applyTo: .all)
    #expect(all.allIssues().map(\.path) == [["apply_to"]])
    #expect(LengthPenalty("l1_max", alpha: 0.1, applyTo: .correct).allIssues().isEmpty)
  }

  @Test func `shorter_better aims at the shortest correct response`() {
    #expect(
      isClose(
        total("shorter_better", 0.01, group(correct: [20, 50], wrong: [10])), [1, 0.7, -0.1]))
    #expect(
      isClose(total("shorter_better", 0.01, group(correct: [], wrong: [10, 30])), [-0.1, -0.1]))
  }

  @Test func `a type says which numbers of the problem it reads`() {
    #expect(LengthPenalty("l1_max", alpha: 0).problemNumbers == [.tokenBudget])
    #expect(LengthPenalty(alpha: 0).problemNumbers.isEmpty)
    let number = ProblemNumber.tokenBudget
    #expect(number.mistake(in: [["token_budget": 3], ["token_budget": 4]]) == nil)
    #expect(
      number.mistake(in: [["token_budget": 3], [:]])
        == "1 of 2 problems have no number 'token_budget'")
    #expect(ProblemNumber.largestBudget.mistake(in: [[:], ["b_max": 1]]) == nil)
    #expect(ProblemNumber.largestBudget.mistake(in: [[:]]) == "no problem has a number 'b_max'")
  }
}

@Suite struct CosineLengthTests {
  @Test func `bounds are met at no length and at the limit`() {
    let term = CosineLength(wrong: -1 ... -0.5, correct: 0.5...1)
    #expect(
      isClose(
        term.values(for: group(correct: [0, 50, 100, 120], wrong: [0, 50, 100])),
        [1, 0.75, 0.5, 0.5, -1, -0.75, -0.5]))
    #expect(RewardConfiguration([term]).terms.count == 1)
  }

  @Test func `swapped bounds are reported`() {
    var term = CosineLength(wrong: 0...0, correct: 0.5...1)
    #expect(term.allIssues().isEmpty)
    term.minValueCorrect = 2
    #expect(term.allIssues().map(\.path) == [["min_value_correct"]])
  }
}

@Suite struct PairwiseLengthTests {
  @Test func `a group by hand, its references beside it`() {
    // Correct 5 and 9, wrong 3; references: wrong, and correct of infinite length. Two wrong ones,
    // three correct: 20 + 2 - 0, 20 + 1 - 1, -30; the references -30 and 20 + 0 - 2.
    let group = group(correct: [5, 9], wrong: [3])
    #expect(PairwiseLength().values(for: group) == [22, 20, -30])
    #expect(PairwiseLength().referenceValues(for: group) == [-30, 18])
    #expect(PairwiseLength().values(for: Self.ties) == [22, 22, 19, -40])
  }

  private static let ties = group(correct: [4, 4, 6], wrong: [9])

  @Test func `a group that is right throughout still teaches`() {
    let rewards = RewardConfiguration([PairwiseLength()]).rewards(
      for: group(correct: [5, 9, 9]))
    let advantages = GRPO().advantages(rewards: rewards.total + rewards.references)
    #expect(advantages.prefix(3).allSatisfy { $0 > 0 } && advantages[0] > advantages[1])
  }

  @Test func `other estimators than grpo know no references`() {
    var algorithm = AlgorithmConfiguration()
    let reward = RewardConfiguration([PairwiseLength()])
    #expect(
      algorithm.issues(numGenerations: 4, reward: reward).map(\.path) == [["adv_estimator"]])
    algorithm.estimator = GRPO()
    #expect(algorithm.issues(numGenerations: 4, reward: reward).isEmpty)
  }
}

@Suite struct HistoryLengthTests {
  @Test func `nothing is known at first, then the shortest correct length`() {
    let term = HAPO()
    var memory = TermMemory()
    let first = [group(correct: [40, 20], wrong: [10])]
    #expect(term.values(for: first, memory: memory) == [[0, 0, 0]])
    term.remember(first, in: &memory)
    #expect(memory.problems == ["p": [20]])
    // L/h = 1/2: cos(π/4); 1: 0; 2 and beyond: -1, at least -0.7 when correct. Wrong: at most 0.
    let values = term.values(
      for: [group(correct: [10, 20, 40, 90], wrong: [10, 90])], memory: memory)[0]
    #expect(isClose(values, [0.707_106_781_186_547_5, 0, -0.7, -0.7, 0, -1]))
    // Other questions are not affected; a question without a correct answer is not remembered.
    #expect(
      term.values(for: [group(correct: [5], problem: "q")], memory: memory) == [[0]])
    term.remember([group(correct: [], wrong: [3], problem: "q")], in: &memory)
    term.remember([group(correct: [30])], in: &memory)
    #expect(memory.problems == ["p": [20]])
  }

  @Test func `the mean is over all correct responses`() {
    let term = HAPO(mode: .mean)
    var memory = TermMemory()
    term.remember([group(correct: [10, 20])], in: &memory)
    term.remember([group(correct: [60])], in: &memory)
    #expect(memory.problems == ["p": [30, 3]])
  }
}

@Suite struct LazyLengthTests {
  @Test func `the bonus falls from a half to minus a half`() {
    let values = ShortRL(lengthTolerance: 10, accuracyTolerance: 0.05)
      .values(for: group(correct: [20, 30, 31, 70], wrong: [5]))
    #expect(isClose(values, [0.5, 0.5, 0.28, -0.5, 0], within: 1e-6))
  }

  @Test func `nobody gets it in a batch that is worse than the best so far`() {
    let term = ShortRL(lengthTolerance: 0, accuracyTolerance: 0.25)
    var memory = TermMemory()
    term.remember([group(correct: [1, 1, 1], wrong: [1])], in: &memory)
    #expect(memory.run == [0.75])
    #expect(term.values(for: [group(correct: [5], wrong: [5])], memory: memory) == [[0.5, 0]])
    let worse = [group(correct: [5], wrong: [5, 5])]
    #expect(term.values(for: worse, memory: memory) == [[0, 0, 0]])
    term.remember(worse, in: &memory)
    #expect(memory.run == [0.75])
  }
}

@Suite struct RepetitionTests {
  @Test func `counts the share of n-grams seen before`() {
    var group = group(correct: [4, 5, 1])
    group.tokens = [[1, 2, 3, 4], [5, 5, 5, 5, 5], [7]]
    #expect(Repetition(ngramSize: 2, maxPenalty: -1).values(for: group) == [0, -0.75, 0])
  }
}
