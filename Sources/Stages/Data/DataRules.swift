import ModelCore
import Reasoning

/// The rules by which lines become problems, ready to be applied to many lines.
struct DataRules {
  let configuration: DataKind.Configuration
  let lines: any LineFormat
  /// The part of a solution that becomes the response; nil where `fields` names the response.
  let solution: SolutionChoice?
  let format: any ResponseFormat

  /// - Parameter format: the response format; nil for that of the configuration.
  init(_ configuration: DataKind.Configuration, in format: (any ResponseFormat)? = nil) {
    self.configuration = configuration
    lines = configuration.lines
    solution = configuration.solution ?? lines.solutions.first
    self.format = format ?? configuration.format
  }

  /// The response as text of the format.
  ///
  /// A solution is a thought, and its format lets the answer follow. Where nothing divides
  /// responses, the answer has to stand in the text: a solution in which the format does not find
  /// it gets it as the format's teachers write it. But an equation states its own result, which is
  /// left alone even where it is another one.
  func response(_ parts: LineParts) -> LineText? {
    guard var response = parts.response, let solution, format.endOfThinking == nil,
      solution != .equations || format.answer(in: response.text).isEmpty,
      let answer = parts.answer?.text, !isRight(format.answer(in: response.text), for: answer),
      let tokens = try? format.response(TeacherTrace(thinking: response.text, answer: answer))
    else { return parts.response }
    let text = format.tokenizer.decode(tokens.dropLast())
    response.text = text.hasPrefix(response.text) ? text : response.text + "\n" + answer
    return response
  }

  private func isRight(_ answer: String, for reference: String) -> Bool {
    let problem = Problem(
      family: Problem.unnamedFamily, difficulty: 1, prompt: "", answer: reference,
      verifier: configuration.verifier, fields: configuration.verifierOptions.problemFields)
    let verifier = (try? AnswerVerifiers.of(problem)) ?? ExactAnswer()
    return verifier.accepts(answer, for: problem)
  }
}
