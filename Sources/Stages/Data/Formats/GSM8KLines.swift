import Fields

/// Lines of GSM8K (Cobbe et al. 2021, arXiv 2110.14168): `question`, and `answer`, which is worked
/// text with calculator annotations `<<48/2=24>>` and, behind `####`, the final number.
struct GSM8KLines: LineFormat {
  let name = "gsm8k"
  let meaning = "GSM8K: question, and answer with '#### ' before its final number"
  let solutions: [SolutionChoice] = [.worked, .equations]

  private static let mark = "####"

  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts {
    var parts = LineParts()
    parts.prompt = line.text("prompt", at: "question")?.trimmed
    guard let whole = line.text("answer", at: "answer") else { return parts }
    guard let mark = whole.text.ranges(of: Self.mark).last else {
      line.report("the answer has no final number behind '\(Self.mark)'", at: whole)
      return parts
    }
    let final = whole.text[mark.upperBound...].replacing(",", with: "").withoutSpaceAround
    guard !final.isEmpty else {
      line.report("nothing follows '\(Self.mark)' in the answer", at: whole)
      return parts
    }
    parts.answer = LineText(text: final, members: whole.members)
    let annotated = AnnotatedText(whole.text[..<mark.lowerBound].withoutSpaceAround)
    let isShort = solution == .equations && !annotated.annotations.isEmpty
    parts.response = LineText(
      text: isShort ? annotated.annotations.joined(separator: "\n") : annotated.text,
      members: whole.members)
    return parts
  }
}

/// A text without its annotations `<<…>>`, and the annotations.
struct AnnotatedText {
  private(set) var text = ""
  private(set) var annotations: [String] = []

  init(_ annotated: String) {
    var rest = annotated[...]
    while let start = rest.firstRange(of: "<<"),
      let end = rest[start.upperBound...].firstRange(of: ">>")
    {
      text += rest[..<start.lowerBound]
      annotations.append(String(rest[start.upperBound..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    text += rest
  }
}
