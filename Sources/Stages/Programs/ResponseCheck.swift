import Fields
import Foundation
import PipelineCore
import Reasoning

/// Checks that responses written by other software have the form in which the kind `sample` writes
/// them, and that they answer the given problems. docs/own.md names every member.
struct ResponseCheck {
  /// The maximum length of a line in bytes; a line holds every token with its log-probability.
  static let lineLimit = 16 << 20
  /// The longest response length that is accepted.
  static let longest = 100_000_000

  /// The prompts of each split with their reference answers; nil if no problems were given.
  private let given: [String: [ExactText: String]]?
  private var completeness: ResponseCompleteness
  private var first: [SampleKey: Int] = [:]
  private var problems: [Question: (problem: Problem, line: Int)] = [:]

  private struct Question: Hashable {
    let split: ExactText
    let prompt: ExactText
  }

  private struct SampleKey: Hashable {
    let question: Question
    let sample: Int
    let budget: Int?
    let use: String?
    let summary: Int?
  }

  /// - Parameter splits: the given problems by split; nil if none were given.
  init(answering splits: [String: [Problem]]?) {
    given = splits?.mapValues { problems in
      Dictionary(
        problems.map { (ExactText($0.prompt), $0.answer) }, uniquingKeysWith: { first, _ in first })
    }
    completeness = ResponseCompleteness(of: splits)
  }

  /// All mistakes in a file, up to the limit on messages.
  mutating func mistakes(in bytes: Data, named name: String) -> [Diagnostic] {
    var lines = ObjectLines(name, lineLimit: Self.lineLimit)
    var count = 0
    lines.read(bytes) { json, line in
      count += 1
      return mistakes(in: json, line)
    }
    if count == 0, lines.mistakes.isEmpty { lines.report("the file holds no response") }
    // A line with a mistake is no answer, so that problems would seem to be missing.
    if lines.mistakes.isEmpty {
      for mistake in completeness.mistakes { lines.report(mistake.message, help: mistake.help) }
    }
    return lines.mistakes
  }

  private mutating func mistakes(in json: JSONText, _ line: ObjectLine) -> [Diagnostic] {
    var members = LineMembers(json, line)
    let split = members.text("split", isEmptyAllowed: false)
    let problem = members.object("problem", isRequired: true).flatMap { json -> Problem? in
      let (problem, found) = ProblemCheck.problem(json, line, path: ["problem"])
      members.report(found)
      return problem
    }
    let sample = members.whole("sample", in: 0...Self.longest)
    checkLengths(&members)
    let isFinished = members.flag("finished")
    let answer = members.text("answer")
    let isCorrect = members.flag("correct")
    let isUnreadable = members.flag("unreadable", isRequired: false)
    _ = members.text("stop", isRequired: false, isEmptyAllowed: false)
    _ = members.whole("prompt_tokens", in: 0...Self.longest, isRequired: false)
    _ = members.whole("thoughts", in: 0...Self.longest, isRequired: false)
    _ = members.choices("cut_by", among: LengthCap.allCases.map(\.rawValue))
    let budget = members.whole("budget", in: 0...Self.longest, isRequired: false)
    let use = members.choice(
      "budget_use", among: ResponseRecord.BudgetUse.allCases.map(\.rawValue))
    _ = members.whole("stated_budget", in: 0...Self.longest, isRequired: false)
    let summary = members.whole("summary", in: 0...Self.longest, isRequired: false)
    if isFinished == false, isCorrect == true {
      members.report("a response that did not finish cannot be correct", at: "correct")
    }
    if isUnreadable == true, isCorrect == true {
      members.report("an answer that cannot be read cannot be correct", at: "unreadable")
    } else if let problem, isFinished == true, let answer, let isCorrect {
      check(answer, isCorrect: isCorrect, isUnreadable: isUnreadable, of: problem, &members)
    }
    guard let split, let problem else { return members.mistakes }
    check(problem, in: split, &members)
    let question = Question(split: ExactText(split), prompt: ExactText(problem.prompt))
    checkSameProblem(problem, question, line, &members)
    if let sample {
      let key = SampleKey(
        question: question, sample: sample, budget: budget, use: use, summary: summary)
      if let earlier = first[key] {
        members.report(
          "line \(earlier) has sample \(sample) of this problem already", at: "sample",
          help: "number a problem's responses from 0")
      } else {
        first[key] = line.number
        completeness.add(sample, of: problem, in: split)
      }
    }
    return members.mistakes
  }

