import Fields
import Foundation
import PipelineCore
import Reporting
import Stages
import Testing

/// The report of a run, and the comparison of two runs.
@Suite(.timeLimit(.minutes(120))) struct `Reports of runs` {
  /// One response in its stored form.
  private struct Stored: Decodable {
    struct Problem: Decodable {
      var prompt: String
      var difficulty: Int
    }
    var problem: Problem
    var length: Int
    var finished: Bool
    var correct: Bool
  }

  /// The mean over questions, computed only with loops.
  private static func mean(_ rows: [Stored], _ value: (Stored) -> Double) -> Double {
    var prompts: [String] = []
    for row in rows where !prompts.contains(row.problem.prompt) {
      prompts.append(row.problem.prompt)
    }
    let means = prompts.map { prompt in
      let own = rows.filter { $0.problem.prompt == prompt }.map(value)
      return own.reduce(0, +) / Double(own.count)
    }
    return means.reduce(0, +) / Double(means.count)
  }

  private static func figures(_ rows: [Stored]) -> [Double] {
    [
      mean(rows) { $0.correct ? 1 : 0 }, mean(rows) { Double($0.length) },
      mean(rows) { $0.finished ? 1 : 0 },
    ]
  }

  @Test func `every figure can be computed again from the stored responses`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, MiniPipeline.reportingYAML)
      let run = try store.run("latest")
      let report = try RunReport(of: run, in: store)
      let eval = try store.artifact(try #require(summary.digests["eval"]))
      let rows = try eval.read("responses.jsonl").split(separator: UInt8(ascii: "\n")).map {
        try JSONDecoder().decode(Stored.self, from: $0)
      }
      func values(_ name: String, _ row: Int) throws -> [Double] {
        let sheet = try #require(report.sheets.first { $0.name == name })
        return sheet.table.rows[row].compactMap { cell in
          if case .number(let number) = cell { number.value } else { nil }
        }
      }
      let close = { (a: [Double], b: [Double]) in
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
      }
      #expect(close(try values("table", 0), Self.figures(rows)))
      for (index, level) in [1, 2].enumerated() {
        let own = rows.filter { $0.problem.difficulty == level }
        #expect(close(try values("levels", index), Self.figures(own)))
      }
      // The first value, the second, and their difference.
      let lengths = [1, 2].map { level in
        Self.mean(rows.filter { $0.problem.difficulty == level }) { Double($0.length) }
      }
      #expect(
        close(
          Array(try values("claims", 0).prefix(3)),
          [lengths[0], lengths[1], lengths[0] - lengths[1]]
        ))
      // The report shows the numbers as the tables do, and so does the page of the stage `report`.
      let html = report.page.html()
      let page = try store.artifact(try #require(summary.digests["page"])).read("report.html")
      for (value, digits) in zip(Self.figures(rows), [3, 1, 3]) {
        let text = "<td>\(NumberFormat.fixed(value, digits: digits))"
        #expect(html.contains(text) && String(decoding: page, as: UTF8.self).contains(text))
      }
    }
  }

  @Test func `the page says where everything comes from and stands alone`() throws {
    try TemporaryStore.with { store in
      let summary = try MiniPipeline.run(store, MiniPipeline.reportingYAML)
      let run = try store.run("latest")
      let report = try RunReport(of: run, in: store)
      let html = report.page.html()
      for point in summary.points {
        #expect(html.contains(try #require(point.key)) && html.contains(point.address))
      }
      #expect(html.contains("train.learning_rate: 0.01"))
      #expect(html.contains("class=\"thinking\"") && html.contains("class=\"answer\""))
      for forbidden in ["<script", "href=", "src=", "http://www.example"] {
        #expect(!html.contains(forbidden))
      }
      let names = report.files.map(\.name)
      for name in ["report.html", "report.md", "table.csv", "table.tex", "plot.svg", "claims.tex"] {
        #expect(names.contains(name), "\(names)")
      }
      #expect(try RunReport(of: run, in: store).page.html() == html)
      // The work: the lengths of an evaluation's responses, and the minutes of the run.
      let artifact = try store.artifact(try #require(summary.digests["eval"]))
      let tokens = try ResponsesArtifact.read(artifact).reduce(0) { $0 + $1.tokenCount }
      let row = "<td class=\"text\">eval</td><td>1</td><td>1</td><td>"
      #expect(html.contains(row) && html.contains("<td>\(NumberFormat.count(tokens))</td>"))
      _ = try MiniPipeline.run(store, MiniPipeline.reportingYAML)
      let again = try RunReport(of: try store.run("latest"), in: store).page.html()
      #expect(again.contains("<td class=\"text\">eval</td><td>1</td><td>0</td><td>—</td>"))
    }
  }

  @Test func `what a program made is marked`() throws {
    try OwnData.with { own in
      try own.write(Data((#"{"prompt":"1+1=?","answer":"2"}"# + "\n").utf8), to: "train.jsonl")
      let graph = try own.graph(
        OwnData.yaml(["train"], fields: "{prompt: prompt, answer: answer}")
          + """

            made:
              kind: command
              inputs: {data: data}
              command: [cp, -r, "{inputs.data}/splits", "{output}"]
              outputs: [splits/]
              type: problems
          """)
      let store = try own.store()
      _ = try Runner.run(graph, store: store, options: .testing(allowsPrograms: true))
      let text = try RunReport(of: try store.run("latest"), in: store).page.markdown()
      #expect(text.contains("command 2 \\*") && text.contains("a program of the pipeline's own"))
    }
  }

  @Test func `runs of other seeds are compared under those that both have`() throws {
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store, overrides: ["seeds=[0, 1]"])
      let first = try store.run("latest")
      _ = try MiniPipeline.run(store, overrides: ["seeds=[1, 2]"])
      let difference = try RunDifference(from: first, to: try store.run("latest"), in: store)
      // Under seed 1 nothing has changed, whatever the other seeds got.
      let eval = try #require(difference.evaluations.first { $0.name == "eval" })
      #expect(eval.seeds == 1 && eval.metrics.count == 3)
      for metric in eval.metrics { #expect(metric.before == metric.now, "\(metric.metric)") }
      #expect(eval.flips.isEmpty)
    }
  }

  @Test func `two runs differ in what was changed, and only in that`() throws {
    try TemporaryStore.with { store in
      _ = try MiniPipeline.run(store)
      let first = try store.run("latest")
      _ = try MiniPipeline.run(store)
      let same = try RunDifference(from: first, to: try store.run("latest"), in: store)
      #expect(same.isEmpty)

      _ = try MiniPipeline.run(store, overrides: ["base.train.max_steps=60"])
      let longer = try RunDifference(from: first, to: try store.run("latest"), in: store)
      #expect(longer.fields.map(\.path) == ["base.train.max_steps"])
      #expect(longer.fields.map(\.before) == ["4"] && longer.fields.map(\.now) == ["60"])
      #expect(longer.cautions.isEmpty && longer.onlyNow.isEmpty)
      let eval = try #require(longer.evaluations.first { $0.name == "eval" })
      let names = eval.metrics.map(\.metric.name)
      #expect(names.prefix(3) == ["accuracy", "mean_tokens", "finished"])
      let accuracy = try #require(eval.metrics.first)
      // The interval and the test agree.
      let interval = try #require(accuracy.interval)
      let excludes = interval.lowerBound > 0 || interval.upperBound < 0
      #expect(excludes == (try #require(accuracy.pValue) < 0.05))

      _ = try MiniPipeline.run(
        store, overrides: ["eval.sampling.temperature=1", "problems.splits.easy.seed=7"])
      let unfair = try RunDifference(from: first, to: try store.run("latest"), in: store)
      #expect(unfair.cautions.contains("the problems of 'problems' are not the same"))
      #expect(unfair.cautions.contains("'eval' draws its responses differently"))
    }
  }
}
