import Fields
import PipelineCore
import Reasoning

/// A stage that reads data, and what its model makes of it.
struct DataUser {
  let stage: String
  let kind: String
  /// The data stage.
  let data: String
  let reading: ProblemReading
  let limits: LengthLimits

  // MARK: Mistakes

  func mistakes(in problems: InspectedProblems) -> [Diagnostic] {
    let frame = reading.longest == nil ? 0 : reading.format.tokens(of: .none).count
    var unusable = LineTally(.error, .response, "problems cannot be used by '\(stage)'")
    var empty = LineTally(
      .error, .response, "responses that '\(stage)' is to learn are empty",
      help: "a model would learn to end at once")
    var long = LineTally(.error, .prompt, "problems are too long for '\(stage)'", help: longHelp)
    var endless = LineTally(
      .error, .response, "responses have no end that '\(stage)' learns",
      help: "a model would never stop")
    var unlike = LineTally(
      .error, .prompt, "prompts do not begin what '\(stage)' learns",
      help: "the chat template writes another text before a response than where it asks for one")
    var unanswered = LineTally(
      .error, .response, "responses have no answer that the response format finds",
      help: "each would be judged wrong: choose another 'answer' in response_format")
    var thinking = ThinkingCheck(
      stage: stage, format: reading.format, areWhole: problems.rules.solution == nil)
    var other = LineTally(
      .warning, .response, "responses end in another answer than the reference answer",
      help: "'\(stage)' would learn answers that are judged wrong")
    var truncated = LineTally(.warning, .response, truncation?.summary ?? "")
    for (problem, place) in problems.placed {
      let example: SupervisedExample?
      do {
        example = try reading.example(problem)
      } catch {
        let reason = (error as? ProblemError)?.reason(in: "the problem")
        unusable.add("\(reason ?? error.inWords), so '\(stage)' cannot use it", at: place)
        continue
      }
      if let message = tooLong(problem, example, frame) { long.add(message, at: place) }
      guard let example else { continue }
      if let truncation, example.tokens.count > truncation.limit {
        truncated.add(
          "the example has \(example.tokens.count) tokens, so '\(stage)' \(truncation.verb)",
          at: place)
        // What is left out is not learned, and has no mistake.
        if truncation.isLeftOut(example) { continue }
      }
      let learned = zip(example.tokens, example.weights).filter { $0.1 != 0 }.map(\.0)
      if !reading.format.endsResponse(learned[...]) {
        endless.add("the end of the response is not learned", at: place)
      }
      if !beginsWithPrompt(example, of: problem) {
        unlike.add(
          "the prompt does not begin what '\(stage)' learns, so its model would be asked in "
            + "another way", at: place)
      }
      thinking.add(problem, example, at: place)
      guard let text = problem.response else { continue }
      let trace = reading.format.trace(ofResponse: text, answer: problem.answer)
      if trace.thinking.isEmpty, trace.answer.isEmpty {
        empty.add("the response is empty", at: place)
      } else if let answer = ownAnswer(of: trace, to: problem) {
        if answer.isEmpty {
          unanswered.add(
            "the response has no answer that response_format '\(reading.format.name)' finds",
            at: place)
        } else {
          other.add(
            "the response's answer is \(answer.quoted), the reference answer is "
              + problem.answer.quoted, at: place)
        }
      }
    }
    return [unusable, empty, long, endless, unlike, unanswered].flatMap {
      $0.diagnostics(in: problems)
    } + thinking.mistakes(in: problems)
      + [truncated, other].flatMap { $0.diagnostics(in: problems) }
  }

  private var truncation: ToldTruncation? {
    limits.truncated.map { ToldTruncation(stage: stage, limit: $0.limit, choice: $0.to) }
  }

  private var longHelp: String {
    limits.example == nil
      ? "leave them out of the file" : "raise 'max_length', or leave them out of the file"
  }

  /// The reason why a problem is too long; nil if it is not.
  /// - Parameter frame: the number of tokens of every prompt that are not its problem's.
  private func tooLong(
    _ problem: Problem, _ example: SupervisedExample?, _ frame: Int
  ) -> String? {
    guard let example else {
      guard let context = limits.context, let longest = reading.longest,
        let prompt = try? reading.format.prompt(of: problem, header: .none)
      else { return nil }
      let text = prompt.count - frame
      return text + longest > context
        ? "the prompt has \(text) tokens, which with the \(longest) that may follow it are more "
          + "than the \(context) that the model was made for" : nil
    }
    let count = example.tokens.count
    if let limit = limits.example, count > limit {
      return "the example has \(count) tokens, more than 'max_length', \(limit)"
    }
    if let context = limits.context, count > context {
      return "the example has \(count) tokens, more than the \(context) that the model was made for"
    }
    return nil
  }

  /// True if an example begins as a prompt does to which the model responds, with or without a
  /// budget that it states.
  private func beginsWithPrompt(_ example: SupervisedExample, of problem: Problem) -> Bool {
    [ResponseHeader.none, .stated].contains { header in
      guard let prompt = try? reading.format.prompt(of: problem, header: header) else {
        return false
      }
      return example.tokens.starts(with: prompt)
    }
  }

  /// The answer that the format finds in a response; nil if the verifier accepts it, or accepts not
  /// even the reference answer.
  private func ownAnswer(of trace: TeacherTrace, to problem: Problem) -> String? {
    guard let tokens = try? reading.format.response(trace),
      let verifier = try? AnswerVerifiers.of(problem),
      verifier.accepts(problem.answer, for: problem)
    else { return nil }
    let answer = reading.format.parse(tokens).answer
    return verifier.accepts(answer, for: problem) ? nil : answer
  }

  // MARK: Examples

  /// The first problems as the model reads them.
  func examples(of problems: InspectedProblems, count: Int) -> [ShownExample] {
    problems.placed.prefix(count).compactMap { problem, place in
      let example = try? reading.example(problem)
      guard
        let tokens = example?.tokens ?? (try? reading.format.prompt(of: problem, header: .none))
      else { return nil }
      return ShownExample(
        stage: stage, kind: kind, data: data, split: problems.split.name,
        file: problems.file(of: place), line: place.line, tokens: tokens, weights: example?.weights,
        in: reading.format)
    }
  }
}

/// The treatment of examples that are longer than `max_length`, in words.
private struct ToldTruncation {
  let stage: String
  let limit: Int
  let choice: Truncation

  var verb: String { choice == .cut ? "cuts it" : "leaves it out" }

  var summary: String {
    "examples are longer than 'max_length', \(limit), so '\(stage)' "
      + (choice == .cut ? "cuts them" : "leaves them out")
  }

  /// True if nothing of the example is learned.
  func isLeftOut(_ example: SupervisedExample) -> Bool {
    choice == .drop || example.cut(to: limit).learnedCount == 0
  }
}
