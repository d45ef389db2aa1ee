import Foundation
import PipelineCore
import Testing

@Suite(.timeLimit(.minutes(120))) struct `Trying stages from the command line` {
  private let file = "pipelines/small.yaml"
  private let tiny = ["--set", "base.train.max_steps=4", "--set", "rl.train.max_steps=2"]

  @Test func `every stage can be tried, and nothing is stored`() throws {
    try withProject { folder in
      func attempt(_ arguments: String...) throws -> LaconicProcess.Outcome {
        let outcome = try LaconicProcess.run(["try", file] + arguments + tiny, in: folder)
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        return outcome
      }
      // Problems are made for it; a model is not.
      let base = try attempt("base", "--limit", "2")
      #expect(base.status == 0, "\(base.errors)")
      #expect(base.output.contains("made for this trial, since the store has no result of it"))
      #expect(base.output.contains("step 2, example 2, "))
      #expect(!base.output.contains("example 3"))
      #expect(base.output.contains("⟦"))
      #expect(base.output.contains("\n    ids "))
      #expect(base.output.contains("  loss "))
      #expect(base.output.hasSuffix("\nnothing was stored\n"))
      let missing = try attempt("eval")
      #expect(missing.status == 1)
      #expect(
        missing.errors == """
          laconic: 'eval' needs 'rl', and the store has no result of it
          make it with:
            laconic run pipelines/small.yaml rl --set base.train.max_steps=4 --set \
          rl.train.max_steps=2

          """)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/artifacts"))

      // The command that was printed makes it, and no more.
      let run = try LaconicProcess.run(["run", file, "rl"] + tiny, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let store = Store(readOnly: folder.appendingPathComponent("artifacts"))
      #expect(try store.run("latest").points.map(\.address) == ["problems", "base", "rl"])
      let before = try contents(of: folder)
      let eval = try attempt("eval", "--limit", "3")
      #expect(eval.status == 0, "\(eval.errors)")
      #expect(eval.output.contains("easy 3 of 3: "))
      #expect(eval.output.contains(" of 12 right; "))
      let rl = try attempt("rl", "--limit", "2", "--steps", "1")
      #expect(rl.status == 0, "\(rl.errors)")
      #expect(rl.output.contains("rewards of "))
      #expect(rl.output.contains("  completions/mean_length "))
      #expect(!rl.output.contains("step 2"))
      let problems = try attempt("problems", "--limit", "1")
      #expect(problems.output.contains("easy 1 of 40: chain, difficulty 1, answer "))
      #expect(try contents(of: folder) == before)
    }
  }

  /// The files of the store with their sizes.
  private func contents(of folder: URL) throws -> [String] {
    let root = folder.path + "/artifacts"
    let paths = try #require(FileManager.default.enumerator(atPath: root)).compactMap {
      $0 as? String
    }
    return try paths.sorted().map { path in
      let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
      return "\(path) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
    }
  }
}
