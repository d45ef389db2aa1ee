import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Published numbers of papers, shown beside ours.
@Suite(.timeLimit(.minutes(120))) struct `Published numbers` {
  private static let folder = `Pipelines`.folder.appendingPathComponent("published")
  private static let shipped =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []

  private func read(_ text: String) -> (numbers: PublishedNumbers?, text: String) {
    let found = PublishedNumbers.read(SourceFile(name: "p.yaml", text: text))
    return (found.numbers, DiagnosticPrinter().render(found.mistakes))
  }

  @Test(arguments: shipped) func `we ship are readable and have their sources`(name: String) throws
  {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let (numbers, mistakes) = read(text)
    #expect(mistakes.isEmpty, "\(mistakes)")
    let found = try #require(numbers)
    #expect(found.url?.hasPrefix("https://arxiv.org/abs/") == true)
    for table in found.tables.values {
      #expect(!table.source.isEmpty && !table.rows.isEmpty)
    }
  }

  @Test func `there are some for every paper we reproduce`() {
    #expect(Self.shipped == ["anytime.yaml", "efficient-reasoning.yaml", "selfbudgeter.yaml"])
  }

  private static let small = """
    version: 1
    citation: Somebody
    tables:
      main:
        title: t
        source: table 1
        confidence: high
        columns:
          - {name: GSM8K, metric: accuracy, unit: percent}
          - {name: GSM8K, metric: mean_tokens, unit: tokens}
        rows:
          - {label: RL, values: [92.6, 1626.5]}
          - {label: other, at: {k: 3}, values: [50, n/a]}
    """

  @Test(arguments: [
    ("confidence: high", "confidence: hihg", "7:17: error: unknown value 'hihg'"),
    ("[92.6, 1626.5]", "[92.6]", "12:29: error: 1 values do not match 2 columns"),
    ("n/a", "none", "13:49: error: a published figure is a number"),
    ("source:", "sauce:", "6:5: error: unknown field 'sauce'"),
  ])
  func `with a mistake say where it is`(right: String, wrong: String, message: String) {
    let (numbers, text) = read(Self.small.replacingOccurrences(of: right, with: wrong))
    #expect(numbers == nil)
    #expect(text.contains(message), "\(text)")
  }

  /// Runs `body` with the mini pipeline and a folder of published numbers beside it.
  private func with<Result>(
    published text: String = small, _ body: (OwnData) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      try own.write(Data(text.utf8), to: "published/some.yaml")
      return try body(own)
    }
  }

  private func yaml(_ name: String) -> String {
    MiniPipeline.yaml.replacingOccurrences(
      of: "    columns: [accuracy, mean_tokens, finished]\n",
      with: "    columns: [accuracy, mean_tokens, finished]\n    published: \(name)\n")
  }

  @Test(arguments: [
    ("some/mian", "did you mean 'main'?"), ("sone/main", "did you mean 'some'?"),
    ("some", "not of the form FILE/TABLE"), ("../some/main", "not of the form FILE/TABLE"),
  ])
  func `that a table names must be there`(name: String, message: String) throws {
    try with { own in
      let text = DiagnosticPrinter().render(own.load(yaml(name)).diagnostics)
      #expect(text.contains(message), "\(text)")
      #expect(text.firstMatch(of: /own\.yaml:\d+:16: error/) != nil, "\(text)")
    }
  }

  @Test func `that are mistaken are a mistake of the pipeline`() throws {
    try with(published: Self.small.replacingOccurrences(of: "[50, n/a]", with: "[50]")) { own in
      let (pipeline, diagnostics) = own.load(yaml("some/main"))
      #expect(pipeline == nil)
      let text = DiagnosticPrinter().render(diagnostics)
      #expect(text.contains("published/some.yaml:13:44: error: 1 values"), "\(text)")
    }
  }

  @Test func `stand beside ours, and their content is in the key`() throws {
    try with { own in
      let graph = try own.graph(yaml("some/main"))
      func table() throws -> (csv: String, isHit: Bool) {
        let point = try #require(try own.run(graph).points.first { $0.address == "table" })
        let artifact = try own.store().artifact(try #require(point.artifact))
        return (
          String(decoding: try artifact.read("table.csv"), as: UTF8.self), point.outcome == .hit
        )
      }
      let (csv, _) = try table()
      let lines = csv.split(whereSeparator: \.isNewline)
      try #require(lines.count == 3, "\(csv)")
      #expect(lines[0].hasSuffix("GSM8K (published) accuracy,GSM8K (published) tokens"))
      // Percent become fractions; the label matches regardless of case.
      #expect(lines[1].hasPrefix("rl,") && lines[1].hasSuffix(",0.926,1626.5"), "\(csv)")
      #expect(
        lines[2].hasPrefix("\"other (published), k 3\",") && lines[2].hasSuffix(",0.5,n/a"),
        "\(csv)")
      #expect(try table().isHit)
      // A comment changes the file and therefore the key; a number changes the table.
      try own.write(
        Data(Self.small.replacingOccurrences(of: "92.6", with: "93.6").utf8),
        to: "published/some.yaml")
      let changed = try table()
      #expect(!changed.isHit && changed.csv.contains("0.936"))
    }
  }

  @Test func `are found above the pipeline, and in a written-out pipeline`() throws {
    try with { own in
      let deep = own.folder.appendingPathComponent("pipelines/small")
      try own.write(Data(Self.small.utf8), to: "pipelines/published/other.yaml")
      try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
      let source = SourceFile(name: "p.yaml", text: yaml("other/main"))
      let resolved = try #require(
        Pipeline.resolve(source, kinds: .builtIn, directory: deep).resolved)
      let again = Pipeline.resolve(
        SourceFile(name: "p.yaml", text: resolved.yaml()), kinds: .builtIn, directory: deep)
      #expect(again.diagnostics.isEmpty, "\(DiagnosticPrinter().render(again.diagnostics))")
      #expect(
        again.resolved?.pipeline.stages.map(\.inputs) == resolved.pipeline.stages.map(\.inputs))
    }
  }
}
