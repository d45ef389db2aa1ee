import Fields
import Reasoning
import Testing

@Suite struct BudgetPriorTests {
  @Test func `uniform, linear, base and explicit`() throws {
    let budgets = [10, 30, 60]
    #expect(try BudgetPrior.uniform.weights(for: budgets) == [1.0 / 3, 1.0 / 3, 1.0 / 3])
    #expect(try BudgetPrior.linear.weights(for: budgets) == [0.1, 0.3, 0.6])
    #expect(try BudgetPrior.base.weights(for: budgets) == [0, 0, 1])
    #expect(try BudgetPrior.explicit.weights(for: budgets, given: [1, 0, 3]) == [0.25, 0, 0.75])
  }

  @Test func `names are those of the field`() {
    #expect(BudgetPrior.choices.map(\.name) == ["uniform", "linear", "base", "explicit"])
  }

  @Test func `what makes no sense is reported`() {
    #expect(throws: BudgetError.noBudgets) { try BudgetPrior.uniform.weights(for: []) }
    #expect(throws: BudgetError.notAscending([8, 8])) { try BudgetPrior.base.weights(for: [8, 8]) }
    #expect(throws: BudgetError.notAscending([0, 8])) { try BudgetPrior.base.weights(for: [0, 8]) }
    #expect(throws: BudgetError.wrongCount(budgets: 2, weights: 1)) {
      try BudgetPrior.explicit.weights(for: [8, 16], given: [1])
    }
    #expect(throws: BudgetError.noDistribution([0, 0])) {
      try BudgetPrior.explicit.weights(for: [8, 16], given: [0, 0])
    }
    #expect(throws: BudgetError.noDistribution([2, -1])) {
      try BudgetPrior.explicit.weights(for: [8, 16], given: [2, -1])
    }
  }
}

@Suite struct GenerationCutoffTests {
  let responses = [(10, true), (20, true), (20, false), (40, true)].map {
    GradedResponse(tokenCount: $0.0, thinkingTokenCount: 5, isCorrect: $0.1, isFinished: true)
  }

  @Test func `a response longer than the budget is wrong`() {
    let accuracies = [9, 10, 19, 20, 39, 40, 100].map {
      GenerationCutoff.accuracy(of: responses, at: $0)
    }
    #expect(accuracies == [0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75])
  }

  @Test func `tokens are counted up to the budget`() {
    #expect(GenerationCutoff.meanTokens(of: responses, at: 15) == 13.75)
    #expect(GenerationCutoff.meanTokens(of: responses, at: 100) == 22.5)
  }

  @Test func `no responses have no accuracy`() {
    #expect(GenerationCutoff.accuracy(of: [], at: 10) == nil)
    #expect(GenerationCutoff.meanTokens(of: [], at: 10) == nil)
  }
}
