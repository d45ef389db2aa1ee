import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// Verifier, reference answer and the rule that finds answers decide verdicts and no drawing.
@Suite(.timeLimit(.minutes(120)))
struct `Responses that were graded before` {
  private func verdicts(
    _ records: [ResponseRecord], finished: Bool = true
  ) -> Set<Reasoning.Verdict> {
    Set(records.filter { $0.isFinished == finished }.map(\.verdict))
  }

  @Test func `are graded anew by another verifier, and none is drawn`() throws {
    try GradedPipeline.with { graded in
      let first = try graded.run()
      #expect(first.drawn == 12)
      #expect(first.records.contains { $0.isFinished })
      #expect(verdicts(first.records) == [.wrong])

      let number = try graded.run(["data.verifier=number"])
      #expect(number.drawn == 0)
      #expect(verdicts(number.records) == [.unreadable])
      #expect(verdicts(number.records, finished: false) == [.wrong])
      #expect(number.records.map(\.tokens) == first.records.map(\.tokens))

      let regex = try graded.run(["data.verifier=regex", #"data.pattern=(?:.|\n)*"#])
      #expect(regex.drawn == 0)
      #expect(verdicts(regex.records) == [.right])
      #expect(verdicts(regex.records, finished: false) == [.wrong])
      // The same bytes as if they had been drawn so.
      try GradedPipeline.with { fresh in
        let alone = try fresh.run(["data.verifier=regex", #"data.pattern=(?:.|\n)*"#])
        #expect(alone.drawn == 12)
        #expect(alone.summary.digests["eval"] == regex.summary.digests["eval"])
      }
    }
  }

  @Test func `are read anew by another answer rule and for another reference`() throws {
    try GradedPipeline.with { graded in
      let first = try graded.run()
      let hash = try graded.run(["response_format.answer=[hash]"])
      #expect(hash.drawn == 0)
      #expect(hash.records.allSatisfy { $0.answer.isEmpty })
      #expect(first.records.contains { !$0.answer.isEmpty })

      let answer = try #require(first.records.first { $0.isFinished })
      let line = try JSONSerialization.data(
        withJSONObject: ["prompt": answer.problem.prompt, "answer": answer.answer])
      try graded.own.write(line + Data("\n".utf8), to: "test.jsonl")
      let right = try graded.run()
      #expect(right.drawn == 0)
      #expect(right.records.count == 4)
      #expect(right.records.contains { $0.tokens == answer.tokens && $0.isCorrect })
    }
  }

  @Test func `to another prompt are drawn, by whatever verifier`() throws {
    try GradedPipeline.with { graded in
      _ = try graded.run()
      let lines =
        #"{"prompt": "1 + 1 =", "answer": "2"}"# + "\n" + #"{"prompt": "9", "answer": "9"}"#
      try graded.own.write(Data((lines + "\n").utf8), to: "test.jsonl")
      #expect(try graded.run(["data.verifier=number"]).drawn == 4)
    }
  }

  @Test func `tell unreadable answers apart in bytes, reports and tables`() throws {
    try GradedPipeline.with { graded in
      let store = try graded.own.store()
      func stored(_ summary: RunSummary) throws -> (responses: String, report: String) {
        let artifact = try store.artifact(try #require(summary.digests["eval"]))
        return (
          String(decoding: try artifact.read("responses.jsonl"), as: UTF8.self),
          String(decoding: try artifact.read("evaluation.json"), as: UTF8.self)
        )
      }
      let exact = try stored(try graded.run().summary)
      #expect(!exact.responses.contains("unreadable") && !exact.report.contains("unreadable"))
      let number = try graded.run(["data.verifier=number"])
      let texts = try stored(number.summary)
      let count = number.records.count { $0.verdict == .unreadable }
      #expect(texts.responses.matches(of: /"correct":false,"unreadable":true/).count == count)
      #expect(texts.report.contains("\"unreadable\": \(count)"))
      let table = try #require(number.summary.digests["results"])
      let rows = String(decoding: try store.artifact(table).read("table.csv"), as: UTF8.self)
      #expect(rows.contains("unreadable"))
    }
  }
}
