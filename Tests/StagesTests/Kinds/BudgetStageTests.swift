import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages
import Testing

/// `sample`, `eval` and `label` under budgets: the stored responses and their metrics, and that no
/// byte depends on what was sampled before or in the same batch.
@Suite(.timeLimit(.minutes(30)))
struct `Responses under budgets` {
  private struct Evaluation: Decodable {
    struct Prior: Decodable { var budgets: [Int], weights: [Double] }
    struct Row: Decodable { var budget: Int, accuracy: Double, meanTokens: Double }
    struct Adherence: Decodable {
      var responses: Int
      var budgetSlope: Double?
      var budgetMatchingRate: Double, budgetError: Double
    }
    struct Figures: Decodable { var accuracy: Double, meanTokens: Double }
    struct Split: Decodable {
      var all: Figures
      var budgets: [Row]?
      var anytimeAccuracy: Double?
      var prefilledBudgets: [Row]?
      var stated: Double?
      var budgetAdherence: Adherence?
    }
    var budgetPrior: Prior?
    var splits: [Split]
  }

  private static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test func `cuts are stored whole, and every figure can be recomputed from them`() throws {
    try BudgetPipeline.with(["cut"]) { runs in
      let summary = try runs.run()
      let records = try runs.records("cut", of: summary)
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

      let evaluation = try Self.decoder.decode(
        Evaluation.self,
        from: try runs.artifact("cut", of: summary).read(EvaluationReport.path))
      let split = try #require(evaluation.splits.first)
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

  @Test func `budgets given and stated are reported with how far lengths follow them`() throws {
    try BudgetPipeline.with(["labels", "stating", "given", "free"]) { runs in
      let summary = try runs.run()
      func split(_ address: String) throws -> Evaluation.Split {
        try #require(
          try Self.decoder.decode(
            Evaluation.self,
            from: try runs.artifact(address, of: summary).read(EvaluationReport.path)
          ).splits.first)
      }
      func expect(_ split: Evaluation.Split, follows pairs: [(budget: Int, length: Int)]) throws {
        let said = try #require(split.budgetAdherence)
        #expect(said.responses == pairs.count)
        let errors = pairs.map { abs(Double($0.length - $0.budget)) / Double($0.budget) }
        #expect(abs(said.budgetError - mean(errors)) < 1e-12)
        #expect(
          abs(said.budgetMatchingRate - mean(errors.map { $0 <= 0.5 ? 1 : 0 })) < 1e-12)
        let (mb, ml) = (
          mean(pairs.map { Double($0.budget) }), mean(pairs.map { Double($0.length) })
        )
        let sbb = pairs.reduce(0) { $0 + (Double($1.budget) - mb) * (Double($1.budget) - mb) }
        let sbl = pairs.reduce(0) { $0 + (Double($1.budget) - mb) * (Double($1.length) - ml) }
        #expect(abs((said.budgetSlope ?? .nan) - sbl / sbb) < 1e-9)
      }
      let given = try runs.records("given", of: summary)
      #expect(given.map(\.budget) == (0..<32).flatMap { _ in [3, 12] })
      #expect(given.allSatisfy { $0.budgetUse == .prefilled && $0.statedBudget == nil })
      try expect(
        try split("given"), follows: given.map { ($0.budget ?? 0, $0.tokenCount) })
      #expect(try split("given").prefilledBudgets?.map(\.budget) == [3, 12])

      let free = try runs.records("free", of: summary)
      #expect(free.count == 32 && free.allSatisfy { $0.budgetUse == .stated && $0.budget == nil })
      let stated = free.compactMap { record in
        record.statedBudget.map { ($0, record.tokenCount) }
      }.filter { $0.0 > 0 }
      #expect(stated.count > 8, "\(stated)")
      try expect(try split("free"), follows: stated)
      #expect(try split("free").stated == Double(stated.count) / 32)
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

@Suite(.timeLimit(.minutes(30)))
struct `Labels and what is trained on them` {
  @Test func `a label says what its responses say`() throws {
    // The policy is trained so little that it never answers some problems.
    try BudgetPipeline.with(["labels"], ["base.train.max_steps=70"]) { runs in
      let summary = try runs.run()
      let labels = try LabelsArtifact.read(try runs.artifact("labels", of: summary))
      let records = try runs.records("labels", of: summary)
      #expect(labels.count == 16 && records.count == 64)
      for (index, label) in labels.enumerated() {
        let own = records[4 * index..<4 * index + 4]
        #expect(own.allSatisfy { $0.problem == label.problem })
        #expect(label.lengths == own.map(\.tokenCount) && label.isCorrect == own.map(\.isCorrect))
        #expect(label.maxBudget == own.filter(\.isCorrect).map(\.tokenCount).min())
        #expect(label.referenceAccuracy == Double(own.count { $0.isCorrect }) / 4)
        #expect(label.fields["b_max"] == label.maxBudget.map(Double.init))
      }
      #expect(labels.contains { $0.maxBudget != nil } && labels.contains { $0.maxBudget == nil })
      // All stages of a second run are cache hits.
      #expect(try runs.run().points.allSatisfy { $0.outcome == .hit })
    }
  }

  @Test func `dpo goes on after every step to the same bytes`() throws {
    let stages = ["labels", "preferred"]
    let whole = try BudgetPipeline.digests(stages)
    try BudgetPipeline.with(stages) { runs in
      for step in 1...2 {
        let summary = try runs.run(checkpoints: .steps(1), stoppingIn: "preferred")
        let point = try #require(summary.points.first { $0.address == "preferred" })
        #expect(point.outcome == .stopped(step: step), "\(point.outcome)")
      }
      #expect(try runs.run().digests == whole)
    }
  }

  @Test func `responses are chosen by problem`() throws {
    func record(_ prompt: String, _ sample: Int, length: Int, correct: Bool) throws
      -> ResponseRecord
    {
      let tokens = [Int](repeating: 20, count: length - 2) + [3, 1]
      let text = """
        {"split":"s","problem":{"family":"chain","difficulty":1,"prompt":"\(prompt)","answer":"1"},\
        "sample":\(sample),"tokens":\(tokens),"log_probabilities":[],"thinking_tokens":0,\
        "answer_tokens":0,"length":\(length),"stop":"stop_token","finished":true,"answer":"1",\
        "correct":\(correct)}
        """
      return try JSONDecoder().decode(ResponseRecord.self, from: Data(text.utf8))
    }
    let records = [
      try record("1", 0, length: 9, correct: true), try record("1", 1, length: 4, correct: true),
      try record("1", 2, length: 3, correct: false), try record("1", 3, length: 12, correct: true),
      try record("2", 0, length: 5, correct: true), try record("2", 1, length: 5, correct: true),
      try record("3", 0, length: 5, correct: false),
    ]
    let targets = try ResponseTargets(records, in: LadderFormat())
    // The length is a prompt of one token, `<t>`, and the response.
    #expect(
      try targets.examples(.all, statesBudget: false).map(\.tokens.count) == [11, 6, 14, 7, 7])
    #expect(try targets.examples(.shortest, statesBudget: false).map(\.tokens.count) == [6, 7])
    let stating = try targets.examples(.shortest, statesBudget: true)
    #expect(
      stating.map { LadderVocabulary.decode($0.tokens.prefix(7)) }
        == ["1<b>004</b><t>", "2<b>005</b><t>"])
    let pairs = try targets.pairs()
    #expect(pairs.map(\.chosen.tokens.count) == [6] && pairs.map(\.rejected.tokens.count) == [14])
    #expect(throws: StageFailure.self) {
      try ResponseTargets([records[2], records[6]], in: LadderFormat())
    }
  }

