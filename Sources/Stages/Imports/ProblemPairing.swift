import Fields
import Reasoning

/// Finds the problem of our own that a sample of a foreign log answers.
struct ProblemPairing {
  /// The reason why there is none.
  struct Mistake: Error {
    let message: String
    let help: String?
  }

  private let rule: PairingRule
  /// Problems by split and key; nil for a key that two problems share.
  private var problems: [String: [ExactText: Problem?]] = [:]

  init(_ splits: [String: [Problem]], by rule: PairingRule) {
    self.rule = rule
    for (split, own) in splits {
      var keyed: [ExactText: Problem?] = [:]
      for problem in own {
        guard let key = Self.key(of: problem, by: rule) else { continue }
        keyed[key] = keyed[key] == nil ? .some(problem) : .some(nil)
      }
      problems[split] = keyed
    }
  }

  private static func key(of problem: Problem, by rule: PairingRule) -> ExactText? {
    switch rule {
    case .prompt: return ExactText(problem.prompt.withoutSpaceAround)
    case .id:
      switch problem.fields?["id"] {
      case .string(let text)?: return ExactText(text)
      case .int(let number)?: return ExactText(String(number))
      default: return nil
      }
    }
  }

  func problem(prompt: String, id: String, in split: String) -> Result<Problem, Mistake> {
    guard let own = problems[split] else {
      let names = problems.keys.sorted()
      return .failure(
        Mistake(
          message: "the problems have no split \(split.quoted)",
          help: UnknownName("split", split, among: names).help))
    }
    let key = ExactText(rule == .prompt ? prompt.withoutSpaceAround : id)
    guard let found = own[key] else {
      switch rule {
      case .prompt:
        return .failure(
          Mistake(
            message: "split \(split.quoted) of the problems has no prompt "
              + String(prompt.prefix(80)).quoted,
            help: "write under 'fields' where the question alone is, such as "
              + "'prompt: doc.question', or pair by 'pair_by: id'"))
      case .id:
        return .failure(
          Mistake(
            message: "split \(split.quoted) of the problems has no id \(id.quoted)",
            help: own.isEmpty
              ? "let the data stage carry the field 'id' along, 'fields: {id: NAME}'" : nil))
      }
    }
    guard let problem = found else {
      return .failure(
        Mistake(
          message: "two problems of split \(split.quoted) have this \(rule.rawValue)", help: nil))
    }
    return .success(problem)
  }
}

/// The way samples of a log find their problems.
package enum PairingRule: String, FieldChoice {
  case prompt, id

  package var meaning: String {
    switch self {
    case .prompt: "the same prompt, but for spaces around it"
    case .id: "the sample's id is the problem's field 'id'"
    }
  }
}
