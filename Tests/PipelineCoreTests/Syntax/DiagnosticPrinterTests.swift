import Fields
import PipelineCore
import Testing

@Suite struct DiagnosticPrinterTests {
  @Test func `a diagnostic shows its line, a caret, notes and help`() {
    let file = SourceFile(name: "p.yaml", text: "a: 1\nreward:\n\tlenght: 3\n")
    let diagnostic = Diagnostic(
      .error, "unknown field 'lenght'", at: SourceRange(line: 3, column: 2, length: 6), in: file,
      notes: [Diagnostic.Note("see here", at: SourceRange(line: 1, column: 4), in: file)],
      help: "did you mean 'length'?")
    #expect(
      DiagnosticPrinter().render([diagnostic]) == """
        p.yaml:3:2: error: unknown field 'lenght'
         3 | \tlenght: 3
           | \t^~~~~~
        p.yaml:1:4: note: see here
         1 | a: 1
           |    ^
        help: did you mean 'length'?

        1 error

        """)
  }

  @Test func `wide characters push the caret`() {
    let file = SourceFile(name: "p", text: "🦙é: bad 日本\n")
    let value = Diagnostic(
      .warning, "m", at: SourceRange(line: 1, column: 9, length: 2), in: file)
    #expect(
      DiagnosticPrinter().render(value) == """
        p:1:9: warning: m
         1 | 🦙é: bad 日本
           |          ^~~

        """)
  }

  @Test func `a long line is shown around the caret`() {
    let file = SourceFile(name: "p", text: String(repeating: "x", count: 10_000) + "yz")
    let found = Diagnostic(
      .error, "m", at: SourceRange(line: 1, column: 10_001, length: 2), in: file)
    let lines = DiagnosticPrinter().render(found).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 120 })
    let column = lines[2].firstIndex(of: "^").map {
      lines[2].distance(from: lines[2].startIndex, to: $0)
    }
    let shown = lines[1].firstIndex(of: "y").map {
      lines[1].distance(from: lines[1].startIndex, to: $0)
    }
    #expect(column != nil && column == shown)
  }

  @Test func `no line of a snippet or of help is wider than asked`() {
    let help = "write " + String(repeating: "日本 word ", count: 30) + "end"
    for text in [String(repeating: "x", count: 300), String(repeating: "日", count: 300)] {
      for column in [1, 2, 39, 40, 41, 150, 290, 300, 301] {
        let file = SourceFile(name: "p", text: text)
        let found = Diagnostic(
          .error, "m", at: SourceRange(line: 1, column: column, length: 20), in: file, help: help)
        var printer = DiagnosticPrinter()
        printer.width = 40
        let lines = printer.render(found).split(separator: "\n")
        let widths = lines.map { line in
          line.unicodeScalars.reduce(0) { $0 + ("⺀"..."龥" ~= $1 ? 2 : 1) }
        }
        #expect(widths.allSatisfy { $0 <= 40 }, "\(column): \(lines)")
        #expect(widths.max().map { $0 > 36 } == true)
        #expect(lines[3].hasPrefix("help: write 日本"))
        #expect(lines[4...].allSatisfy { $0.hasPrefix("      ") })
        #expect(lines[3...].map { $0.dropFirst(6) }.joined(separator: " ") == help)
        // The caret is under its place, which is visible unless it is past the end.
        #expect(lines[2].hasPrefix("   | ") && lines[2].contains("^"))
      }
    }
  }

  @Test func `a line that fits exactly is shown whole`() {
    var printer = DiagnosticPrinter()
    printer.width = 15
    let file = SourceFile(name: "p", text: "0123456789")
    func line(_ column: Int) -> Substring {
      let found = Diagnostic(.error, "m", at: SourceRange(line: 1, column: column), in: file)
      return printer.render(found).split(separator: "\n")[1]
    }
    #expect(line(10) == " 1 | 0123456789")
    #expect(line(11) == " 1 | …23456789")
  }

  @Test func `fifty errors are shown, the others counted`() {
    let file = SourceFile(name: "p", text: String(repeating: "x\n", count: 60))
    func errors(_ count: Int) -> [Diagnostic] {
      (1...count).map {
        Diagnostic(.error, "m\($0)", at: SourceRange(line: $0, column: 1), in: file)
      }
    }
    let warning = Diagnostic(.warning, "w", at: SourceRange(line: 60, column: 1), in: file)
    let text = DiagnosticPrinter().render(errors(53) + [warning])
    #expect(text.contains(": m50\n") && !text.contains(": m51\n"))
    #expect(text.contains("warning: w\n"))
    #expect(text.hasSuffix("\n\nand 3 more errors\n\n53 errors\n"))
    #expect(
      DiagnosticPrinter().render(errors(51)).hasSuffix("\n\nand 1 more error\n\n51 errors\n"))
    #expect(!DiagnosticPrinter().render(errors(50)).contains("more"))
  }

  @Test func `a source line cannot turn the text around`() {
    let file = SourceFile(name: "p", text: "a: \u{202E}b c")
    let found = Diagnostic(.error, "m", at: SourceRange(line: 1, column: 5, length: 1), in: file)
    #expect(DiagnosticPrinter().render(found) == "p:1:5: error: m\n 1 | a: ·b c\n   |     ^\n")
  }

  @Test func `a place past the last line has no snippet`() {
    let file = SourceFile(name: "p", text: "a")
    let found = Diagnostic(.error, "m", at: SourceRange(line: 9, column: 3), in: file)
    #expect(DiagnosticPrinter().render(found) == "p:9:3: error: m\n")
  }

  @Test func `colour is only there when asked for, and control characters never`() {
    let file = SourceFile(name: "p", text: "a: \u{1B}[31m")
    let found = Diagnostic(
      .error, "unknown \("\u{1B}[2J".quoted)", at: SourceRange(line: 1, column: 1), in: file)
    #expect(!DiagnosticPrinter().render(found).contains("\u{1B}"))
    let colored = DiagnosticPrinter(usesColor: true).render(found)
    #expect(colored.contains("\u{1B}[1;31merror:\u{1B}[0m"))
  }

  @Test func `diagnostics are printed in reading order, file by file`() {
    let (a, b) = (SourceFile(name: "a", text: "x\ny\n"), SourceFile(name: "b", text: "z\n"))
    let found = [
      Diagnostic(.error, "third", at: SourceRange(line: 2, column: 1), in: a),
      Diagnostic(.error, "fourth", at: SourceRange(line: 1, column: 1), in: b),
      Diagnostic(.error, "second", at: SourceRange(line: 1, column: 2), in: a),
      Diagnostic(.error, "first", at: SourceRange(line: 1, column: 1), in: a),
    ]
    #expect(found.sortedByPosition().map(\.message) == ["first", "second", "third", "fourth"])
    #expect(DiagnosticPrinter().render(found).hasSuffix("\n4 errors\n"))
  }
}
