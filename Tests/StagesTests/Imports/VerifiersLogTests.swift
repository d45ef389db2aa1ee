import Foundation
import Reasoning
import Stages
import Testing

@Suite struct `Logs of verifiers` {
  @Test func `in results are right from the threshold of their reward on`() throws {
    let log = try ImportedLogs.log("verifiers_results.jsonl")
    let (responses, summary) = try ImportedLogs.stored(log)
    // The first of two rollouts has a reward of 1.2, the second of 0.2; one failed.
    #expect(responses.map(\.sample) == [0, 1, 0, 1, 0, 1, 0, 0, 1])
    #expect(
      responses.map(\.isCorrect) == [true, false, true, false, true, false, true, true, false])
    #expect(summary.contains("\"errored\": 1"))
    #expect(responses[0].problem.prompt == "What is 7 + 5?")
    #expect(responses[0].problem.answer == "12")
    #expect(responses[3].stop == "length" && !responses[3].isFinished)
    let high = try ImportedLogs.responses(of: log, fields: ["threshold: 1.3"])
    #expect(high.allSatisfy { !$0.isCorrect })
    let named = try ImportedLogs.responses(of: log, fields: ["metric: format_reward"])
    #expect(named.allSatisfy { $0.isCorrect })
  }

  @Test func `in traces follow the messages of the model to their rewards and tokens`() throws {
    let (responses, summary) = try ImportedLogs.stored(
      try ImportedLogs.log("verifiers_traces.jsonl"))
    #expect(responses.count == 8)
    #expect(summary.contains("\"errored\": 1") && summary.contains("\"unscored\": 1"))
    let first = try #require(responses.first)
    #expect(first.problem.prompt == "What is 7 + 5?" && first.problem.answer == "12")
    #expect(first.problem.fields?["id"] == .string("sums/0"))
    #expect(first.text == "<think>\nI count.\n</think>\n\n\\boxed{12}")
    #expect(first.tokenCount == 15 && first.thinkingTokenCount == 5)
    #expect(first.verdict == .right && first.stop == "stop_token")
    #expect(responses.contains { $0.stop == "length" && !$0.isFinished })
  }

  @Test func `find answers as a response format says`() throws {
    let responses = try ImportedLogs.responses(
      of: try ImportedLogs.log("verifiers_results.jsonl"),
      fields: ["verifier: number", "fields: {level: info.level}"])
    // Without a format the answer is the whole text, which is not a number.
    #expect(responses.allSatisfy { !$0.isCorrect })
    #expect(responses[0].problem.fields?["level"] == .int(1))
  }
}
