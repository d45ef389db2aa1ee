import Foundation
import Reporting
import Testing

struct TerminalTableTests {
  @Test func `values and errors line up under grouped headers`() {
    #expect(
      sampleTable.terminal(width: 80) == """
        Accuracy against tokens

                            easy                     medium
                  ------------------------  ------------------------
        policy       accuracy  mean_tokens     accuracy  mean_tokens
        --------  -----------  -----------  -----------  -----------
        base      0.899 ±.011    88.1 ±2.0  0.704 ±.020  103.4   ±.9
        RL α=0.1  0.912          71.0       0.690 ±.018   90.2 ±10.3
        RL α=0.4      —          64.3       0.333         80.0

        ± is half of a 95 % interval over 3 seeds.

        """)
  }

  @Test func `a group that does not fit beside another goes below with the labels again`() {
    #expect(
      sampleTable.terminal(width: 40, style: TerminalStyle(usesBoxLines: true)) == """
        Accuracy against tokens

                            easy
                  ────────────────────────
        policy       accuracy  mean_tokens
        ────────  ───────────  ───────────
        base      0.899 ±.011    88.1 ±2.0
        RL α=0.1  0.912          71.0
        RL α=0.4      —          64.3

                           medium
                  ────────────────────────
        policy       accuracy  mean_tokens
        ────────  ───────────  ───────────
        base      0.704 ±.020  103.4   ±.9
        RL α=0.1  0.690 ±.018   90.2 ±10.3
        RL α=0.4  0.333         80.0

        ± is half of a 95 % interval over 3
        seeds.

        """)
  }

  @Test func `headers wrap before rows do`() {
    let table = ReportTable(
      title: "",
      columns: [.init("policy", alignment: .leading), .init("mean_response_tokens")],
      rows: [[.text("efficient reasoning"), .number(52)]])
    #expect(
      table.terminal(width: 35) == """
                             mean_response_
        policy                       tokens
        -------------------  --------------
        efficient reasoning              52

        """)
  }

  @Test(arguments: 24...110)
  func `no line is wider than the terminal`(width: Int) {
    for line in sampleTable.terminal(width: width).split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test(arguments: [24, 31, 40, 57, 80])
  func `every number survives every width`(width: Int) {
    let drawn = sampleTable.terminal(width: width)
    for cell in ["0.899", "±2.0", "103.4", "±10.3", "0.333", "80.0", "—"] {
      #expect(drawn.contains(cell), "\(cell) at \(width)")
    }
  }

  @Test func `colour is only there when asked for, and changes nothing else`() {
    let plain = sampleTable.terminal(width: 80)
    #expect(!plain.contains("\u{1B}"))
    let colored = sampleTable.terminal(width: 80, style: TerminalStyle(usesColor: true))
    #expect(colored.contains("\u{1B}[1m"))
    let stripped = ["\u{1B}[1m", "\u{1B}[2m", "\u{1B}[0m"].reduce(colored) { text, code in
      text.components(separatedBy: code).joined()
    }
    #expect(stripped == plain)
  }

  @Test func `text cannot command the terminal or break the rows`() {
    let table = ReportTable(
      title: "a\u{1B}]0;title\u{07}b", columns: [.init("x", alignment: .leading)],
      rows: [[.text("one\ntwo\u{1B}[31m")], [.text("three\u{202E}four")]])
    let drawn = table.terminal()
    #expect(drawn.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
    // As it is in messages: what was there can be seen.
    #expect(drawn.hasPrefix("a\\u{1b}]0;title\\u{7}b\n"), "\(drawn)")
    #expect(drawn.contains("one two\\u{1b}[31m"), "\(drawn)")
    // Nor can it turn the direction of what follows.
    #expect(drawn.contains("three\\u{202e}four"), "\(drawn)")
  }

  @Test func `wide characters count as two columns`() {
    let table = ReportTable(
      title: "", columns: [.init("name", alignment: .leading), .init("n")],
      rows: [[.text("长度"), .number(1)], [.text("len"), .number(22)]])
    #expect(
      table.terminal() == """
        name   n
        ----  --
        长度   1
        len   22

        """)
  }

  @Test func `a word too long for its column is broken rather than pushed out`() {
    let table = ReportTable(
      title: "", columns: [.init("path", alignment: .leading), .init("n")],
      rows: [[.text(String(repeating: "x", count: 60)), .number(1)]])
    let lines = table.terminal(width: 40).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.joined().filter { $0 == "x" }.count == 60)
  }

  @Test func `a heading longer than its columns makes room for itself`() {
    let table = ReportTable(
      title: "", columns: [.init("a"), .init("b", group: "difficult")],
      rows: [[.number(1), .number(2)]])
    #expect(
      table.terminal(width: 80) == """
           difficult
           ---------
        a          b
        -  ---------
        1          2

        """)
  }

  @Test func `a table without rows keeps its header`() {
    let table = ReportTable(title: "", columns: [.init("a"), .init("b")], rows: [])
    #expect(table.terminal() == "a  b\n-  -\n")
  }
}

struct CellTests {
  @Test func `a cell of one value shows no error rather than zero`() {
    func cell(_ values: [Double]) -> Cell {
      .number(values[0], digits: 3, error: Estimate(values)?.margin95)
    }
    #expect(cell([0.5]).text == "0.500")
    #expect(cell([0.4, 0.6]).text == "0.400 ±1.271")
    #expect(Cell.number(0.5, digits: 3, error: 0.1).text == "0.500 ±.100")
  }

  @Test func `a number that is not finite is missing`() {
    #expect(Cell.number(.nan, digits: 2) == .missing)
    #expect(Cell.number(.infinity, digits: 2).text == "—")
    #expect(Cell.number(1, digits: 1, error: .nan).text == "1.0")
  }
}
