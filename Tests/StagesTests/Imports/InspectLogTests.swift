import Foundation
import Reasoning
import Stages
import Testing

@Suite struct `Logs of inspect` {
  @Test func `have the verdicts of their scorer, and epochs as samples of a question`() throws {
    let responses = try ImportedLogs.responses(of: try ImportedLogs.log("inspect.json"))
    #expect(
      responses.map { "\($0.problem.prompt) \($0.sample) \($0.answer) \($0.verdict)" } == [
        "What is 7 + 5? 0 12 right", "What is 7 + 5? 1 1 wrong",
        "What is 9 - 4? 0 is wrong", "What is 9 - 4? 1 is wrong",
        "What is 6 * 3? 0 18 right", "What is 6 * 3? 1 18 right",
        "What is 8 / 2? 0 4 right",
        "What is 3 + 3? 0 6 right", "What is 3 + 3? 1  unreadable",
      ])
    #expect(responses.allSatisfy { $0.split == "test" })
    #expect(responses[0].problem.fields?["id"] == .string("q0"))
  }

  @Test func `keep reasoning apart, with its tokens`() throws {
    let responses = try ImportedLogs.responses(of: try ImportedLogs.log("inspect.json"))
    let thought = responses[4]
    #expect(thought.text == "<think>\n6 times 3 is 6 + 6 + 6.\n</think>\n\nThe answer is 18")
    #expect(thought.tokenCount == 21)
    #expect(thought.thinkingTokenCount == 13)
    #expect(thought.answerTokenCount == 8)
  }

  @Test func `have lengths where the log has them, and are cut where it says so`() throws {
    let responses = try ImportedLogs.responses(of: try ImportedLogs.log("inspect.json"))
    #expect(responses[2].stop == "length")
    #expect(!responses[2].isFinished)
    #expect(responses[0].tokenCount == 6)
    #expect(responses[0].stop == "stop_token")
    #expect(responses.map(\.hasLength) == [true, true, true, true, true, true, true, false, false])
  }

  @Test func `count a sample that failed apart, unless it is asked to be wrong`() throws {
    let log = try ImportedLogs.log("inspect.json")
    let (left, summary) = try ImportedLogs.stored(log)
    #expect(left.count == 9)
    #expect(summary.contains("\"samples\": 10,\n      \"responses\": 9,\n      \"errored\": 1,"))
    #expect(summary.contains("\"model\": \"mockllm/model\""))
    let all = try ImportedLogs.responses(of: log, fields: ["errors: wrong"])
    #expect(all.count == 10)
    let failed = try #require(all.first { $0.stop == "error" })
    #expect(failed.problem.prompt == "What is 8 / 2?")
    #expect(!failed.isFinished && failed.verdict == .wrong)
    let refused = try ImportedLogs.mistakes(in: log, fields: ["errors: refuse"])
    #expect(refused.count == 1)
    #expect(refused[0].contains("the sample failed: RuntimeError('the server is gone')"))
  }

  @Test func `are judged again where a verifier is given, and both are compared`() throws {
    let (responses, summary) = try ImportedLogs.stored(
      try ImportedLogs.log("inspect.json"), fields: ["verifier: number"])
    #expect(
      responses.map(\.isCorrect) == [true, false, false, false, true, true, true, true, false])
    #expect(responses.allSatisfy { $0.problem.verifier == "number" })
    #expect(summary.contains("\"judged_twice\": 9,\n      \"agreed\": 9"))
  }

  static let head = #"{"version": 2, "status": "success", "eval": {"model": "m"}, "samples": ["#

  static func sample(_ scores: String, _ more: String = "") -> String {
    #"{"id": 1, "epoch": 1, "input": "q", "target": "a", "output": {"choices": [{"message": "#
      + #"{"role": "assistant", "content": "text"}, "stop_reason": "stop"}]}, "scores": \#(scores)"#
      + more + "}"
  }

  @Test(arguments: [
    (#"{"s": {"value": "C"}}"#, Verdict.right), (#"{"s": {"value": "I"}}"#, .wrong),
    (#"{"s": {"value": "P"}}"#, .wrong), (#"{"s": {"value": "N"}}"#, .unreadable),
    (#"{"s": {"value": 1}}"#, .right), (#"{"s": {"value": 0.9}}"#, .wrong),
    (#"{"s": {"value": true}}"#, .right), (#"{"s": {"value": "yes"}}"#, .right),
    (#"{"s": {"value": "0"}}"#, .wrong),
  ])
  func `are read by inspect's values`(scores: String, verdict: Verdict) throws {
    let log = Self.head + Self.sample(scores) + "]}"
    #expect(try ImportedLogs.responses(of: Data(log.utf8)).map(\.verdict) == [verdict])
  }

  @Test func `take partial credit for right where the threshold says so`() throws {
    let log = Self.head + Self.sample(#"{"s": {"value": "P"}}"#) + "]}"
    let responses = try ImportedLogs.responses(of: Data(log.utf8), fields: ["threshold: 0.5"])
    #expect(responses.map(\.verdict) == [.right])
  }

  @Test func `count a score that is not a number as not scored`() throws {
    let log =
      Self.head + Self.sample(#"{"s": {"value": NaN}}"#) + ","
      + Self.sample(#"{"s": {"value": "C"}}"#) + "]}"
    let (responses, summary) = try ImportedLogs.stored(Data(log.utf8))
    #expect(responses.count == 1)
    #expect(summary.contains("\"unscored\": 1"))
  }

  @Test func `need a metric where there are several scorers or values`() throws {
    let two = Self.head + Self.sample(#"{"a": {"value": "C"}, "b": {"value": "I"}}"#) + "]}"
    let mistakes = try ImportedLogs.mistakes(in: Data(two.utf8))
    #expect(mistakes.count == 1)
    #expect(
      mistakes[0].hasSuffix("has several metrics: 'a', 'b'; write 'metric: a' or another of them"))
    let chosen = try ImportedLogs.responses(of: Data(two.utf8), fields: ["metric: b"])
    #expect(chosen.map(\.verdict) == [.wrong])
    let parts = Self.head + Self.sample(#"{"a": {"value": {"x": 1, "y": 0}}}"#) + "]}"
    let part = try ImportedLogs.responses(of: Data(parts.utf8), fields: ["metric: a.y"])
    #expect(part.map(\.verdict) == [.wrong])
    let unknown = try ImportedLogs.mistakes(in: Data(parts.utf8), fields: ["metric: a.z"])
    #expect(unknown[0].contains("the log has no metric 'a.z'"))
  }

  @Test func `count the tokens of all turns, and say so`() throws {
    let turns =
      #", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "one"}, "#
      + #"{"role": "user", "content": "and?"}, {"role": "assistant", "content": "text"}], "#
      + #""model_usage": {"m": {"output_tokens": 30}, "judge": {"output_tokens": 500}}"#
    let log = Self.head + Self.sample(#"{"s": {"value": "C"}}"#, turns) + "]}"
    let (responses, summary) = try ImportedLogs.stored(Data(log.utf8))
    #expect(responses.map(\.tokenCount) == [30])
    #expect(responses.map(\.text) == ["text"])
    #expect(summary.contains("\"several_turns\": 1"))
  }

  @Test func `of a response that was cut keep the verdict of the log`() throws {
    let log =
      Self.head
      + Self.sample(#"{"s": {"value": "C"}}"#).replacing(#""stop""#, with: #""max_tokens""#) + "]}"
    let (responses, summary) = try ImportedLogs.stored(Data(log.utf8))
    #expect(responses.map(\.verdict) == [.right])
    #expect(responses.map(\.isFinished) == [true])
    #expect(responses.map(\.stop) == ["length"])
    #expect(summary.contains("\"right_though_cut\": 1"))
  }
}