  @Test func `shortest targets and a header train another model, the same each time`() throws {
    let stages = ["labels", "shortest"]
    let digests = try BudgetPipeline.digests(stages)
    #expect(try BudgetPipeline.digests(stages) == digests)
    let all = try BudgetPipeline.with(stages) {
      try $0.run(["shortest.targets=all"]).digests["shortest"]
    }
    #expect(all != digests["shortest"])
  }
}

@Suite(.timeLimit(.minutes(30)))
struct `Reinforcement under budgets` {
  private static let needs = [
    "cutting": ["cutting"], "phasing": ["phasing"], "keeping": ["labels", "stating", "keeping"],
    "told": ["labels", "stating", "told"],
  ]

  @Test(arguments: ["cutting", "phasing", "keeping", "told"])
  func `goes on after every step to the same bytes`(stage: String) throws {
    let stages = try #require(Self.needs[stage])
    let whole = try BudgetPipeline.digests(stages)
    try BudgetPipeline.with(stages) { runs in
      for step in 1...2 {
        let summary = try runs.run(checkpoints: .steps(1), stoppingIn: stage)
        let point = try #require(summary.points.first { $0.address == stage })
        #expect(point.outcome == .stopped(step: step), "\(point.outcome)")
      }
      #expect(try runs.run().digests == whole)
    }
  }

  /// One metric from every step in a stage's log.
  private func metric(
    _ name: String, _ stage: String, _ runs: BudgetPipeline.Runs, _ summary: RunSummary
  ) throws -> [Double] {
    let log = try runs.artifact(stage, of: summary).read("metrics.jsonl")
    return try log.split(separator: UInt8(ascii: "\n")).map { line in
      let row = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
      return try #require(row[name] as? Double, "\(row.keys.sorted())")
    }
  }

