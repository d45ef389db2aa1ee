import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// The pages say of fields and files what the program says.
@Suite struct `The pages` {
  private static let root = Pipelines.folder.deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `have the reference that the declarations make`() throws {
    let page = try Self.text("docs/reference.md")
    let same = page == PipelineSchema.markdown(.builtIn)
    #expect(
      same,
      """
      docs/reference.md is not what the declarations of fields make; write it again:
        .build/release/laconic schema --markdown > docs/reference.md
      """)
  }

  @Test func `show whole pipelines that are valid`() throws {
    let docs = Self.root.appendingPathComponent("docs")
    let names = try FileManager.default.contentsOfDirectory(atPath: docs.path)
      .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    var shown = 0
    for page in ["README.md"] + names {
      for block in Self.blocks(of: try Self.text(page)) where block.contains("\nstages:") {
        guard block.hasPrefix("version:") else { continue }
        shown += 1
        let diagnostics = Pipeline.load(
          SourceFile(name: page, text: block), kinds: .builtIn, directory: Pipelines.folder
        ).diagnostics
        #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
      }
    }
    #expect(shown >= 3)
  }

  @Test func `describe every metric`() throws {
    let page = try Self.text("docs/metrics.md")
    for choice in Metrics.choices + ScoreTypes.choices {
      let name = choice.name.replacing("B_T", with: "k_τ").replacing("@B", with: "@k")
        .replacing("^B", with: "^k")
      let names = [choice.name, name].map { "`\($0)`" }
      let isDescribed = names.contains { page.contains($0) }
      #expect(isDescribed, "docs/metrics.md lacks \(name)")
    }
  }

  /// The blocks of YAML.
  private static func blocks(of page: String) -> [String] {
    page.components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }
}
