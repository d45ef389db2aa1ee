import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of control characters in foreign data that is printed to a terminal.
struct ShownTextTests {
  private let hostile = "a\u{1B}[31mb\u{0}c\u{202E}d"
  private let safe = "a\\u{1b}[31mb\\u{0}c\\u{202e}d"

  @Test func `are escaped in failures, notes and mistakes`() {
    #expect(StageFailure(hostile).inWords == safe)
    #expect("\(Notice.told(address: "x", hostile))" == "x: " + safe)
    let file = SourceFile(name: "a\u{1B}.jsonl", text: hostile)
    let text = DiagnosticPrinter().render([
      Diagnostic(
        .error, "\(hostile) is no token", at: SourceRange(line: 1, column: 1), in: file,
        notes: [Diagnostic.Note(hostile, at: SourceRange(line: 1, column: 2), in: file)],
        help: hostile)
    ])
    #expect(text.contains("\(safe) is no token"))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.isUnshowable }, "\(text)")
  }

  @Test func `are escaped in what a stage failed with`() throws {
    let folder = try TemporaryFolder()
    let hostile = hostile
    let failing = Ledger { _, _ in throw StageFailure(hostile) }
    let summary = try Runner.run(
      graph([counting("a", failing)]), store: try folder.store(), options: .testing())
    #expect(summary.points[0].outcome == .failed(safe))
  }
}
