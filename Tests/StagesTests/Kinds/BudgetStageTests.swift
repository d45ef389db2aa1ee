import PipelineCore
import Reasoning
import Stages
import Testing

/// `sample` and `eval` under budgets: the stored responses and their metrics, and that no
/// byte depends on what was sampled before or in the same batch.
@Suite(.timeLimit(.minutes(120)))
struct `Responses under budgets` {
  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test func `cuts are stored whole`() throws {
    try BudgetPipeline.with(["cut"]) { runs in
      let records = try runs.records("cut", of: try runs.run())
      #expect(records.count == 16 * 2 * 3 * 2)
      for (index, record) in records.enumerated() {
        #expect(record.sample == index / 6 % 2)
        #expect(record.budget == [1, 4, 8][index / 2 % 3] && record.budgetUse == .thinking)
        #expect(record.summary == index % 2)
        #expect(record.thinkingTokenCount <= record.budget ?? 0)
        #expect(record.tokens.count <= 8 + 1 + 3 && record.tokens.count <= 16)
        #expect(record.tokens.count == record.logProbabilities.count)
        if let forced = record.forced {
          // Cut thinking is as long as its budget, and `</t>` follows.
          #expect(forced == [record.budget ?? -1] && record.thinkingTokenCount == record.budget)
          #expect(record.tokens[forced[0]] == LadderVocabulary.endThinking)
        }
      }
      #expect(records.contains { $0.forced != nil } && records.contains { $0.forced == nil })
      // All parts of one thought agree.
      for start in stride(from: 0, to: records.count, by: 6) {
        let last = records[start + 5]
        for record in records[start..<start + 6] {
          let cut = record.forced?.first ?? last.thinkingTokenCount
          #expect(record.tokens.prefix(cut) == last.tokens.prefix(cut))
        }
      }
    }
  }

