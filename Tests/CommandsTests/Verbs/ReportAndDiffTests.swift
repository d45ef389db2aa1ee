import Commands
import Fields
import Foundation
import PipelineCore
import Testing

/// Tests `report` and `diff` as a user calls them.
@Suite(.timeLimit(.minutes(120))) struct ReportAndDiffTests {
  @Test func `a run becomes a page, and two runs a comparison`() throws {
    try withProject { folder in
      func laconic(_ arguments: String...) throws -> LaconicProcess.Outcome {
        try LaconicProcess.run(arguments, in: folder)
      }
      #expect(try laconic("report").status == 1)
      #expect(try laconic("run", "pipelines/small.yaml").status == 0)
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      let first = try store.run("latest").id
      let page = try laconic("report")
      #expect(page.status == 0, "\(page.errors)")
      let path = page.output.trimmingCharacters(in: .newlines)
      #expect(path.hasSuffix("reports/small/\(first)/report.html"))
      let html = try String(contentsOfFile: path, encoding: .utf8)
      #expect(html.contains("<h1>small</h1>") && html.contains(first))
      #expect(try laconic("report", first, "--output", "page", "--samples", "0").status == 0)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("page").path)
      #expect(Set(files).isSuperset(of: ["report.html", "report.md", "table.csv", "table.tex"]))

      let same = try laconic("diff", first, "latest")
      #expect(same.status == 0 && same.output == "no differences\n", "\(same.errors)")
      let json = try JSONText(parsing: laconic("diff", first, "latest", "--json").output.utf8)
      #expect(json["same"]?.boolValue == true && json["fields"]?.arrayValue?.isEmpty == true)
      #expect(
        try laconic("run", "pipelines/small.yaml", "--set", "rl.train.max_steps=4").status == 0)
      let changed = try laconic("diff", first, "--samples")
      #expect(changed.status == 0, "\(changed.errors)")
      #expect(changed.output.contains("  rl.train.max_steps: 5 → 4\n"), "\(changed.output)")
      #expect(changed.output.contains("Results on the same questions"))
      #expect(!changed.output.contains("NOT COMPARABLE"))
      try compare(try laconic("diff", first, "--json").output, with: changed.output)
      #expect(changed.output.contains("eval: "))
      let other = try laconic(
        "run", "pipelines/small.yaml", "--set", "eval.sampling.temperature=0.9")
      #expect(other.status == 0, "\(other.errors)")
      #expect(try laconic("diff", first).output.hasPrefix("NOT COMPARABLE\n"))
      #expect(try laconic("diff", "nothing").status == 1)
      #expect(try laconic("diff", "nothing", "--json").status == 1)
    }
  }

  private struct Difference: Decodable {
    struct Run: Decodable { let id: String, state: String, tags: [String] }
    struct Field: Decodable { let path: String, before: String, now: String }
    struct Evaluation: Decodable {
      struct Metric: Decodable {
        let split: String, metric: String
        let before: Double, now: Double, change: Double
        let from: Double?, to: Double?, p: Double?
      }
      struct Sample: Decodable {
        let split: String, prompt: String, rightNow: Bool
        let tokensBefore: Double?, tokensNow: Double?
      }
      let name: String, questions: Int, seeds: Int
      let metrics: [Metric]
      let samples: [Sample]
    }
    let format: Int, before: Run, now: Run, same: Bool
    let cautions: [String], fields: [Field], onlyBefore: [String], onlyNow: [String]
    let evaluations: [Evaluation]
  }

  /// Decodes what `diff --json` printed, and compares its figures with those of the text.
  private func compare(_ json: String, with text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let found = try decoder.decode(Difference.self, from: Data(json.utf8))
    #expect(found.format == 1 && !found.same && found.before.id < found.now.id)
    #expect(found.fields.map(\.path) == ["rl.train.max_steps"])
    let evaluation = try #require(found.evaluations.first)
    #expect(evaluation.questions == 40 && evaluation.seeds == 1)
    for metric in evaluation.metrics {
      #expect(metric.change == metric.now - metric.before)
      let digits = metric.metric.contains("tokens") ? 1 : 3
      for figure in [metric.before, metric.now] {
        let shown = NumberFormat.fixed(figure, digits: digits)
        #expect(text.contains(shown.hasPrefix("0.") ? String(shown.dropFirst()) : shown), "\(text)")
      }
    }
    for sample in evaluation.samples { #expect(text.contains(sample.prompt)) }
    #expect(!json.contains("\u{1B}"))
    let members = try documented(in: "results.md").union(documented(in: "running.md"))
    for name in try JSONText(parsing: json.utf8).memberNames.subtracting(["metrics"]) {
      #expect(members.contains(name), "\(name)")
    }
  }
}
