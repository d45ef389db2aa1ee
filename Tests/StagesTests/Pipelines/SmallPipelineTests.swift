import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// The small variants of the reproductions, with all their stages run.
@Suite struct `Small reproductions` {
  static let folder = Pipelines.folder.appendingPathComponent("small")

  static let names: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".yaml") }.sorted() ?? []

  private struct Verdicts: Decodable {
    struct Claim: Decodable { var verdict: String }
    var claims: [Claim]
  }

  @Test func `there is one for every paper, and for adapters`() {
    #expect(
      Self.names == [
        "anytime.yaml", "budget-control.yaml", "efficient-reasoning.yaml", "lora.yaml",
        "selfbudgeter.yaml",
      ])
  }

  @Test(arguments: names) func `come to tables, verdicts and a page`(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: name, text: text), kinds: .builtIn, directory: Self.folder)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    let graph = StageGraph(try #require(pipeline))
    try OwnData.with { own in
      let store = try own.store()
      let summary = try Runner.run(
        graph, store: store,
        options: .testing(jobs: 2))
      #expect(summary.points.count == graph.points.count)
      for point in summary.points { #expect(point.artifact != nil, "\(point)") }
      let claims = try store.artifact(try #require(summary.digests["claims"]))
      let wanted = try #require(graph.points.first { $0.stage == "claims" }).config["claims"]
      let found = try JSONDecoder().decode(Verdicts.self, from: claims.read("claims.json")).claims
      #expect(found.count == wanted.mapValue?.count)
      #expect(found.allSatisfy { ["held", "not held", "undecided"].contains($0.verdict) })
      let page = try store.artifact(try #require(summary.digests["report"]))
      #expect(page.files.contains("report.html") && page.files.contains("report.md"))
    }
  }
}
