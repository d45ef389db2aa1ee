import Fields
import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

/// Verdicts on evaluations with known lengths of all responses.
@Suite struct `Claims are judged` {
  /// Twenty questions per split, of five difficulties. A response has 20 tokens per difficulty, one
  /// more with each seed, and fewer as alpha grows; on the hard split RL saves half as much.
  static func inputs(seeds: Int = 3) -> [CollectedInput] {
    func answers(_ seed: Int, saving: Double) -> StoredResponses {
      StoredResponses(
        ["easy", "hard"].flatMap { split in
          (0..<20).map { question in
            let level = question % 5 + 1
            let share = 1 - (split == "easy" ? saving : saving / 2)
            // Noise that depends only on question and seed, so that intervals have a width.
            let noise = Double((question * 7 + seed * 3) % 5)
            return .init(
              split: split, family: question % 2 == 0 ? "chain" : "search", difficulty: level,
              question: question, length: 10 + Int(Double(20 * level) * share + noise) + seed,
              isCorrect: saving < 0.5 || question > 3)
          }
        })
    }
    return (0..<seeds).flatMap { seed in
      [answers(seed, saving: 0).input("base", seed: seed)]
        + [(0.0, 0.0), (0.1, 0.2), (0.4, 0.6)].map { alpha, saving in
          answers(seed, saving: saving).input("rl", alpha: alpha, seed: seed)
        }
    }
  }

  static func claim(_ edit: (inout Claim) -> Void) -> Claim {
    var claim = Claim()
    claim.metric = "mean_tokens"
    claim.compare = .map(["results": .string("rl"), "alpha": .float(0.4)])
    claim.with = .map(["results": .string("rl"), "alpha": .int(0)])
    edit(&claim)
    return claim
  }

  static func judge(
    _ inputs: [CollectedInput] = inputs(), missing: [MissingInput] = [], splits: [String] = []
  ) throws -> ClaimEvaluator {
    try ClaimEvaluator(inputs, missing: missing, splits: splits)
  }

  private func verdict(_ edit: (inout Claim) -> Void) throws -> ClaimVerdict {
    try Self.judge().judged(Self.claim(edit), named: "x").verdict
  }

  @Test func `a plain difference on every split`() throws {
    let outcome = try Self.judge().judged(Self.claim { _ in }, named: "shorter")
    #expect(outcome.verdict == .held)
    #expect(outcome.parts.map(\.place) == ["easy", "hard"])
    let easy = try #require(outcome.parts.first)
    #expect(easy.numbers?.seeds == 3 && easy.numbers?.questions == 20)
    // 60 % of 60 tokens on average.
    #expect(abs(try #require(easy.numbers?.change) + 36) < 1.5)
    let interval = try #require(easy.numbers?.interval)
    #expect(interval.contains(try #require(easy.numbers?.change)))
    #expect(try verdict { $0.expect = .higher } == .notHeld)
  }

