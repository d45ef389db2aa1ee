import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PageTests {
  private static let table = ReportTable(
    title: "A & B",
    columns: [
      .init("policy", alignment: .leading), .init("accuracy", group: "easy"),
      .init("tokens", group: "easy"), .init("verdict", alignment: .leading),
    ],
    rows: [
      [.text("rl_1"), .number(0.8994, digits: 3, error: 0.011), .missing, .text("not held")],
      [.text("50% {x}"), .number(1, digits: 3), .number(12), .text("")],
    ], notes: ["± is half of a 95 % interval"])

  private static let plot = Plot(title: "p", x: .init("x"), y: .init("y"), series: [])

  private static let page = Page(
    title: "Run <1>",
    [
      .text("Text & more"), .heading(2, "Results"), .warning("Careful"), .table(table),
      .picture(svg: plot.svg(), name: "plot"),
      .picture(svg: plot.svg(), narrow: plot.narrow.svg(), name: "both"),
      .response(
        Page.ShownResponse(
          heading: "easy", prompt: "1<2?", thinking: "yes", answer: "1", cut: "cut at 8 tokens",
          isCorrect: false)), .folded("More", [.code("a:\n  b: <1>")]),
    ])

  @Test func `HTML is well-formed, needs nothing else and shows everything`() throws {
    let html = Self.page.html()
    // Except for elements without end tags, the page is valid XML.
    let xml = html.replacing("<!doctype html>", with: "")
      .replacing(#/<meta [^>]*>/#, with: "")
    _ = try XMLDocument(xmlString: xml)
    for forbidden in ["<script", "href", "src=", "url(", "@import"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    for text in [
      "Run &lt;1&gt;", "Text &amp; more", "0.899", "±.011", "class=\"text not-held\"", "1&lt;2?",
      "cut at 8 tokens", "<details>", "colspan=\"2\"", "prefers-color-scheme:dark", "@media print",
    ] {
      #expect(html.contains(text), "\(text)")
    }
  }

  @Test func `a picture with a narrow form has both, and the page's width shows one`() {
    let html = Self.page.html()
    #expect(html.matches(of: #/<svg /#).count == 3)
    #expect(html.contains("<figure id=\"both\">\n<div class=\"wide\">\n<svg "))
    #expect(html.contains("</div>\n<div class=\"narrow\">\n<svg "))
    #expect(html.contains("<figure id=\"plot\" class=\"single\">"))
    // On paper the wide one stands, since only screens are asked for their width.
    #expect(html.contains(".narrow{display:none}"))
    #expect(html.contains("@media screen and (max-width:48rem){\n.wide{display:none}"))
  }

  @Test func `a wide table goes on below itself, with its labels`() throws {
    let splits = (1...5).map { "split\($0)" }
    let table = ReportTable(
      title: "Wide",
      columns: [.init("long_policy", alignment: .leading)]
        + splits.flatMap { [.init("accuracy", group: $0), .init("tokens", group: $0)] },
      rows: [
        [.text("rl")]
          + splits.flatMap { _ in
            [.number(0.5, digits: 3, error: 0.01), .number(60.5, digits: 1, error: 2.5)]
          }
      ], notes: ["note"])
    let html = table.html()
    _ = try XMLDocument(xmlString: "<div>" + html + "</div>")
    #expect(html.matches(of: /<table>/).count == 2)
    #expect(html.matches(of: /<th class="text">long_<wbr\/>policy<\/th>/).count == 2)
    #expect(
      html.matches(of: /<caption>/).count == 1 && html.matches(of: /class="notes"/).count == 1)
    // Groups are not split.
    for split in splits {
      #expect(html.matches(of: try Regex("colspan=\"2\">\(split)<")).count == 1)
    }
  }

  @Test func `Markdown shows the same`() {
    let text = Self.page.markdown()
    for part in [
      "# Run &lt;1>", "## Results", "> **Careful**", "| 0.899 ±.011 |", "![plot](plot.svg)",
      "thinking  yes  [cut at 8 tokens]", "```\na:\n  b: <1>\n```",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
  }

  @Test func `a table is LaTeX with its groups, errors and special characters`() {
    #expect(
      Self.table.latex() == #"""
        \begin{table}
        \centering
        \begin{tabular}{lrrl}
        \toprule
         & \multicolumn{2}{c}{easy} &  \\
        \cmidrule(lr){2-3}
        policy & accuracy & tokens & verdict \\
        \midrule
        rl\_1 & $0.899 \pm .011$ & -- & not held \\
        50\% \{x\} & $1.000$ & $12$ &  \\
        \bottomrule
        \end{tabular}
        \caption{A \& B. $\pm$ is half of a 95 \% interval}
        \end{table}

        """#)
  }
}