  /// Checks that a line has tokens with all values per token, or text with a length.
  private func checkLengths(_ members: inout LineMembers) {
    let hasText = members.text("text", isRequired: false) != nil
    let before = members.mistakes.count
    let tokens = members.wholes("tokens", in: 0...Int(Int32.max))
    if tokens == nil, !hasText, !members.has("tokens"), !members.has("text") {
      members.report(
        "a response needs 'tokens' or 'text'", at: "split",
        help: "add 'text' with its 'length' in tokens, or 'tokens'")
    }
    let length = members.whole("length", in: 0...Self.longest, isRequired: tokens == nil)
    let thinking = members.whole("thinking_tokens", in: 0...Self.longest, isRequired: false)
    let answer = members.whole("answer_tokens", in: 0...Self.longest, isRequired: false)
    let logProbabilities = members.numbers("log_probabilities")
    let forced = members.wholes("forced", in: 0...max(0, (tokens?.count ?? 1) - 1))
    guard members.mistakes.count == before else { return }
    if let tokens, let length {
      // A response with a stated budget begins with the budget, which does not count in its length.
      let stated = members.isStated
      if stated ? length > tokens.count : length != tokens.count {
        members.report(
          "'length' is \(length), but 'tokens' has \(tokens.count)", at: "length")
      }
    }
    if let tokens, let logProbabilities, logProbabilities.count != tokens.count {
      members.report(
        "\(logProbabilities.count) log-probabilities do not match \(tokens.count) tokens",
        at: "log_probabilities")
    }
    if tokens == nil, logProbabilities != nil || forced != nil {
      members.report(
        "this needs 'tokens'",
        at: logProbabilities != nil ? "log_probabilities" : "forced")
    }
    if let length = length ?? tokens?.count, (thinking ?? 0) + (answer ?? 0) > length {
      members.report(
        "thinking and answer have \((thinking ?? 0) + (answer ?? 0)) tokens, more than the length "
          + "of \(length)", at: thinking != nil ? "thinking_tokens" : "answer_tokens")
    }
  }

  /// If the problem names a verifier, the given verdict must agree with it.
  private func check(
    _ answer: String, isCorrect: Bool, isUnreadable: Bool?, of problem: Problem,
    _ members: inout LineMembers
  ) {
    guard problem.verifier != nil, let verifier = try? AnswerVerifiers.of(problem) else { return }
    let verdict = verifier.verdict(on: answer, for: problem)
    let help = "leave out 'verifier' where the program judges by itself"
    if (verdict == .right) != isCorrect {
      members.report(
        "'correct' is \(isCorrect), but the answer is \(answer.quoted) and the right one is "
          + problem.answer.quoted, at: "correct", help: help)
    } else if let isUnreadable, (verdict == .unreadable) != isUnreadable {
      members.report(
        "'unreadable' is \(isUnreadable), but the verifier finds the answer \(answer.quoted) "
          + verdict.rawValue, at: "unreadable", help: help)
    }
  }

  private func check(_ problem: Problem, in split: String, _ members: inout LineMembers) {
    guard let given else { return }
    guard let prompts = given[split] else {
      let names = given.keys.sorted()
      members.report(
        "unknown split \(split.quoted) of the problems", at: "split",
        help: UnknownName("split", split, among: names).help)
      return
    }
    guard let answer = prompts[ExactText(problem.prompt)] else {
      members.report(
        "split \(split.quoted) of the problems has no prompt \(problem.prompt.quoted)",
        at: "problem")
      return
    }
    if answer != problem.answer {
      members.report(
        "the reference answer is \(answer.quoted) in the problems, not \(problem.answer.quoted)",
        at: "problem")
    }
  }

  /// Checks that all lines with the same question give the same problem.
  private mutating func checkSameProblem(
    _ problem: Problem, _ question: Question, _ line: ObjectLine, _ members: inout LineMembers
  ) {
    guard let other = problems[question] else {
      problems[question] = (problem, line.number)
      return
    }
    if other.problem != problem {
      members.report("line \(other.line) has another problem under this prompt", at: "problem")
    }
  }
}

extension LineMembers {
  fileprivate var isStated: Bool {
    var copy = self
    return copy.text("budget_use", isRequired: false)
      == ResponseRecord.BudgetUse.stated.rawValue
  }
}