  @Test func `every figure on cuts can be recomputed from them`() throws {
    try BudgetPipeline.with(["cut"]) { runs in
      let summary = try runs.run()
      let records = try runs.records("cut", of: summary)
      let evaluation = try BudgetEvaluation(try runs.artifact("cut", of: summary))
      let split = try evaluation.split
      let weights = [1.0 / 13, 4.0 / 13, 8.0 / 13]
      #expect(evaluation.budgetPrior?.budgets == [1, 4, 8])
      #expect(evaluation.budgetPrior?.weights == weights)
      let accuracies = [1, 4, 8].map { budget in
        mean(records.filter { $0.budget == budget }.map { $0.isCorrect ? 1 : 0 })
      }
      let rows = try #require(split.budgets)
      #expect(rows.map(\.budget) == [1, 4, 8])
      for (row, accuracy) in zip(rows, accuracies) { #expect(abs(row.accuracy - accuracy) < 1e-12) }
      let anytime = zip(weights, accuracies).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(try #require(split.anytimeAccuracy) - anytime) < 1e-12)
      // Final accuracy is that at the largest budget, which differs from that of all responses
      // together.
      #expect(abs(split.all.accuracy - accuracies[2]) < 1e-12)
      #expect(Set(accuracies).count > 1 && accuracies[2] > 0, "\(accuracies)")
      let last = records.filter { $0.budget == 8 }.map { Double($0.tokenCount) }
      #expect(abs(split.all.meanTokens - mean(last)) < 1e-12)
      #expect(split.prefilledBudgets == nil && split.budgetAdherence == nil)
    }
  }

  /// Compares what is said of how lengths follow budgets with the figures of these pairs.
  private func expect(
    _ said: BudgetEvaluation.Adherence?, follows pairs: [(budget: Int, length: Int)]
  ) throws {
    let said = try #require(said)
    #expect(said.responses == pairs.count)
    let errors = pairs.map { abs(Double($0.length - $0.budget)) / Double($0.budget) }
    #expect(abs(said.budgetError - mean(errors)) < 1e-12)
    #expect(abs(said.budgetMatchingRate - mean(errors.map { $0 <= 0.5 ? 1 : 0 })) < 1e-12)
    let (mb, ml) = (mean(pairs.map { Double($0.budget) }), mean(pairs.map { Double($0.length) }))
    let sbb = pairs.reduce(0) { $0 + (Double($1.budget) - mb) * (Double($1.budget) - mb) }
    let sbl = pairs.reduce(0) { $0 + (Double($1.budget) - mb) * (Double($1.length) - ml) }
    #expect(abs((said.budgetSlope ?? .nan) - sbl / sbb) < 1e-9)
  }

  @Test func `budgets that are given are reported with how far lengths follow them`() throws {
    try BudgetPipeline.with(["labels", "stating", "given"]) { runs in
      let summary = try runs.run()
      let split = try BudgetEvaluation(try runs.artifact("given", of: summary)).split
      let given = try runs.records("given", of: summary)
      #expect(given.map(\.budget) == (0..<32).flatMap { _ in [3, 12] })
      #expect(given.allSatisfy { $0.budgetUse == .prefilled && $0.statedBudget == nil })
      try expect(split.budgetAdherence, follows: given.map { ($0.budget ?? 0, $0.tokenCount) })
      #expect(split.prefilledBudgets?.map(\.budget) == [3, 12])
    }
  }

  @Test func `budgets that are stated are reported with how far lengths follow them`() throws {
    try BudgetPipeline.with(["labels", "stating", "free"]) { runs in
      let summary = try runs.run()
      let split = try BudgetEvaluation(try runs.artifact("free", of: summary)).split
      let free = try runs.records("free", of: summary)
      #expect(free.count == 32 && free.allSatisfy { $0.budgetUse == .stated && $0.budget == nil })
      let stated = free.compactMap { record in
        record.statedBudget.map { ($0, record.tokenCount) }
      }.filter { $0.0 > 0 }
      #expect(stated.count > 8, "\(stated)")
      try expect(split.budgetAdherence, follows: stated)
      #expect(split.stated == Double(stated.count) / 32)
      for record in free where record.statedBudget != nil {
        let text = LadderVocabulary.decode(record.tokens)
        #expect(
          Int(text.prefix(3)) == record.statedBudget && text.dropFirst(3).hasPrefix("</b><t>"))
        #expect(record.tokenCount == record.tokens.count - 5)
      }
    }
  }

  @Test func `a thought that is not cut makes the response that it makes without a budget`() throws
  {
    try BudgetPipeline.with(["samples"]) { runs in
      let long = ["samples.sampling.max_new_tokens=24"]
      let plain = try runs.records("samples", of: try runs.run(long))
      let wide = try runs.records(
        "samples", of: try runs.run(long + ["samples.thinking_budget=14"]))
      let tight = try runs.records(
        "samples", of: try runs.run(["samples.thinking_budget=2", "samples.answer_budget=3"]))
      #expect(plain.contains { $0.isFinished } && wide.count == 32 && tight.count == 32)
      // The answer gets the remaining tokens.
      for (free, held) in zip(plain, wide)
      where free.isFinished && free.thinkingTokenCount < 14 && free.answerTokenCount < 9 {
        #expect(held.tokens == free.tokens && held.logProbabilities == free.logProbabilities)
        #expect(held.budget == 14 && held.budgetUse == .thinking && held.summary == nil)
      }
      #expect(tight.allSatisfy { $0.thinkingTokenCount <= 2 && $0.tokens.count <= 6 })
      #expect(tight.contains { $0.forced == [2] } && tight.contains { $0.forced == nil })
    }
  }

  @Test func `a prior draws one budget for each response`() throws {
    try BudgetPipeline.with(["samples"]) { runs in
      func budgets(_ more: [String]) throws -> [Int] {
        try runs.records("samples", of: try runs.run(["samples.budgets=[1, 4, 8]"] + more))
          .compactMap(\.budget)
      }
      #expect(try budgets([]) == (0..<32).flatMap { _ in [1, 4, 8] })
      let drawn = try budgets(["samples.budget_prior=uniform"])
      #expect(drawn.count == 32 && Set(drawn) == [1, 4, 8])
      let counts = [1, 4, 8].map { budget in drawn.count { $0 == budget } }
      #expect(counts.allSatisfy { $0 >= 4 }, "\(counts)")
      #expect(Set(try budgets(["samples.budget_prior=base"])) == [8])
      let weighed = try budgets([
        "samples.budget_prior=explicit", "samples.budget_weights=[0, 1, 0]",
        "samples.num_summaries=2",
      ])
      #expect(weighed == [Int](repeating: 4, count: 64))
    }
  }

  @Test func `a response at a budget is the same among other budgets`() throws {
    try BudgetPipeline.with(["samples"]) { runs in
      func records(_ budgets: String) throws -> [[Int32]] {
        try runs.records("samples", of: try runs.run(["samples.budgets=\(budgets)"]))
          .filter { $0.budget == 4 }.map(\.tokens)
      }
      let alone = try records("[4]")
      #expect(alone.count == 32)
      #expect(try records("[1, 4, 8]") == alone)
    }
  }

  @Test(arguments: ["exact", "blas"])
  func `what was drawn is not drawn again, and more samples are added to the same bytes`(
    numerics: String
  ) throws {
    let more = ["numerics=\(numerics)"]
    let fresh = try BudgetPipeline.with(["cut"]) {
      try $0.run(more + ["cut.sampling.num_generations=3"]).digests["cut"]
    }
    try BudgetPipeline.with(["cut"]) { runs in
      func cells() throws -> Int {
        try runs.own.store().cellSegments().reduce(0) { $0 + $1.cells }
      }
      _ = try runs.run(more)
      #expect(try cells() == 32)
      let summary = try runs.run(more + ["cut.sampling.num_generations=3"])
      // Under blas the responses depend on their slice, and here the slice differs.
      #expect(try cells() == (numerics == "exact" ? 48 : 80))
      #expect(summary.digests["cut"] == fresh)
      _ = try runs.run(more + ["cut.budget_prior=uniform", "cut.strategy=majority_vote"])
      #expect(try cells() == (numerics == "exact" ? 48 : 80))
      _ = try runs.run(more + ["cut.budgets=[1, 4]"])
      #expect(try cells() == (numerics == "exact" ? 80 : 112))
    }
  }
}