  @Test func `an effect smaller than asked for is not held, one near it undecided`() throws {
    #expect(try verdict { $0.margin = 100 } == .notHeld)
    #expect(
      try verdict {
        $0.margin = 36
        $0.splits = ["easy"]
      } == .undecided)
  }

  @Test func `ratios`() throws {
    #expect(
      try verdict {
        $0.scale = .ratio
        $0.margin = 0.2
      } == .held)
    #expect(
      try verdict {
        $0.scale = .ratio
        $0.margin = 0.9
      } == .notHeld)
  }

  @Test func `equality within a margin, and not lower`() throws {
    func accuracy(_ edit: (inout Claim) -> Void) throws -> ClaimVerdict {
      try verdict { claim in
        claim.metric = "accuracy"
        claim.compare = .map(["results": .string("rl"), "alpha": .float(0.1)])
        edit(&claim)
      }
    }
    // None of 20 questions differs, so at most 1 − 0.05^(1/20) = 0.139 of all do, at 90 %.
    for expectation in [ClaimExpectation.equal, .notLower, .notHigher] {
      #expect(
        try accuracy {
          $0.expect = expectation
          $0.margin = 0.14
        } == .held)
      #expect(
        try accuracy {
          $0.expect = expectation
          $0.margin = 0.13
        } == .undecided)
    }
    #expect(
      try verdict {
        $0.metric = "accuracy"
        $0.expect = .notLower
        $0.margin = 0.01
      } != .held)
  }

  @Test func `a fall along a swept field, and along difficulty`() throws {
    let outcome = try Self.judge().judged(
      Self.claim {
        $0.expect = .falls
        $0.along = "alpha"
        $0.compare = .map(["results": .string("rl")])
        $0.with = .absent
      }, named: "monotone")
    #expect(outcome.verdict == .held)
    #expect(
      outcome.parts.map(\.place) == [
        "easy, alpha 0 → 0.1", "easy, alpha 0.1 → 0.4", "hard, alpha 0 → 0.1",
        "hard, alpha 0.1 → 0.4",
      ])
    let levels = try Self.judge().judged(
      Self.claim {
        $0.expect = .rises
        $0.along = "difficulty"
        $0.poolsSplits = true
        $0.compare = .map(["results": .string("base")])
        $0.with = .absent
      }, named: "levels")
    #expect(levels.verdict == .held)
    #expect(levels.parts.count == 4 && levels.parts[0].place == "difficulty 1 → 2")
  }

  @Test func `the relative saving is larger on the easier split`() throws {
    // Relative tokens rise from easy (0.4) to hard (0.7), although the questions differ.
    let outcome = try Self.judge(splits: ["easy", "hard"]).judged(
      Self.claim {
        $0.expect = .rises
        $0.along = "split"
        $0.relativeTo = .map(["results": .string("base")])
        $0.with = .absent
      }, named: "saving")
    #expect(outcome.verdict == .held)
    #expect(outcome.parts.map(\.place) == ["easy → hard"])
    let part = outcome.parts[0]
    #expect(try #require(part.numbers?.value) > 0.65 && #require(part.numbers?.other) < 0.55)
  }

  @Test func `a number instead of another side`() throws {
    #expect(
      try verdict {
        $0.metric = "finished"
        $0.with = .absent
        $0.value = 0.5
        $0.expect = .higher
      } == .held)
  }

  @Test func `a cut-off, a family and a difficulty narrow a side`() throws {
    let outcome = try Self.judge(splits: ["easy"]).judged(
      Self.claim {
        $0.metric = "accuracy"
        $0.compare = .map([
          "results": .string("base"), "cutoff": .int(60), "family": .string("chain"),
        ])
        $0.with = .map(["results": .string("base"), "family": .string("chain")])
      }, named: "cut")
    // Of ten chain questions, those of difficulties 3 (some), 4 and 5 are longer than 60 tokens.
    #expect(outcome.verdict == .held)
    #expect(outcome.parts[0].numbers?.questions == 10)
    #expect(outcome.parts[0].numbers?.other == 1)
    #expect(try #require(outcome.parts[0].numbers?.value) < 0.65)
  }

  @Test func `a cut-off that matches the other side's length`() throws {
    func found(_ edit: (inout Claim) -> Void) throws -> ClaimOutcome.Part {
      let outcome = try Self.judge(splits: ["easy"]).judged(
        Self.claim {
          $0.with = .map(["results": .string("base"), "cutoff": .string("matched")])
          edit(&$0)
        }, named: "matched")
      return try #require(outcome.parts.first)
    }
    let part = try found { _ in }
    let cutoff = try #require(
      part.place.firstMatch(of: /^easy, base, cut off at (\d+)$/).flatMap { Int($0.1) })
    // The mean over all lengths of the base's easy questions, cut off at c.
    func mean(_ cutoff: Int) -> Double {
      let lengths = (0..<3).flatMap { seed in
        (0..<20).map { 10 + 20 * ($0 % 5 + 1) + ($0 * 7 + seed * 3) % 5 + seed }
      }
      return lengths.reduce(0) { $0 + Double(min($1, cutoff)) } / 60
    }
    let (length, cut) = (try #require(part.numbers?.value), try #require(part.numbers?.other))
    #expect(abs(cut - mean(cutoff)) < 1e-9)
    #expect(mean(cutoff) >= length && mean(cutoff - 1) < length)
    // A cut-off lowers accuracy, and a side that is shorter anyway stays whole.
    let accuracy = try found { $0.metric = "accuracy" }
    #expect((accuracy.numbers?.other).map { $0 < 0.5 } == true)
    let whole = try found {
      $0.compare = .map(["results": .string("base")])
      $0.with = .map([
        "results": .string("rl"), "alpha": .float(0.4), "cutoff": .string("matched"),
      ])
    }
    #expect(whole.place == "easy, rl (alpha 0.4)")
    #expect(whole.numbers?.other == part.numbers?.value)
  }

  @Test func `the last figures of training logs`() throws {
    func model(_ label: String, _ seed: Int, _ last: Double) -> CollectedInput {
      CollectedInput(
        label: label, stage: label, point: [AxisValue(path: Axis.seedPath, value: .int(seed))],
        artifact: StoredFile(
          type: .model, path: TrainingLog.file,
          data: Data(
            "{\"step\":1,\"reward\":0.1,\"kl\":null}\n{\"step\":2,\"reward\":\(last)}\n".utf8)))
    }
    let inputs = (0..<3).flatMap { seed in
      [model("grpo", seed, 0.5), model("brpo", seed, 0.75 + 0.0625 * Double(seed))]
    }
    let outcome = try Self.judge(inputs + Self.inputs()).judged(
      Self.claim {
        $0.metric = "reward"
        $0.compare = .map(["results": .string("brpo")])
        $0.with = .map(["results": .string("grpo")])
        $0.expect = .higher
      }, named: "reward")
    #expect(outcome.verdict == .held)
    try #require(outcome.parts.count == 1)
    #expect(outcome.parts[0].numbers?.value == 0.8125 && outcome.parts[0].numbers?.other == 0.5)
    #expect(outcome.parts[0].numbers?.seeds == 3 && outcome.parts[0].numbers?.questions == 1)
  }

  @Test func `what failed leaves a claim undecided and says so`() throws {
    let rest = Self.inputs().filter { !$0.point.contains { $0.value == .float(0.4) } }
    let failed = MissingInput(
      label: "rl", address: "eval[alpha=0.4]",
      point: [AxisValue(path: "rl.reward.alpha", value: .float(0.4))])
    let outcome = try Self.judge(rest, missing: [failed]).judged(Self.claim { _ in }, named: "x")
    #expect(outcome.verdict == .undecided)
    #expect(outcome.parts[0].obstacle?.description == "missing: eval[alpha=0.4]")
  }

  @Test func `one seed that failed leaves a claim undecided too`() throws {
    func is04(_ point: [AxisValue]) -> Bool { point.contains { $0.value == .float(0.4) } }
    let lost = Self.inputs().filter { is04($0.point) }[2]
    let rest = Self.inputs().filter { !(is04($0.point) && $0.point == lost.point) }
    let failed = MissingInput(
      label: "rl", address: "eval[alpha=0.4,seed=2]", point: lost.point)
    let judge = try Self.judge(rest, missing: [failed])
    let outcome = judge.judged(Self.claim { _ in }, named: "x")
    #expect(outcome.verdict == .undecided)
    #expect(outcome.parts[0].obstacle?.description == "missing: eval[alpha=0.4,seed=2]")
    // Other settings are not affected.
    let other = judge.judged(
      Self.claim { $0.compare = .map(["results": .string("rl"), "alpha": .float(0.1)]) }, named: "y"
    )
    #expect(other.verdict == .held)
  }

  @Test func `sides are compared under the seeds that both have`() throws {
    // Each seed's model has its own accuracy; the fourth is the worst, and only one side has it.
    func answers(_ label: String, _ seeds: [Int]) -> [CollectedInput] {
      seeds.map { seed in
        StoredResponses(
          (0..<20).map { .init(question: $0, length: 10, isCorrect: $0 < [16, 16, 16, 10][seed]) }
        ).input(label, seed: seed)
      }
    }
    let judge = try Self.judge(answers("all", [0, 1, 2, 3]) + answers("few", [2, 0, 1]))
    let outcome = judge.judged(
      Self.claim {
        $0.metric = "accuracy"
        $0.compare = .map(["results": .string("few")])
        $0.with = .map(["results": .string("all")])
        $0.expect = .higher
      }, named: "x")
    let part = try #require(outcome.parts.first)
    let numbers = try #require(part.numbers)
    #expect(numbers.value == 0.8 && numbers.other == 0.8)
    #expect(numbers.change == 0 && numbers.seeds == 3)
    #expect(outcome.verdict == .undecided)
    #expect(part.obstacle?.description == "0 questions differ, 6 are needed")
  }

  @Test func `a trend is one contrast`() throws {
    func trend(_ edit: (inout Claim) -> Void) throws -> ClaimOutcome {
      try Self.judge(splits: ["easy"]).judged(
        Self.claim {
          $0.expect = .trendDown
          $0.along = "alpha"
          $0.compare = .map(["results": .string("rl")])
          $0.with = .absent
          edit(&$0)
        }, named: "trend")
    }
    let outcome = try trend { _ in }
    #expect(outcome.verdict == .held && outcome.parts.map(\.place) == ["easy, alpha 0 → 0.4"])
    let part = outcome.parts[0]
    // The change along the line through three points equals that from the first to the last point.
    let ends = try Self.judge(splits: ["easy"]).judged(Self.claim { _ in }, named: "ends").parts[0]
    #expect(abs(try #require(part.numbers?.change) - #require(ends.numbers?.change)) < 1e-9)
    #expect(try #require(part.numbers?.detectable) > 0)
    #expect(try trend { $0.expect = .trendUp }.verdict == .notHeld)
    #expect(
      try trend {
        $0.scale = .ratio
        $0.margin = 0.3
      }.verdict == .held)
    #expect(outcome.sentence == "mean_tokens of rl falls along alpha on a line through all of it")
  }

  @Test func `every part says what it could have seen, and at which level`() throws {
    let judge = try Self.judge()
    let wide = judge.judged(Self.claim { _ in }, named: "x").parts[0]
    let margin = judge.judged(
      Self.claim {
        $0.expect = .notLower
        $0.margin = 1
      }, named: "x")
    let narrow = margin.parts[0]
    func width(_ part: ClaimOutcome.Part) throws -> Double {
      let interval = try #require(part.numbers?.interval)
      return interval.upperBound - interval.lowerBound
    }
    #expect(try width(narrow) < width(wide))
    // The detectable change is more than half of the interval and less than the whole of it.
    #expect(
      try #require(wide.numbers?.detectable) > width(wide) / 2
        && #require(wide.numbers?.detectable) < width(wide))
    let json = ClaimReport(title: "", [margin]).json.compact
    #expect(json.contains(#""level":0.9"#) && json.contains(#""detectable":"#))
    #expect(ClaimReport(title: "", [margin]).table.columns.map(\.header).contains("sees"))
  }

  @Test func `the report orders by the papers' numbers and says why`() throws {
    let judge = try Self.judge()
    let held = Self.claim { $0.paper = "E10" }
    let failed = Self.claim {
      $0.paper = "E2"
      $0.margin = 100
      $0.why = "The problems are too easy."
    }
    let report = ClaimReport(
      title: "Claims",
      [
        judge.judged(held, named: "shorter"), judge.judged(failed, named: "much"),
        judge.judged(Self.claim { _ in }, named: "own"),
      ])
    #expect(report.outcomes.map(\.name) == ["much", "shorter", "own"])
    let text = report.table.terminal(width: 80)
    #expect(text.contains("E2 much") && text.contains("2 held, 1 not held, 0 undecided."))
    #expect(text.contains("The problems are too easy."))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    #expect(report.json.compact.contains(#""verdict":"not held""#))
  }

  @Test func `the same results give the same bytes`() throws {
    func bytes() throws -> String {
      let outcome = try Self.judge().judged(Self.claim { _ in }, named: "shorter")
      return ClaimReport(title: "", [outcome]).json.compact
    }
    #expect(try bytes() == bytes())
  }
}
