import Fields
import Foundation
import PipelineCore
import Reasoning
import Reporting
import Stages
import Testing

/// Tables of evaluations with known lengths of all responses.
@Suite struct `Tables of evaluations` {
  private func answers(_ lengths: [Int]) -> StoredResponses {
    StoredResponses(
      lengths.enumerated().map { question, length in
        .init(
          family: question < 2 ? "chain" : "search", question: question, length: length,
          isCorrect: question != 0)
      })
  }

  private func grid(_ inputs: [CollectedInput]) throws -> ResultGrid {
    try ResultGrid(inputs, missing: [])
  }

  @Test func `say their interval over seeds and questions`() throws {
    let inputs = [[10, 20, 30, 40], [12, 22, 32, 42]].enumerated().map { seed, lengths in
      answers(lengths).input("rl", seed: seed)
    }
    let grid = try grid(inputs)
    let summary = try #require(grid.summaries(MeanTokens(), ResultFilter())[grid.rows[0]])
    #expect(summary.value == 26)
    #expect(summary.seeds == 2 && summary.questions == 4)
    // Seeds' means 25 and 27: squared error 1. Questions' means 11, 21, 31, 41: 166.67 / 4 = 41.67.
    // No residual. Satterthwaite: 42.67² / (1 + 41.67² / 3) = 3.14, halfway to the seeds' one
    // degree of freedom 2.07, so between t(0.975, 3) = 3.182 and t(0.975, 2) = 4.303.
    let margin = try #require(summary.margin95) / (1 + 500.0 / 12).squareRoot()
    #expect(margin > 4.1 && margin < 4.3)
    #expect(
      grid.notes == [
        "± is half of a 95 % interval over 2 seeds and the questions (4 of easy); how much seeds "
          + "differ is pooled over the rows; of a share the longer half."
      ])
  }

  @Test func `know the spread of seeds from all rows`() throws {
    let grid = try grid([
      answers([10, 20]).input("base", seed: 0), answers([10, 20]).input("rl", seed: 0),
      answers([10, 30]).input("rl", seed: 1),
    ])
    let summaries = grid.summaries(MeanTokens(), ResultFilter())
    let base = try #require(summaries[grid.rows[0]]?.margin95)
    // With rl's variance between seeds, the interval of base is wider than from its questions
    // alone.
    #expect(summaries[grid.rows[0]]?.seeds == 1 && base > 0)
    #expect(try #require(summaries[grid.rows[1]]).seeds == 2)
  }

  @Test func `show none for one question under one seed`() throws {
    let grid = try grid([answers([10]).input("rl")])
    let summary = try #require(grid.summaries(MeanTokens(), ResultFilter())[grid.rows[0]])
    #expect(summary.value == 10 && summary.margin95 == nil)
  }

  @Test func `tell right and wrong responses apart`() throws {
    let grid = try grid([answers([10, 20, 30, 41]).input("rl")])
    func value(_ metric: any Metric) -> Double? {
      grid.summaries(metric, ResultFilter())[grid.rows[0]]?.value
    }
    #expect(value(MeanTokensWrong()) == 10)
    #expect(value(MeanTokensCorrect()) == 91.0 / 3)
    #expect(value(MedianTokens()) == 25)
    let search = grid.summaries(MeanTokensWrong(), ResultFilter(family: "search"))[grid.rows[0]]
    #expect(search == nil)
  }

  @Test func `quote a swept string where another row's number reads alike, and nowhere else`()
    throws
  {
    func input(_ value: FieldValue, label: String = "rl") -> CollectedInput {
      CollectedInput(
        label: label, stage: label, point: [AxisValue(path: "rl.params.x", value: value)],
        artifact: answers([10, 20]))
    }
    func texts(_ values: [FieldValue]) throws -> [String] {
      let grid = try grid(values.map { input($0) })
      return grid.rows.flatMap { $0.settings.map(grid.texts.text) }
    }
    #expect(try texts([.int(1), .string("1"), .string("one")]) == ["1", "\"1\"", "one"])
    #expect(try texts([.string("1"), .int(2)]) == ["1", "2"])
    #expect(try texts([.int(1), .float(0.5)]) == ["1", "0.5"])
    // A plot shows them alike.
    let plot = try TradeoffPlot().sheet(
      [input(.int(1)), input(.string("1"))], missing: [], PlotKind.Configuration())
    let labels = plot.panels.flatMap(\.series).flatMap(\.points).compactMap(\.label)
    #expect(labels == ["x 1", "x \"1\""])
  }

  @Test func `show the names of swept values in place of the values`() throws {
    let settings = [
      AxisValue(path: "rl.reward", value: .map([:]), name: "none"),
      AxisValue(
        path: "rl.reward", value: .map(["length_penalty": .map(["alpha": .float(0.1)])]),
        name: "length"),
    ]
    let inputs = settings.map {
      CollectedInput(label: "rl", stage: "rl", point: [$0], artifact: answers([10, 20]))
    }
    let grid = try grid(inputs)
    #expect(grid.rows.flatMap { $0.settings.map(grid.texts.text) } == ["none", "length"])
    #expect(grid.axisColumns.map(\.name) == ["reward"])
    let plot = try TradeoffPlot().sheet(inputs, missing: [], PlotKind.Configuration())
    let labels = plot.panels.flatMap(\.series).flatMap(\.points).compactMap(\.label)
    #expect(labels == ["reward none", "reward length"])
  }

  @Test func `have a row for each part when asked`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, overrides: ["table.group_by=family"])
      let table = try store.artifact(try #require(summary.digests["table"]))
      let lines = String(decoding: try table.read("table.csv"), as: UTF8.self)
        .split(whereSeparator: \.isNewline)
      #expect(lines[0].hasPrefix("policy,family,easy accuracy"))
      #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("rl,") })
      #expect(lines.count == 3, "\(lines)")
    }
  }
}

