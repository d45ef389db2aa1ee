extension Page {
  /// The page as one self-contained HTML file, without script or external fonts, pictures or
  /// styles. It is light or dark by the reader's preference, and light in print.
  package func html() -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(xmlEscaped(title))</title>
    \(Self.css)
    </head>
    <body>
    <main>
    <h1>\(xmlEscaped(title))</h1>
    \(blocks.map(html).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private func html(_ block: Block) -> String {
    switch block {
    case .heading(let level, let text): "<h\(level)>\(xmlEscaped(text))</h\(level)>"
    case .text(let text): "<p>\(xmlEscaped(text))</p>"
    case .warning(let text): "<p class=\"warning\">\(xmlEscaped(text))</p>"
    case .table(let table): table.html()
    case .picture(let svg, let narrow?, let name):
      "<figure id=\"\(xmlEscaped(name))\">\n<div class=\"wide\">\n\(svg)</div>\n"
        + "<div class=\"narrow\">\n\(narrow)</div>\n</figure>"
    case .picture(let svg, nil, let name):
      "<figure id=\"\(xmlEscaped(name))\" class=\"single\">\n\(svg)</figure>"
    case .code(let text): "<pre>\(kept(text))</pre>"
    case .response(let response): html(response)
    case .folded(let heading, let blocks):
      "<details>\n<summary>\(xmlEscaped(heading))</summary>\n"
        + blocks.map(html).joined(separator: "\n") + "\n</details>"
    }
  }

  private func html(_ response: ShownResponse) -> String {
    let cut = response.cut.map { "<span class=\"cut\">\(xmlEscaped($0))</span>" } ?? ""
    let verdict = response.isCorrect ? "right" : "wrong"
    return """
      <div class="response \(verdict)">
      <p class="label">\(xmlEscaped(response.heading)), <b>\(verdict)</b></p>
      <pre><span class="prompt">\(kept(response.prompt))</span>
      <span class="thinking">\(kept(response.thinking))</span>\(cut)
      <span class="answer">\(kept(response.answer))</span></pre>
      </div>
      """
  }

  /// Escapes text and keeps its line breaks.
  private func kept(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { xmlEscaped(String($0)) }
      .joined(separator: "\n")
  }

  private static let css = "<style>\n\(styles)\n</style>"

  /// The rules of the style sheet, for light and dark pages.
  package static let styles = """
    body{margin:0;background:#ffffff;color:#1f2328;font:16px/1.5 system-ui,-apple-system,\
    "Segoe UI",Roboto,sans-serif}
    main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
    h1{font-size:1.7rem;line-height:1.25}h2{margin-top:2.6rem;border-bottom:1px solid #d1d9e0}
    h3{margin-top:1.8rem}
    .scroll{overflow-x:auto}.scroll+.scroll{margin-top:1rem}
    table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
    caption{text-align:left;font-weight:600;padding:.4rem 0}
    th,td{padding:.28rem .6rem;border-bottom:1px solid #d1d9e0;text-align:right;\
    vertical-align:top;white-space:nowrap}
    th.text,td.text{text-align:left;white-space:normal}
    th.group{text-align:center;white-space:normal;border-bottom:1px solid #9aa4af}
    td .error{color:#57606a}
    .notes{font-size:.8rem;color:#57606a;margin:.5rem 0 1.5rem}.notes p{margin:.15rem 0}
    .held{color:#1a7f37;font-weight:600}.not-held{color:#b3261e;font-weight:600}
    .undecided{color:#8a5a00;font-weight:600}
    .warning{border-left:4px solid #b3261e;background:#fff1f0;padding:.5rem .8rem}
    figure{margin:1.5rem 0}figure svg{width:100%;max-width:60rem;height:auto}
    .narrow{display:none}.narrow svg{max-width:30rem}
    @media screen and (max-width:48rem){
    .wide{display:none}.narrow{display:block}
    .single{overflow-x:auto}.single svg{min-width:40rem}
    }
    pre{background:#f6f8fa;padding:.7rem;overflow-x:auto;font-size:.8rem;\
    white-space:pre-wrap;overflow-wrap:anywhere}
    .response{margin:.9rem 0}.response .label{margin:0 0 .2rem;font-size:.85rem}
    .response pre{margin:0;border-left:4px solid #1a7f37}\
    .response.wrong pre{border-left-color:#b3261e}
    .prompt{color:#57606a}.thinking{color:#0550ae}.answer{font-weight:700}
    .cut{background:#ffe5a0;color:#4d3800;padding:0 .3rem;margin-left:.3rem}
    summary{cursor:pointer;margin:.6rem 0;font-weight:600}
    @media screen and (prefers-color-scheme:dark){
    body{background:#0d1117;color:#e6edf3}h2,th,td{border-color:#30363d}
    td .error,.notes,.prompt{color:#9da7b3}pre{background:#161b22}
    .thinking{color:#79c0ff}.held{color:#56d364}.not-held{color:#ff8a80}.undecided{color:#e3b341}
    .warning{background:#2d1416}
    }
    @media print{main{max-width:none;padding:0}details>*{display:block}
    details::details-content{content-visibility:visible}
    .scroll{overflow:visible}table{font-size:8.5pt}td.text{overflow-wrap:anywhere}\
    th,td{padding:.15rem .35rem}
    details pre{columns:2;font-size:7pt}
    figure,table,.response{break-inside:avoid}h2,h3{break-after:avoid}}
    """
}

extension ReportTable {
  /// The number of characters that fit in one line, on a screen at full page width and on paper.
  private static let charactersOfALine = 92

  /// The table as HTML, with numbers rounded for people. A table that is too wide is split into
  /// blocks below each other, each with the label columns, as in a terminal.
  package func html() -> String {
    var lines = blocks(width: Self.charactersOfALine).enumerated().map { number, block in
      html(of: block, caption: number == 0 ? title : "")
    }
    if !notes.isEmpty {
      lines.append(
        "<div class=\"notes\">" + notes.map { "<p>\(xmlEscaped($0))</p>" }.joined() + "</div>")
    }
    return lines.joined(separator: "\n")
  }

  private func html(of block: [Int], caption: String) -> String {
    var lines = ["<div class=\"scroll\"><table>"]
    if !caption.isEmpty { lines.append("<caption>\(xmlEscaped(caption))</caption>") }
    lines.append("<thead>")
    if block.contains(where: { columns[$0].group != nil }) { lines.append(groupRow(of: block)) }
    let headers = block.map { columns[$0] }.map { column in
      "<th\(column.alignment == .leading ? " class=\"text\"" : "")>\(breakable(column.header))</th>"
    }
    lines.append("<tr>" + headers.joined() + "</tr>")
    lines.append("</thead>\n<tbody>")
    for row in rows {
      lines.append("<tr>" + block.map { cell(row[$0], columns[$0]) }.joined() + "</tr>")
    }
    lines.append("</tbody></table></div>")
    return lines.joined(separator: "\n")
  }

  private func groupRow(of block: [Int]) -> String {
    let cells = groups(block).map { group in
      let span = group.count > 1 ? " colspan=\"\(group.count)\"" : ""
      return columns[group[0]].group.map { "<th class=\"group\"\(span)>\(xmlEscaped($0))</th>" }
        ?? "<th\(span)></th>"
    }
    return "<tr>\(cells.joined())</tr>"
  }

  /// Escapes text and allows a line break after each underscore.
  private func breakable(_ text: String) -> String {
    xmlEscaped(text).replacing("_", with: "_<wbr/>")
  }

  private func cell(_ cell: Cell, _ column: Column) -> String {
    switch cell {
    case .number(let number):
      let error = number.errorText.map { " <span class=\"error\">\($0)</span>" } ?? ""
      return "<td>\(number.valueText)\(error)</td>"
    case .missing: return "<td>\(cell.text)</td>"
    case .text(let text):
      let verdict = ClaimVerdict(rawValue: text).map {
        " " + $0.rawValue.replacing(" ", with: "-")
      }
      let style = (column.alignment == .leading ? "text" : "") + (verdict ?? "")
      return "<td\(style.isEmpty ? "" : " class=\"\(style)\"")>\(breakable(text))</td>"
    }
  }
}