  @Test func `moves the policy by what it scores`() throws {
    try BudgetPipeline.with(["cutting"]) { runs in
      let summary = try runs.run()
      #expect(try metric("grad_norm", "cutting", runs, summary).contains { $0 > 0 })
      #expect(try metric("accuracy", "cutting", runs, summary).contains { $0 > 0 })
    }
  }

  @Test func `rewards read what labels say, and miss them where there are none`() throws {
    let stages = try #require(Self.needs["keeping"])
    try BudgetPipeline.with(stages) { runs in
      let summary = try runs.run()
      #expect(try metric("grad_norm", "keeping", runs, summary).contains { $0 > 0 })
      let problems = try ProblemsArtifact.read(
        split: "train", from: try runs.artifact("sums", of: summary), for: LadderFormat())
      let labels = try runs.artifact("labels", of: summary)
      let told = try LabelsArtifact.label(problems, by: labels).map(\.numbers)
      #expect(told == (try LabelsArtifact.read(labels)).map(\.fields))
      let strangers =
        problems + [
          Problem(family: "sum", difficulty: 1, prompt: "9+9=?", answer: "18", verifier: "exact")
        ]
      let error = #expect(throws: StageFailure.self) {
        try LabelsArtifact.label(strangers, by: labels)
      }
      #expect(error?.description.contains("'9+9=?'") == true)
      let without = try runs.run(["keeping.inputs.labels=null"])
      guard case .failed(let reason) = without.points.last?.outcome else {
        Issue.record("\(String(describing: without.points.last?.outcome))")
        return
      }
      #expect(reason.contains("b_max"), "\(reason)")
    }
  }
}

@Suite struct `Figures under budgets` {
  @Test func `are named with the budget, in one way only`() {
    #expect(Metrics.named("accuracy@8")?.name == "accuracy@8")
    #expect(Metrics.named("accuracy@8")?.header == "acc@8")
    for wrong in [
      "accuracy@", "accuracy@0", "accuracy@08", "accuracy@-8", "accuracy@+8",
      "accuracy@8x", "accuracy@B", "tokens@8",
    ] {
      #expect(Metrics.named(wrong) == nil, "\(wrong)")
    }
    for choice in Metrics.choices {
      let name = choice.name.replacing("@B", with: "@3")
      #expect(Metrics.named(name)?.name == name && choice.accepts(name))
    }
  }

  @Test func `add up over questions to what the evaluation says`() throws {
    try BudgetPipeline.with(["labels", "stating", "cut", "given"]) { runs in
      let summary = try runs.run()
      func figure(_ name: String, _ stage: String) throws -> Double? {
        let metric = try #require(Metrics.named(name))
        let artifact = try runs.artifact(stage, of: summary)
        let judgement = try EvaluationReport.judgement(
          of: try artifact.read(EvaluationReport.path))
        guard case .overQuestions(let statistic, let contribution) = metric.computation else {
          return nil
        }
        return try runs.records(stage, of: summary).byQuestion.reduce(into: Moments()) {
          $0.add(contribution($1, judgement))
        }.figure(statistic)
      }
      func said(_ stage: String) throws -> [String: Any] {
        let data = try runs.artifact(stage, of: summary).read(EvaluationReport.path)
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require((report["splits"] as? [[String: Any]])?.first)
      }
      func expect(_ name: String, _ stage: String, is value: Any?) throws {
        let (found, value) = (try #require(try figure(name, stage)), try #require(value as? Double))
        #expect(abs(found - value) < 1e-9, "\(name) is \(found), not \(value)")
      }
      let cut = try said("cut")
      let rows = try #require(cut["budgets"] as? [[String: Any]])
      for row in rows {
        try expect("accuracy@\(try #require(row["budget"] as? Int))", "cut", is: row["accuracy"])
      }
      try expect("anytime_accuracy", "cut", is: cut["anytime_accuracy"])
      try expect("accuracy", "cut", is: (cut["all"] as? [String: Any])?["accuracy"])
      try expect("mean_tokens", "cut", is: (cut["all"] as? [String: Any])?["mean_tokens"])
      #expect(try figure("accuracy@5", "cut") == nil)
      let given = try said("given")
      let adherence = try #require(given["budget_adherence"] as? [String: Any])
      for name in ["budget_slope", "budget_correlation", "budget_matching_rate", "budget_error"] {
        try expect(name, "given", is: adherence[name])
      }
      let stated = try figure("budget_stated", "given")
      #expect(stated == 1)
      let none = try figure("budget_stated", "cut")
      #expect(none == 0)
    }
  }
}
