import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// `label`, and `sft` and `dpo` on what it wrote.
@Suite(.timeLimit(.minutes(120)))
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

  @Test func `nothing is learned of what follows an answer that a bridge opened`() throws {
    let text = """
      {"split":"s","problem":{"family":"chain","difficulty":1,"prompt":"1","answer":"1"},\
      "sample":0,"tokens":[20,20,3,21,22,23],"log_probabilities":[],"thinking_tokens":2,\
      "answer_tokens":1,"length":4,"stop":"length","finished":true,"answer":"1","correct":true,\
      "budget":2,"budget_use":"thinking","forced":[2]}
      """
    let record = try JSONDecoder().decode(ResponseRecord.self, from: Data(text.utf8))
    let targets = try ResponseTargets([record], in: LadderFormat())
    let whole = try #require(try targets.examples(.all, statesBudget: false).first)
    #expect(Array(whole.tokens.suffix(5)) == [20, 20, 3, 21, LadderVocabulary.endOfSequence])
    #expect(Array(whole.weights.suffix(5)) == [1, 1, 0, 1, 1], "the bridge was forced")
    let stating = try #require(try targets.examples(.all, statesBudget: true).first)
    #expect(stating.tokens.suffix(5) == whole.tokens.suffix(5))
    #expect(LadderVocabulary.decode(stating.tokens.prefix(7)) == "1<b>004</b><t>")
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
