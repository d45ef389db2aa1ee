import Foundation
import Reasoning
import Stages
import Testing

@Suite struct `Samples of lm-evaluation-harness` {
  @Test func `have the grades of the filter that is asked for`() throws {
    let log = try ImportedLogs.log("lm_eval.jsonl")
    let flexible = try ImportedLogs.responses(
      of: log, fields: ["filter: flexible-extract", "fields: {prompt: doc.question}"])
    // The harness reports 0.8 and 0 for its two filters.
    #expect(flexible.count { $0.isCorrect } == 4)
    #expect(flexible.map(\.problem.prompt).first == "What is 7 + 5?")
    #expect(flexible.map(\.problem.answer) == ["12", "5", "18", "4", "6"])
    #expect(flexible[0].text == " 11" && flexible[0].answer == "11")
    let strict = try ImportedLogs.responses(of: log, fields: ["filter: strict-match"])
    #expect(strict.count { $0.isCorrect } == 0)
    // The filter found no answer at all.
    #expect(strict.allSatisfy { $0.verdict == .unreadable && $0.answer.isEmpty })
    #expect(strict[0].problem.prompt == "Question: What is 7 + 5?\nAnswer:")
  }

  @Test func `of several filters are refused until one is named`() throws {
    let log = try ImportedLogs.log("lm_eval.jsonl")
    #expect(
      try ImportedLogs.mistakes(in: log) == [
        "1:1: the log grades every response by 2 filters: 'strict-match', 'flexible-extract'; "
          + "write 'filter: strict-match' or another of them"
      ])
    let wrong = try ImportedLogs.mistakes(in: log, fields: ["filter: flexible-extrac"])
    #expect(wrong.count == 1 && wrong[0].contains("did you mean 'flexible-extract'?"))
  }

  @Test func `have no lengths, which is said`() throws {
    let (responses, summary) = try ImportedLogs.stored(
      try ImportedLogs.log("lm_eval.jsonl"), fields: ["filter: strict-match"])
    #expect(responses.allSatisfy { !$0.hasLength && $0.tokenCount == 0 })
    #expect(summary.contains("\"without_token_counts\": 5"))
  }

  @Test func `of choices take the likeliest, by the accuracy that is asked for`() throws {
    let log = try ImportedLogs.log("lm_eval_choice.jsonl")
    let responses = try ImportedLogs.responses(of: log)
    #expect(responses.count { $0.isCorrect } == 1)
    #expect(responses[0].text == " 1" && responses[0].answer == "0")
    #expect(responses[0].problem.answer == "1")
    // The harness reports 0.2 for acc and 0.4 for acc_norm.
    let other = try ImportedLogs.responses(of: log, fields: ["metric: acc_norm"])
    #expect(other.count { $0.isCorrect } == 2)
  }

  @Test func `with repeats under one grade need a verifier, which judges each`() throws {
    let log = try ImportedLogs.log("lm_eval_repeats.jsonl")
    #expect(
      try ImportedLogs.mistakes(in: log) == [
        "1:1: the log has one grade for all repeats of a question, not one for each; "
          + "write 'verifier' to judge every response"
      ])
    let responses = try ImportedLogs.responses(of: log, fields: ["verifier: number"])
    #expect(responses.count == 15)
    #expect(responses.map(\.sample) == (0..<5).flatMap { _ in [0, 1, 2] })
    #expect(responses[3].text == " 2" && responses[3].verdict == .wrong)
  }

  @Test func `of older versions are lists, without names of metrics`() throws {
    let line =
      #"{"doc_id": 7, "doc": {"q": "2+2"}, "target": 4, "#
      + #""arguments": [["Q: 2+2 A:", {"until": ["\n"]}]], "#
      + #""resps": [["4"]], "filtered_resps": ["4"], "acc": 1.0}"#
    let responses = try ImportedLogs.responses(of: Data(line.utf8))
    #expect(responses.map(\.isCorrect) == [true])
    #expect(responses[0].problem.prompt == "Q: 2+2 A:" && responses[0].problem.answer == "4")
  }

  @Test func `of conversations ask the last of the user's messages`() throws {
    let line =
      #"{"doc_id": 0, "doc": {}, "target": "4", "arguments": {"gen_args_0": {"arg_0": "#
      + #"["[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", "#
      + #"\"content\": \"2+2?\"}]"], "arg_1": {}}}, "resps": [["4"]], "filtered_resps": ["4"], "#
      + #""filter": "none", "metrics": ["exact_match"], "exact_match": 1}"#
    let responses = try ImportedLogs.responses(of: Data(line.utf8))
    #expect(responses.map(\.problem.prompt) == ["2+2?"])
  }

  @Test func `find the reference in a worked solution`() throws {
    let line =
      #"{"doc_id": 0, "doc": {}, "target": "2+2 is 4\n#### 4", "arguments": {"gen_args_0": "#
      + #"{"arg_0": "2+2?", "arg_1": {}}}, "resps": [["so 4"]], "filtered_resps": ["4"], "#
      + #""filter": "none", "metrics": ["exact_match"], "exact_match": 0}"#
    let (responses, summary) = try ImportedLogs.stored(
      Data(line.utf8), fields: ["verifier: number", "reference: hash"])
    #expect(responses.map(\.problem.answer) == ["4"])
    #expect(responses.map(\.verdict) == [.right])
    #expect(summary.contains(#""log": "wrong""#) && summary.contains(#""verifier": "right""#))
  }
}
