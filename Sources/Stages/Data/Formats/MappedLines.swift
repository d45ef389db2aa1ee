/// Lines whose members the field map `fields` names.
struct MappedLines: LineFormat {
  let name = "lines"
  let meaning = "members with the names that 'fields' gives"
  let solutions: [SolutionChoice] = []
  let ownFields: [String] = []

  func parts(of line: inout LineReader, solution: SolutionChoice?) -> LineParts {
    var parts = LineParts()
    parts.prompt = line.text("prompt")
    parts.answer = line.textOrNumber("answer")
    if line.maps("response") { parts.response = line.text("response", isEmptyAllowed: true) }
    return parts
  }
}
