import Fields
import Reasoning

/// The counts of one log that was read, for `import.json` and for what a run says.
struct ImportSummary: Sendable {
  /// A response on which the log and our verifier do not agree.
  struct Disagreement: Sendable {
    let prompt: String
    let answer: String
    let reference: String
    let log: Verdict
    let verifier: Verdict
  }

  /// The most disagreements that are kept.
  static let mostDisagreements = 100

  let label: String
  let format: String
  /// The model that the log names; nil if it names none.
  var model: String?
  /// The metric that was taken as the grade; nil if none was.
  var metric: String?
  var samples = 0
  var responses = 0
  var errored = 0
  var unscored = 0
  var withoutTokenCounts = 0
  /// Responses that ended at a limit and that the log counts as right.
  var rightThoughCut = 0
  /// Responses of conversations with several generations.
  var severalTurns = 0
  /// Responses that both the log and our verifier judged, and on how many they agree.
  var judgedTwice = 0
  var agreed = 0
  var disagreements: [Disagreement] = []

  init(label: String, format: String) {
    self.label = label
    self.format = format
  }

  mutating func compare(_ disagreement: Disagreement) {
    judgedTwice += 1
    // An answer that cannot be read is not right for either.
    guard (disagreement.log == .right) != (disagreement.verifier == .right) else {
      agreed += 1
      return
    }
    if disagreements.count < Self.mostDisagreements { disagreements.append(disagreement) }
  }

  /// Sentences about everything that is not an ordinary response.
  var sentences: [String] {
    func count(_ number: Int, _ one: String, _ many: String) -> String? {
      number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
    }
    let parts = [
      count(errored, "sample failed in the log", "samples failed in the log"),
      count(unscored, "sample was not scored", "samples were not scored"),
      count(
        rightThoughCut, "response was cut and yet counts as right there",
        "responses were cut and yet count as right there"),
      count(
        severalTurns, "response has several turns", "responses have several turns"),
      withoutTokenCounts == 0
        ? nil
        : "\(withoutTokenCounts) of \(responses) responses have no token counts, so metrics of "
          + "tokens have no value",
      judgedTwice == agreed
        ? nil
        : "the verifier and the log disagree on \(judgedTwice - agreed) of \(judgedTwice)",
    ].compactMap { $0 }
    return parts.isEmpty ? [] : ["'\(label)': " + parts.joined(separator: "; ")]
  }

  var json: JSONText {
    var members: [(String, JSONText)] = [
      ("label", .string(label)), ("format", .string(format)),
    ]
    if let model { members.append(("model", .string(model))) }
    if let metric { members.append(("metric", .string(metric))) }
    members += [
      ("samples", .int(samples)), ("responses", .int(responses)), ("errored", .int(errored)),
      ("unscored", .int(unscored)), ("without_token_counts", .int(withoutTokenCounts)),
      ("right_though_cut", .int(rightThoughCut)), ("several_turns", .int(severalTurns)),
    ]
    guard judgedTwice > 0 else { return .object(members) }
    members += [
      ("judged_twice", .int(judgedTwice)), ("agreed", .int(agreed)),
      ("disagreements", .array(disagreements.map(\.json))),
    ]
    return .object(members)
  }
}

extension ImportSummary.Disagreement {
  fileprivate var json: JSONText {
    .object([
      ("prompt", .string(prompt)), ("answer", .string(answer)), ("reference", .string(reference)),
      ("log", .string(log.rawValue)), ("verifier", .string(verifier.rawValue)),
    ])
  }
}
