import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

@Suite struct `An audit of graders` {
  /// Two responses to each of two questions, and one that did not finish.
  private func records() throws -> [ResponseRecord] {
    func line(_ prompt: String, _ sample: Int, _ answer: String, _ finished: Bool = true) -> String
    {
      #"{"split":"test","problem":{"prompt":"\#(prompt)","answer":"0.5","verifier":"exact"},"#
        + #""sample":\#(sample),"text":"-","length":3,"finished":\#(finished),"#
        + #""answer":"\#(answer)","correct":\#(answer == "0.5" && finished)}"#
    }
    let lines = [
      line("a", 0, "0.5"), line("a", 1, "1/2"), line("b", 0, "many"), line("b", 1, "0.6"),
      line("b", 2, "", false),
    ]
    return try JSONLines.decode(
      ResponseRecord.self, from: Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  @Test func `counts answers by the verdicts of both`() throws {
    let audit = try GraderAudit(try records(), against: "number")
    #expect(audit.first == "exact" && audit.second == "number" && audit.answers == 4)
    #expect(audit.counts == [[1, 0, 0], [1, 1, 1], [0, 0, 0]])
    #expect(audit.disagreements == [1, 2])
    #expect(audit.rate == 0.5)
    let interval = try #require(audit.interval)
    #expect(interval.lowerBound < 0.1 && interval.upperBound > 0.9)
    let sentence = try #require(audit.sentence)
    #expect(sentence.hasPrefix("graders disagree on 50.0 % ["))
    #expect(sentence.hasSuffix("] of responses (exact against number)"))
  }

  @Test func `can name both graders, and agrees with itself`() throws {
    let audit = try GraderAudit(try records(), by: "number", against: "number")
    #expect(audit.disagreements.isEmpty && audit.rate == 0)
    #expect(audit.counts == [[2, 0, 0], [0, 1, 0], [0, 0, 1]])
    #expect(throws: ProblemError.unknownVerifier("nmber")) {
      try GraderAudit(try records(), against: "nmber")
    }
    #expect(try GraderAudit([], against: "number").sentence == nil)
  }

  @Test func `is kept by an evaluation and stands under its tables`() throws {
    try GradedPipeline.with { graded in
      let store = try graded.own.store()
      let plain = try graded.run()
      let audited = try graded.run(["eval.audit=number"])
      #expect(audited.drawn == 0)
      func text(_ summary: RunSummary, _ stage: String, _ file: String) throws -> String {
        let artifact = try store.artifact(try #require(summary.digests[stage]))
        return String(decoding: try artifact.read(file), as: UTF8.self)
      }
      let report = try text(audited.summary, "eval", "evaluation.json")
      #expect(report.contains("\"against\": \"number\""))
      #expect(!(try text(plain.summary, "eval", "evaluation.json").contains("against")))
      let note = "Graders disagree on 100.0 % "
      let table = try text(audited.summary, "results", "table.md")
      #expect(table.contains(note), "\(table)")
      #expect(!(try text(plain.summary, "results", "table.md").contains(note)))
    }
  }
}
