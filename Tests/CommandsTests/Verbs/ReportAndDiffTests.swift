import Commands
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
      #expect(
        try laconic("run", "pipelines/small.yaml", "--set", "rl.train.max_steps=4").status == 0)
      let changed = try laconic("diff", first, "--samples")
      #expect(changed.status == 0, "\(changed.errors)")
      #expect(changed.output.contains("  rl.train.max_steps: 5 → 4\n"), "\(changed.output)")
      #expect(changed.output.contains("Results on the same questions"))
      #expect(!changed.output.contains("NOT COMPARABLE"))
      #expect(changed.output.contains("eval: "))
      let other = try laconic(
        "run", "pipelines/small.yaml", "--set", "eval.sampling.temperature=0.9")
      #expect(other.status == 0, "\(other.errors)")
      #expect(try laconic("diff", first).output.hasPrefix("NOT COMPARABLE\n"))
      #expect(try laconic("diff", "nothing").status == 1)
    }
  }
}
