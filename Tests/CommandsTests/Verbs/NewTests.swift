import Foundation
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `A new pipeline` {
  /// Overrides that make the template's pipeline quick.
  private let tiny = [
    "problems.splits.train.count=60", "problems.splits.easy.count=4", "base.train.max_steps=3",
    "rl.train.max_steps=1", "rl.train.prompts_per_step=2", "rl.sampling.max_new_tokens=12",
    "eval.sampling.max_new_tokens=12",
  ].flatMap { ["--set", $0] }

  @Test func `validates as it is, and runs`() throws {
    try withProject { folder in
      let new = try LaconicProcess.run(["new", "my-first_1"], in: folder)
      #expect(new.status == 0, "\(new.errors)")
      #expect(new.output.contains("laconic run my-first_1.yaml"))
      let text = try String(
        contentsOf: folder.appendingPathComponent("my-first_1.yaml"), encoding: .utf8)
      #expect(text.contains("\nname: my-first_1\n"))
      #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })

      let validate = try LaconicProcess.run(["validate", "my-first_1.yaml"], in: folder)
      #expect(validate.output == "my-first_1.yaml: valid: 5 stages, 7 points\n")
      #expect(validate.errors.isEmpty)
      let run = try LaconicProcess.run(["run", "my-first_1.yaml"] + tiny, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("alpha"))
    }
  }

  @Test func `never takes the place of a file`() throws {
    try withProject { folder in
      let file = folder.appendingPathComponent("mine.yaml")
      try Data("precious".utf8).write(to: file)
      let outcome = try LaconicProcess.run(["new", "mine"], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors == "laconic: 'mine.yaml' already exists; nothing was written\n")
      #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
      // A dangling link is not overwritten either.
      try FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent("link.yaml").path,
        withDestinationPath: "nowhere.yaml")
      #expect(try LaconicProcess.run(["new", "link"], in: folder).status == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/nowhere.yaml"))
    }
  }

  @Test(arguments: ["", "My", "1st", "a/b", "../a", "a.yaml", "-a", "é", "a b", "a\nb"])
  func `has a plain name`(name: String) throws {
    try withProject { folder in
      #expect(try LaconicProcess.run(["new", name], in: folder).status == 64)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!files.contains { $0.hasSuffix(".yaml") })
    }
  }
}
