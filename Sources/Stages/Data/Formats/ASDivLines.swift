import Fields

/// Lines of ASDiv (Miao et al. 2020, arXiv 2106.15772): `body`, `question`, `answer` with its unit,
/// such as `9 (apples)`, and `formula`, such as `7+2=9`.
struct ASDivLines: LineFormat {
  let name = "asdiv"
  let meaning = "ASDiv: body, question, answer without its unit in parentheses, and formula"
  let solutions: [SolutionChoice] = [.equations]

  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts {
    var parts = LineParts()
    parts.prompt = line.text("prompt", at: "body", then: "question")
    parts.answer = line.textOrNumber("answer", at: "answer")?.trimmed
    if let answer = parts.answer?.text, answer.hasSuffix(")"),
      let unit = answer.lastIndex(of: "("), unit != answer.startIndex
    {
      parts.answer?.text = answer[..<unit].withoutSpaceAround
    }
    parts.response = line.text("response", at: "formula")?.trimmed
    return parts
  }
}
