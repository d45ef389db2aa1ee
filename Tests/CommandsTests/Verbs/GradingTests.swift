import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Grading on the command line` {
  @Test func `judges answers of a file, and refuses names that do not exist`() throws {
    try withProject { folder in
      let lines = """
        {"answer": "0.5", "reference": "1/2"}
        {"answer": "many", "reference": "2"}

        """
      try Data(lines.utf8).write(to: folder.appendingPathComponent("a.jsonl"))
      let graded = try LaconicProcess.run(["grade", "a.jsonl", "--verifier", "number"], in: folder)
      #expect(graded.status == 0)
      #expect(graded.output.contains("right       0.5  (right: 1/2)"))
      #expect(graded.output.contains("unreadable  many"))
      let wrong = try LaconicProcess.run(["grade", "a.jsonl", "--verifier", "nmber"], in: folder)
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("unknown verifier 'nmber'"))
    }
  }

  @Test func `of stored responses draws nothing, and audits them`() throws {
    try withProject { folder in
      let quick = ["--set", "base.train.max_steps=2", "--set", "rl.train.max_steps=1"]
      let file = ["pipelines/small.yaml"] + quick
      let early = try LaconicProcess.run(["regrade"] + file, in: folder)
      #expect(early.status == 2)
      #expect(early.errors.contains("since 'base' was not run"), "\(early.errors)")
      #expect(try LaconicProcess.run(["run"] + file, in: folder).status == 0)
      let again = try LaconicProcess.run(["regrade"] + file, in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.output.contains("eval: 0 of 160 verdicts changed"), "\(again.output)")
      let other = try LaconicProcess.run(
        ["regrade"] + file + ["--set", "eval.sampling.temperature=0.3"], in: folder)
      #expect(other.status == 2)
      #expect(other.errors.contains("'eval': 160 of 160 responses are not stored"))
      let audit = try LaconicProcess.run(
        ["grade", "--audit", "eval", "--against", "exact", "--json"], in: folder)
      #expect(audit.status == 0)
      #expect(audit.output.contains("\"against\": \"exact\""))
    }
  }
}
