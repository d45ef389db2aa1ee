import Fields
import Reasoning
import Testing

/// Check S7 of the notes on SelfBudgeter, and the schedule of the tolerance.
@Suite struct SelfBudgetTests {
  private func value(
    _ term: SelfBudget, length: Int, budget: Int?, correct: Bool, largest: Double? = nil,
    progress: Double = 0, finished: Bool = true
  ) -> Double {
    let response = GradedResponse(
      tokenCount: length, thinkingTokenCount: 0, isCorrect: correct, isFinished: finished,
      statedBudget: budget)
    return term.values(
      for: ResponseGroup(
        responses: [response], maxNewTokens: 1000,
        problemFields: largest.map { ["b_max": $0] } ?? [:], progress: progress))[0]
  }

  private func term(_ alpha: Double, _ type: SelfBudget.Shape = .paper) -> SelfBudget {
    var term = SelfBudget()
    term.type = type
    term.tolerance = SelfBudget.Tolerance(start: alpha, end: alpha)
    return term
  }

  @Test func `a correct response is best at (1 - tolerance) b, a wrong one at (1 + tolerance) b`() {
    let term = term(0.5)
    #expect(value(term, length: 50, budget: 100, correct: true) == 1)
    #expect(value(term, length: 150, budget: 100, correct: false) == 0)
    let lengths = Array(50...150)
    let correct = lengths.map { value(term, length: $0, budget: 100, correct: true) }
    let wrong = lengths.map { value(term, length: $0, budget: 100, correct: false) }
    #expect(zip(correct, correct.dropFirst()).allSatisfy { $0 > $1 })
    #expect(zip(wrong, wrong.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `the far edge of the window, and all beyond it, have the least`() {
    let term = term(0.5)
    for length in [49, 150, 151, 900] {
      #expect(abs(value(term, length: length, budget: 100, correct: true) - 0.5) < 1e-12)
    }
    for length in [1, 50, 151] {
      #expect(abs(value(term, length: length, budget: 100, correct: false) + 0.5) < 1e-12)
    }
  }

  @Test func `a right answer over budget is no worse than any wrong one`() {
    for alpha in [0.1, 0.5, 1, 6] {
      for type in SelfBudget.Shape.allCases {
        let term = term(alpha, type)
        let right = (1...300).map {
          value(term, length: $0, budget: 100, correct: true, largest: 99)
        }
        let wrong = (1...300).map { value(term, length: $0, budget: 100, correct: false) }
        #expect(right.min()! >= wrong.max()!)
      }
    }
  }

  @Test func `a budget above b_max costs, an unknown b_max is infinite`() {
    let term = term(0.5)
    #expect(value(term, length: 50, budget: 100, correct: true, largest: 100) == 1)
    #expect(value(term, length: 50, budget: 100, correct: true, largest: 99) == 1 - 0.4)
    #expect(value(term, length: 50, budget: 100, correct: true) == 1)
  }

  @Test func `another form gets the format penalty and nothing else`() {
    let term = term(0.5)
    #expect(value(term, length: 50, budget: nil, correct: true) == -1)
    #expect(value(term, length: 50, budget: 0, correct: true) == -1)
    #expect(value(term, length: 50, budget: 100, correct: false, finished: false) == -1)
  }

  @Test func `the symmetric form peaks at the budget`() {
    let term = term(1, .symmetric)
    #expect(value(term, length: 100, budget: 100, correct: true) == 1)
    #expect(value(term, length: 100, budget: 100, correct: false) == 0)
    #expect(abs(value(term, length: 50, budget: 100, correct: true) - 0.75) < 1e-12)
    #expect(abs(value(term, length: 150, budget: 100, correct: true) - 0.75) < 1e-12)
    #expect(value(term, length: 900, budget: 100, correct: true) == 0.5)
  }

  @Test func `the tolerance falls on a line, and only then time is read`() {
    let term = SelfBudget()
    #expect(term.readsProgress && !self.term(1).readsProgress)
    // Halfway, the tolerance is 3.05: 405 is the last length within it.
    let values = [405, 406].map {
      value(term, length: $0, budget: 100, correct: false, progress: 0.5)
    }
    #expect(values[0] > -0.1 && values[1] == -0.5)
  }

  @Test func `constants that break the order are reported`() {
    var term = SelfBudget()
    #expect(term.allIssues().isEmpty)
    term.budgetPenalty = -0.51
    #expect(term.allIssues().map(\.path) == [["budget_penalty"]])
    term.minValueWrong = 0.1
    #expect(term.allIssues().map(\.path) == [["min_value_wrong"], ["budget_penalty"]])
  }
}
