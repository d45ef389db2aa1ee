import Foundation
import Reporting
import Testing

struct MarkdownTableTests {
  @Test func `grouped columns are named in one header line`() {
    #expect(
      sampleTable.markdown() == """
        **Accuracy against tokens**

        | policy | easy accuracy | easy mean_tokens | medium accuracy | medium mean_tokens |
        | :--- | ---: | ---: | ---: | ---: |
        | base | 0.899 ±.011 | 88.1 ±2.0 | 0.704 ±.020 | 103.4 ±.9 |
        | RL α=0.1 | 0.912 | 71.0 | 0.690 ±.018 | 90.2 ±10.3 |
        | RL α=0.4 | — | 64.3 | 0.333 | 80.0 |

        ± is half of a 95 % interval over 3 seeds.

        """)
  }

  @Test func `what Markdown would read as markup is escaped`() {
    let table = ReportTable(
      title: "", columns: [.init("a|b", alignment: .leading)],
      rows: [[.text("rl[alpha=0.1] *x* <b> _y_ one_two\nthree")]])
    #expect(
      table.markdown() == """
        | a\\|b |
        | :--- |
        | rl\\[alpha=0.1\\] \\*x\\* &lt;b> \\_y\\_ one_two three |

        """)
  }
}

struct CSVTableTests {
  @Test func `errors have their own column and missing cells are empty`() {
    let lines = sampleTable.csv().components(separatedBy: "\r\n")
    #expect(
      lines == [
        "policy,easy accuracy,easy accuracy error,easy mean_tokens,easy mean_tokens error,"
          + "medium accuracy,medium accuracy error,medium mean_tokens,medium mean_tokens error",
        "base,0.899,0.011,88.1,2,0.704,0.02,103.44,0.9",
        "RL α=0.1,0.912,,71,,0.69,0.018,90.2,10.26",
        "RL α=0.4,,,64.3,,0.3333333333333333,,80,",
        "",
      ])
  }

  @Test func `quotes, commas and line ends are quoted as RFC 4180 says`() {
    let table = ReportTable(
      title: "", columns: [.init("text")],
      rows: [[.text("say \"hi\"")], [.text("a,b")], [.text("c\r\nd")], [.text("plain")]])
    #expect(
      table.csv() == "text\r\n\"say \"\"hi\"\"\"\r\n\"a,b\"\r\n\"c\r\nd\"\r\nplain\r\n")
  }
}

struct JSONTableTests {
  @Test func `a table comes back from its JSON unchanged`() throws {
    let back = try ReportTable(json: Data(sampleTable.json().utf8))
    #expect(back == sampleTable)
    #expect(back.json() == sampleTable.json())
  }

  @Test func `awkward text comes back unchanged`() throws {
    let text = "\"quoted\" \\ back\tslash\n\u{01} — α 🙂"
    let table = ReportTable(
      title: text, columns: [.init(text, group: text, alignment: .leading)],
      rows: [[.text(text)], [.number(-1e-300, digits: 2)], [.number(1e22, digits: 0)]],
      notes: [text], labelColumns: 0)
    #expect(try ReportTable(json: Data(table.json().utf8)) == table)
  }

  @Test func `numbers keep full precision`() {
    #expect(sampleTable.json().contains("{\"value\": 0.3333333333333333, \"digits\": 3}"))
    #expect(sampleTable.json().contains("{\"value\": 103.44, \"error\": 0.9, \"digits\": 1}"))
  }

  @Test(arguments: [
    ("nonsense", "this is not a table that Laconic wrote"),
    (
      "{\"title\": \"\", \"label_columns\": 1, \"columns\": [], \"rows\": [], \"notes\": []}",
      "the table has no columns"
    ),
    (
      "{\"title\": \"\", \"label_columns\": 1, \"columns\": [{\"header\": \"a\", \"group\": null, "
        + "\"alignment\": \"leading\"}], \"rows\": [[\"x\"], []], \"notes\": []}",
      "row 2 of the table has 0 cells, not 1"
    ),
  ])
  func `a file that is no table is refused in a sentence`(text: String, sentence: String) {
    let error = #expect(throws: ReportTableError.self) {
      try ReportTable(json: Data(text.utf8))
    }
    #expect(error?.description == sentence)
  }
}
