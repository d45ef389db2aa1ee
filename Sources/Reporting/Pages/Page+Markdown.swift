extension Page {
  /// The page in GitHub's Markdown. Pictures are referenced by name, since their files are in the
  /// same folder.
  package func markdown() -> String {
    "# \(markdownEscaped(title))\n\n" + blocks.map(markdown).joined(separator: "\n")
  }

  private func markdown(_ block: Block) -> String {
    switch block {
    case .heading(let level, let text):
      String(repeating: "#", count: level) + " \(markdownEscaped(text))\n"
    case .text(let text): markdownEscaped(text) + "\n"
    case .warning(let text): "> **\(markdownEscaped(text))**\n"
    case .table(let table): table.markdown()
    case .picture(_, _, let name): "![\(markdownEscaped(name))](\(name).svg)\n"
    case .code(let text): fenced(text)
    case .response(let response):
      "\(markdownEscaped(response.heading)), **\(response.isCorrect ? "right" : "wrong")**\n\n"
        + fenced(
          "prompt    \(response.prompt)\nthinking  \(response.thinking)"
            + (response.cut.map { "  [\($0)]" } ?? "") + "\nanswer    \(response.answer)")
    case .folded(let heading, let blocks):
      "### \(markdownEscaped(heading))\n\n" + blocks.map(markdown).joined(separator: "\n")
    }
  }

  /// A code block whose fence is longer than any in the text, so that no line of the text can end
  /// it.
  private func fenced(_ text: String) -> String {
    var fence = "```"
    while text.contains(fence) { fence += "`" }
    return "\(fence)\n\(text)\n\(fence)\n"
  }
}
