import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Mistakes in logs` {
  static let line =
    #"{"doc_id": 0, "doc": {}, "target": "4", "arguments": {"gen_args_0": {"arg_0": "2+2?", "#
    + #""arg_1": {}}}, "resps": [["4"]], "filtered_resps": ["4"], "filter": "none", "#
    + #""metrics": ["exact_match"], "exact_match": 1}"#

  @Test(
    arguments: [
      // A half-written last line.
      (line + "\n" + line.prefix(60), "2:", "the last line is not whole"),
      (line + "\n{\"doc_id\": tru}\n", "2:12: not valid JSON", "a value is missing"),
      // A list where a text is needed, and other members of the wrong sort.
      (
        line.replacing(#""resps": [["4"]]"#, with: #""resps": 4"#), "1:",
        "expected a list of responses in 'resps'"
      ),
      (line.replacing(#""doc_id": 0, "#, with: ""), "1:1:", "not a log that is known"),
      (line.replacing("1}", with: "[1, 2]}"), "1:1:", "'exact_match' is a list, not a grade"),
      ("", "1:1:", "the log holds no sample"),
      (#"{"results": {}, "configs": {}, "versions": {}}"#, "1:1:", "take samples_TASK_DATE.jsonl"),
      (#"{"env_id": "e", "num_examples": 5}"#, "1:1:", "take results.jsonl beside it"),
      (#"{"some": 1}"#, "1:1:", "write 'format' (lm_eval, inspect, verifiers)"),
      (#"[{"some": 1}]"#, "1:1:", "not valid JSON: an object is missing"),
      ("PK\u{3}\u{4}rest", "1:1:", "inspect log convert"),
      (
        #"{"version": 4, "eval": {}, "samples": []}"#, "1:2:",
        "version 4 of inspect's schema; 1 and 2 are known"
      ),
      (#"{"version": 2, "eval": {}, "samples": [{"id": 1"#, "1:", "not written to its end"),
      (
        InspectLogTests.withImage, "1:", "has a part that is not text: image"
      ),
    ] as [(String, String, String)])
  func `are told at their place`(text: String, place: String, part: String) throws {
    let mistakes = try ImportedLogs.mistakes(in: Data(text.utf8))
    let first = try #require(mistakes.first)
    #expect(first.hasPrefix(place), "\(first)")
    #expect(first.contains(part), "\(first)")
  }

  @Test func `of another tool than is asked for are told with the right one`() throws {
    let mistakes = try ImportedLogs.mistakes(
      in: Data(Self.line.utf8), fields: ["format: verifiers"])
    #expect(
      mistakes == ["1:1: this is not a log of 'verifiers'; it looks like one of 'lm_eval'"])
  }

  @Test func `in fields are told where the members are`() throws {
    let missing = try ImportedLogs.mistakes(
      in: Data(Self.line.utf8), fields: ["fields: {prompt: doc.question}"])
    #expect(missing.count == 1)
    #expect(missing[0].hasPrefix("1:1: missing member 'doc.question' for the prompt"))
    let wrong = try ImportedLogs.mistakes(
      in: Data(Self.line.utf8), fields: ["fields: {difficulty: target}"])
    #expect(wrong[0].hasPrefix("1:26: expected a whole number from 1 to 6 for the difficulty"))
  }

  @Test func `do not keep a log of deep or broken nesting from being read in time`() throws {
    let deep = String(repeating: "[", count: 200_000)
    let mistakes = try ImportedLogs.mistakes(
      in: Data((Self.line.dropLast() + ", \"more\": " + deep).utf8))
    #expect(mistakes.count == 1)
    let closed = deep + String(repeating: "]", count: 200_000)
    let nested = try ImportedLogs.mistakes(
      in: Data((Self.line.dropLast() + ", \"more\": " + closed + "}").utf8))
    #expect(nested.count == 1 && nested[0].contains("nested too deep"))
  }

  @Test func `of Python's own are none`() throws {
    let text = Self.line.dropLast() + #", "stderr": NaN, "note": "half \ud83d of a pair"}"#
    #expect(try ImportedLogs.mistakes(in: Data(text.utf8)).isEmpty)
  }

  /// Mistakes in a pipeline, each with a part of the message about it.
  @Test(arguments: [
    ("format: inspekt", "did you mean 'inspect'?"),
    ("token_counts: tokenizer", "'token_counts: tokenizer' needs a tokenizer"),
    ("pair_by: id", "'pair_by' needs the input 'problems'"),
    ("split: Test", "not a valid split name"),
    ("fields: {promt: doc.q}", "did you mean 'prompt'?"),
    ("verifier: numbr", "did you mean 'number'?"),
  ])
  func `in the stage are told before anything runs`(field: String, part: String) throws {
    try OwnData.with { own in
      try own.write(Data(Self.line.utf8), to: "test.json")
      let found = own.load(ImportedLogs.yaml(fields: [field])).diagnostics
      #expect(
        found.contains { ($0.message + " " + ($0.help ?? "")).contains(part) },
        "\(found.map { $0.message + "; " + ($0.help ?? "") })")
    }
  }
}

private enum InspectLogTests {
  static let withImage =
    #"{"version": 2, "eval": {}, "samples": [{"id": 1, "epoch": 1, "input": [{"role": "user", "#
    + #""content": [{"type": "text", "text": "q"}, {"type": "image", "image": "x"}]}], "#
    + #""target": "a", "output": {"choices": [{"message": {"role": "assistant", "content": "t"}, "#
    + #""stop_reason": "stop"}]}, "scores": {"s": {"value": "C"}}}]}"#
}
