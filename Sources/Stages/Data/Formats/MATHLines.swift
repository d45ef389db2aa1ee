/// Lines of MATH (Hendrycks et al. 2021, arXiv 2103.03874), with the answer as a member of its own:
/// `problem`, `solution`, `answer`, and where they are there `level`, `subject` and `unique_id`.
struct MATHLines: LineFormat {
  let name = "math"
  let meaning = "MATH: problem, solution and answer; level, subject and unique_id are carried along"
  let solutions: [SolutionChoice] = [.worked]

  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts {
    var parts = LineParts()
    parts.prompt = line.text("prompt", at: "problem")?.trimmed
    parts.answer = line.textOrNumber("answer", at: "answer")?.trimmed
    parts.response = line.text("response", at: "solution")?.trimmed
    for name in ["level", "subject", "unique_id"] {
      parts.carried[name] = line.carried(name)
    }
    return parts
  }
}