/// Metrics over several responses per question.
@Suite struct `Scores of k responses` {
  @Test func `are means over every choice of k, and stay in 0 to 1`() throws {
    // Of four responses, one, two and none are correct.
    let right: [[Bool]] = [
      [true, false, false, false], [true, true, false, false], [false, false, false, false],
    ]
    let grid = try ResultGrid(
      [
        StoredResponses(
          right.enumerated().flatMap { question, samples in
            samples.enumerated().map { sample, isCorrect in
              .init(question: question, sample: sample, length: 10, isCorrect: isCorrect)
            }
          }
        ).input("rl")
      ], missing: [])
    func summary(_ name: String) throws -> SeedQuestionGrid.Summary? {
      let metric = try #require(Metrics.named(name))
      return grid.summaries(metric, ResultFilter())[grid.rows[0]]
    }
    // Of the six pairs of four responses, 3 and 5 contain a correct one; wrong answers are all
    // equal.
    let pass = try #require(try summary("pass@2"))
    #expect(abs(pass.value - (0.5 + 5.0 / 6 + 0) / 3) < 1e-12)
    let majority = try #require(try summary("maj@2"))
    #expect(abs(majority.value - (0.25 + (1.0 / 6 + 4.0 / 6 / 2) + 0) / 3) < 1e-12)
    let interval = try #require(pass.interval95)
    #expect(interval.lowerBound >= 0 && interval.upperBound <= 1)
    #expect(try summary("pass@5") == nil)
    #expect(Metrics.named("pass@0") == nil && Metrics.named("maj@") == nil)
  }

  /// The figure of one question's responses, each a sample, what it was given and whether it is
  /// right.
  private func value(
    _ name: String, _ answers: [StoredResponses.Answer]
  ) throws -> Double? {
    let metric = try #require(Metrics.named(name))
    let records = try ResponsesArtifact.read(StoredResponses(answers))
    guard case .overQuestions(let figure, let contribution) = metric.computation else { return nil }
    return contribution(records, Judgement(strategy: MeanAccuracy())).figure(figure)
  }

  /// Two samples, each answered under two given budgets: of one both are right, of the other
  /// neither.
  private static let given = [(0, 16, true), (0, 32, true), (1, 16, false), (1, 32, false)].map {
    StoredResponses.Answer(
      question: 0, sample: $0, length: 10, isCorrect: $2, budget: $1, budgetUse: "prefilled")
  }

  /// Two thoughts, each with two summaries under its largest budget: of each the first is right.
  private static let summaries: [StoredResponses.Answer] = [0, 1].flatMap { sample in
    [(8, 0, false), (16, 0, true), (16, 1, false)].map { budget, summary, isCorrect in
      StoredResponses.Answer(
        question: 0, sample: sample, length: 10, isCorrect: isCorrect, budget: budget,
        budgetUse: "thinking", summary: summary)
    }
  }

  @Test func `count a sample once that was answered under several given budgets`() throws {
    // Under either budget one of the two samples is right; four responses would make 5 of 6 of it.
    #expect(try value("pass@1", Self.given) == 0.5)
    #expect(try value("pass@2", Self.given) == 1)
    #expect(try value("maj@2", Self.given) == 0.5)
    #expect(try value("pass@3", Self.given) == nil && value("maj@3", Self.given) == nil)
  }

  @Test func `count a thought once that has several summaries`() throws {
    // Of the first summaries both are right, of the second ones neither.
    #expect(try value("pass@1", Self.summaries) == 0.5)
    #expect(try value("pass@2", Self.summaries) == 0.5)
    #expect(try value("maj@2", Self.summaries) == 0.5)
    #expect(try value("pass@3", Self.summaries) == nil)
  }

  @Test func `take no response for right that did not end`() throws {
    let answers = [true, false].enumerated().map { sample, isFinished in
      StoredResponses.Answer(
        question: 0, sample: sample, length: 10, isCorrect: true, isFinished: isFinished)
    }
    #expect(try value("pass@1", answers) == 0.5)
    #expect(try value("maj@1", answers) == 0.5)
    #expect(try value("accuracy", answers) == 0.5)
  }
}
