import Fields
package import TensorCore

/// A question with its reference answer.
package struct Problem: Sendable, Codable, Hashable {
  /// The family's name, for example `chain`. For problems from a file, any name to group them by.
  package let family: String
  package let difficulty: Int
  package let prompt: String
  /// The reference answer; where several answers are right, one of them.
  package let answer: String
  /// The way its teacher writes; nil leaves it to the family.
  package let generator: TraceGenerator?
  /// The name of the verifier; nil leaves it to the family.
  package let verifier: String?
  /// A response to imitate, as text of the format; nil uses the family's teacher.
  package let response: String?
  /// Further fields from the problem's file, by name; nil for none.
  package var fields: [String: ProblemField]?

  /// The family name of problems without a family.
  package static let unnamedFamily = "data"

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    family = try members.decodeIfPresent(String.self, forKey: .family) ?? Self.unnamedFamily
    difficulty = try members.decodeIfPresent(Int.self, forKey: .difficulty) ?? 1
    prompt = try members.decode(String.self, forKey: .prompt)
    answer = try members.decode(String.self, forKey: .answer)
    generator = try members.decodeIfPresent(TraceGenerator.self, forKey: .generator)
    verifier = try members.decodeIfPresent(String.self, forKey: .verifier)
    response = try members.decodeIfPresent(String.self, forKey: .response)
    fields = try members.decodeIfPresent([String: ProblemField].self, forKey: .fields)
  }

  package init(
    family: String, difficulty: Int, prompt: String, answer: String,
    generator: TraceGenerator? = nil, verifier: String? = nil, response: String? = nil,
    fields: [String: ProblemField]? = nil
  ) {
    self.family = family
    self.difficulty = difficulty
    self.prompt = prompt
    self.answer = answer
    self.generator = generator
    self.verifier = verifier
    self.response = response
    self.fields = fields
  }

  /// Returns the same problem with a teacher that writes as `generator` says.
  package func taught(by generator: TraceGenerator?) -> Problem {
    Problem(
      family: family, difficulty: difficulty, prompt: prompt, answer: answer,
      generator: generator, verifier: verifier, response: response, fields: fields)
  }

  /// The problem's group of dependent problems, for example those with the same passage or
  /// template, as given in the field `cluster` of its file; nil if independent.
  package var cluster: String? {
    switch fields?["cluster"] {
    case .string(let text): text
    case .int(let number): String(number)
    case .double(let number): "\(number)"
    case .bool(let flag): String(flag)
    case .texts, nil: nil
    }
  }

  /// A digest that is stable over machines and builds; it keys the problem's random streams.
  package var digest: UInt64 { PromptDigest.of(prompt) }

  /// The digest as 16 hexadecimal digits.
  package var id: String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A teacher's response to a problem. The answer follows from the thinking, so it may be wrong.
package struct TeacherTrace: Sendable, Hashable {
  package let thinking: String
  package let answer: String
  /// The text after the thinking that has the answer in it, if it was given; nil leaves it to the
  /// format.
  package let writtenAnswer: String?

  package init(thinking: String, answer: String, writtenAnswer: String? = nil) {
    self.thinking = thinking
    self.answer = answer
    self.writtenAnswer = writtenAnswer
  }
}

/// A kind of problem: it makes prompts, writes teacher traces and verifies answers.
///
/// Traces and verdicts need only the prompt: a family parses all it needs from it.
package protocol ProblemFamily: AnswerVerifier {
  /// Returns a problem of the given difficulty.
  /// - Precondition: `difficulty` is in 1...6.
  func problem(difficulty: Int, using stream: inout RandomStream) -> Problem

  /// An upper bound on the number of different prompts of a difficulty and part; nil if there are
  /// more than any use needs. A family with few prompts should state it, so that a plan can report
  /// a shortage before the run.
  func mostPrompts(difficulty: Int, part: ProblemPart) -> Int?

  /// Returns a worked solution with the usual detours of a teacher, written as the problem's
  /// generator says.
  func trace(
    for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace
}

extension ProblemFamily {
  package func mostPrompts(difficulty: Int, part: ProblemPart) -> Int? { nil }
}

/// The reason a problem cannot be used. Problems may come from files, so these are reported errors,
/// not traps.
package enum ProblemError: Error, Hashable, CustomStringConvertible {
  case unknownFamily(String)
  case unknownVerifier(String)
  case noTeacher(prompt: String)
  case unreadablePrompt(family: String, prompt: String)
  case noSolution(prompt: String)
  case traceTooLong(prompt: String, maxThinkingTokens: Int)
  case unreadableText(String, reason: String)
  case notInVocabulary(Character, text: String)
  case spellsMark(String, text: String)

  package var description: String {
    switch self {
    case .unknownFamily(let name):
      UnknownName("problem family", name, among: ProblemFamilies.all.map(\.name)).message
    case .unknownVerifier(let name):
      UnknownName("verifier", name, among: AnswerVerifiers.all.map(\.name)).message
    case .noTeacher(let prompt):
      "the problem '\(prompt)' has no response to imitate"
    case .unreadablePrompt(let family, let prompt):
      "the prompt '\(prompt)' is not a problem of the family '\(family)'"
    case .noSolution(let prompt):
      "the problem '\(prompt)' has no solution"
    case .traceTooLong(let prompt, let maxThinkingTokens):
      "no teacher trace of '\(prompt)' fits in \(maxThinkingTokens) tokens"
    case .unreadableText(let text, let reason):
      "'\(text)' cannot be read: \(reason)"
    case .notInVocabulary(let character, let text):
      "'\(character)' in '\(text)' is not in the ladder vocabulary"
    case .spellsMark(let mark, let text):
      "'\(mark)' in '\(text)' is the name of a token and would be read as that token"
    }
  }
}
