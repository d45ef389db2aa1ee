import Fields
import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

private typealias Judged = `Claims are judged`

/// Cases with too few results to decide a claim.
@Suite struct `Claims are not judged on too little` {
  @Test func `fewer than three shared seeds decide nothing, whatever the interval says`() throws {
    for seeds in 1...2 {
      let outcome = try Judged.judge(Judged.inputs(seeds: seeds)).judged(
        Judged.claim { _ in }, named: "x")
      #expect(outcome.verdict == .undecided)
      #expect(
        outcome.parts.allSatisfy {
          $0.numbers != nil
            && $0.obstacle?.description
              == "\(seeds) shared seed\(seeds == 1 ? "" : "s"), 3 are needed"
        })
      let text = ClaimReport(title: "", [outcome]).table.terminal(width: 80)
      #expect(text.contains("Undecided: \(seeds) shared seed"), "\(text)")
      // A claim about these models depends only on the questions.
      let fixed = try Judged.judge(Judged.inputs(seeds: seeds)).judged(
        Judged.claim { $0.seeds = .fixed }, named: "x")
      #expect(fixed.verdict == .held)
    }
  }

  /// The verdict from one run of each label, without a swept seed.
  private func verdict(
    _ now: [Bool], _ before: [Bool], clusters: Int = 0,
    _ edit: (inout Claim) -> Void = { _ in }
  ) throws -> ClaimOutcome {
    func answers(_ label: String, _ right: [Bool]) -> CollectedInput {
      let stored = StoredResponses(
        right.enumerated().map {
          .init(
            question: $0, length: 10, isCorrect: $1,
            cluster: clusters == 0 ? nil : "passage \($0 % clusters)")
        })
      return CollectedInput(label: label, stage: label, point: [], artifact: stored)
    }
    return try Judged.judge([answers("now", now), answers("before", before)]).judged(
      Judged.claim {
        $0.metric = "accuracy"
        $0.compare = .map(["results": .string("now")])
        $0.with = .map(["results": .string("before")])
        $0.expect = .higher
        $0.seeds = .fixed
        edit(&$0)
      }, named: "x")
  }

  @Test func `four of 160 questions are no difference, as McNemar's test says`() throws {
    let right = [Bool](repeating: true, count: 160)
    let found = try verdict(right, (0..<160).map { $0 >= 4 })
    #expect(found.verdict == .undecided)
    #expect(found.parts[0].obstacle?.description == "4 questions differ, 6 are needed")
    #expect(try verdict(right, (0..<160).map { $0 >= 6 }).verdict == .held)
    #expect(try verdict([true, true], [false, false]).verdict == .undecided)
    // A ratio does not avoid the rule.
    #expect(try verdict(right, (0..<160).map { $0 >= 4 }) { $0.scale = .ratio }.verdict != .held)
  }

  @Test func `a model that is right on two or three questions is not known to be perfect`() throws {
    func perfect(_ count: Int, _ edit: @escaping (inout Claim) -> Void) throws -> ClaimVerdict {
      let right = [Bool](repeating: true, count: count)
      return try verdict(right, right, edit).verdict
    }
    func against(_ value: Double) -> (inout Claim) -> Void {
      {
        $0.with = .absent
        $0.value = value
      }
    }
    #expect(try perfect(2, against(0.99)) == .undecided)
    #expect(try perfect(2, against(0.2)) == .undecided && perfect(2, against(0.15)) == .held)
    #expect(try perfect(160, against(0.99)) == .undecided)
    #expect(try perfect(160, against(0.97)) == .held)
    let same: (inout Claim) -> Void = {
      $0.expect = .equal
      $0.margin = 0.02
    }
    #expect(try perfect(3, same) == .undecided && perfect(160, same) == .held)
  }

  @Test func `questions of one cluster count as one`() throws {
    func found(clusters: Int) throws -> ClaimOutcome {
      try verdict(
        [Bool](repeating: true, count: 40), (0..<40).map { $0 % 4 > 0 }, clusters: clusters)
    }
    // Ten questions are gained; with clusters, all of them are about one of four passages.
    #expect(try found(clusters: 0).verdict == .held)
    let together = try found(clusters: 4)
    #expect(together.verdict == .undecided && together.parts[0].numbers?.change == 0.25)
    #expect(together.parts[0].obstacle?.description == "1 question differs, 6 are needed")
  }

  @Test func `lengths that are all the same decide nothing`() throws {
    let outcome = try verdict([true, true, true], [true, true, true]) {
      $0.metric = "mean_tokens"
      $0.expect = .equal
      $0.margin = 1
    }
    #expect(outcome.verdict == .undecided && outcome.parts[0].numbers?.change == 0)
    #expect(
      outcome.parts[0].obstacle?.description == "nothing differs by which an error could be known")
  }

  @Test func `questions that one side lacks are left out of both`() throws {
    func answers(_ label: String, _ questions: Range<Int>, _ seed: Int) -> CollectedInput {
      StoredResponses(
        questions.map { .init(question: $0, length: 10 + 10 * $0 + ($0 * seed) % 3) }
      ).input(label, seed: seed)
    }
    let outcome = try Judged.judge(
      (0..<3).flatMap { [answers("all", 0..<20, $0), answers("some", 10..<30, $0)] }
    ).judged(
      Judged.claim {
        $0.compare = .map(["results": .string("all")])
        $0.with = .map(["results": .string("some")])
        $0.expect = .equal
        $0.margin = 1
      }, named: "x")
    let part = outcome.parts[0]
    #expect(part.numbers?.questions == 10 && part.numbers?.change == 0, "\(part)")
    let none = try Judged.judge(
      (0..<3).flatMap { [answers("all", 0..<20, $0), answers("some", 20..<30, $0)] }
    ).judged(
      Judged.claim {
        $0.compare = .map(["results": .string("all")])
        $0.with = .map(["results": .string("some")])
      }, named: "x")
    #expect(none.parts[0].obstacle?.description == "the sides have no question in common")
  }
}
