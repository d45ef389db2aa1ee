import Fields
import Reasoning

/// One response in a foreign log, in the words that all formats share.
struct ImportedSample: Sendable {
  /// The name of the question in its log.
  var id: String
  /// The number of the repeat, from 1, where the log numbers them.
  var repetition: Int?
  var prompt = ""
  /// The reference answer as the log has it; nil if the log has none.
  var target: String?
  /// The text before the answer that the log keeps apart; nil if it keeps none.
  var thinking: String?
  var text = ""
  /// The answer that the log extracted; nil if it keeps none.
  var answer: String?
  /// True if the log's extraction found no answer.
  var foundNoAnswer = false
  /// All grades of the log, by name.
  var grades: [(name: String, value: JSONText)] = []
  /// The tokens of the response; nil if the log does not say.
  var tokenCount: Int?
  var thinkingTokenCount: Int?
  /// The reason for the end in the words of the log; nil if it does not say.
  var stop: String?
  /// False if a limit ended the response.
  var isFinished = true
  /// The error that took the place of a response; nil if there is a response.
  var error: String?
  /// The number of further generations of the same conversation, whose texts are not in `text`.
  var earlierTurns = 0

  init(id: String) { self.id = id }
}

/// A place for what a format finds in one record.
struct RecordReading: Sendable {
  var samples: [ImportedSample] = []
  var mistakes: [Diagnosis] = []
  /// The record's own version of a grade that several records of one response share, such as the
  /// filter of lm-evaluation-harness; nil if there is one record for a response.
  var variant: String?

  /// A mistake at a member of the record.
  struct Diagnosis: Sendable {
    let message: String
    let path: [String]
    let help: String?
  }

  mutating func report(_ message: String, at path: [String], help: String? = nil) {
    mistakes.append(Diagnosis(message: message, path: path, help: help))
  }

  /// Reports the first part of messages that is not text.
  /// - Parameter holder: what has the part, with its article.
  mutating func report(otherParts parts: [String], of holder: String, at path: [String]) {
    guard let part = parts.first else { return }
    report(
      "\(holder) has a part that is not text: \(part)", at: path,
      help: "responses with images or sound cannot be compared by their text")
  }
}

/// A grade of a log, read as a verdict.
enum ForeignGrade: Sendable, Hashable {
  case verdict(Verdict)
  /// The log holds that the response was not scored.
  case unscored
  /// Not a grade: a text, a list.
  case unreadable

  /// Reads a value.
  ///
  /// inspect's letters are those of its scorers: correct, incorrect, partial (half of a point), no
  /// answer. A response without an answer is unreadable, not wrong. A score that is not a number
  /// is inspect's mark of a response that was not scored.
  /// - Parameter threshold: the least number that counts as right.
  init(_ value: JSONText?, threshold: Double) {
    func verdict(_ number: Double) -> ForeignGrade {
      number.isNaN ? .unscored : .verdict(number >= threshold ? .right : .wrong)
    }
    switch value {
    case nil, .null?: self = .unscored
    case .bool(let flag)?: self = verdict(flag ? 1 : 0)
    case .string(let text)?:
      switch text {
      case "C": self = verdict(1)
      case "I": self = verdict(0)
      case "P": self = verdict(0.5)
      case "N": self = .verdict(.unreadable)
      default:
        switch text.lowercased() {
        case "true", "yes", "correct": self = verdict(1)
        case "false", "no", "incorrect": self = verdict(0)
        default: self = Double(text).map(verdict) ?? .unreadable
        }
      }
    case let value?: self = value.numberValue.map(verdict) ?? .unreadable
    }
  }
}
