import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of anchors, aliases and merge keys in pipelines.
@Suite struct AnchoredFileTests {
  private let anchored = """
    version: 1
    name: demo
    vars: {kl: 0.5, draw: &draw {num_generations: 4, top_p: "${vars.heat}"}, heat: 0.6}
    stages:
      problems: {kind: problems, splits: {train: {count: 10}, test: {count: 5}}}
      base: &sft
        kind: sft
        inputs: {data: problems}
        train: &schedule {learning_rate: 1e-3, max_steps: &steps 80}
      short:
        <<: *sft
        train: {<<: *schedule, max_steps: 40}
      rl:
        kind: rl
        inputs: {policy: short, problems: problems}
        sampling: {<<: *draw, top_k: 5}
        kl_coef: ${vars.kl}
        train: {learning_rate: 1e-3, max_steps: *steps}
      eval: {kind: eval, inputs: {policy: rl, problems: problems}, sampling: *draw}
    """
  private let written = """
    version: 1
    name: demo
    stages:
      problems: {kind: problems, splits: {train: {count: 10}, test: {count: 5}}}
      base:
        kind: sft
        inputs: {data: problems}
        train: {learning_rate: 1e-3, max_steps: 80}
      short:
        kind: sft
        inputs: {data: problems}
        train: {learning_rate: 1e-3, max_steps: 40}
      rl:
        kind: rl
        inputs: {policy: short, problems: problems}
        sampling: {num_generations: 4, top_p: 0.6, top_k: 5}
        kl_coef: 0.5
        train: {learning_rate: 1e-3, max_steps: 80}
      eval:
        kind: eval
        inputs: {policy: rl, problems: problems}
        sampling: {num_generations: 4, top_p: 0.6}
    """

  private func resolved(_ text: String) throws -> ResolvedPipeline {
    let (resolved, diagnostics) = Pipeline.resolve(
      SourceFile(name: "test.yaml", text: text), kinds: PlanningKinds.all,
      directory: URL(fileURLWithPath: "/experiments"))
    #expect(diagnostics.map(\.message) == [])
    return try #require(resolved)
  }

  @Test func `points, canonical bytes and keys are those of the file written out`() throws {
    let (first, second) = (
      StageGraph(try loaded(anchored)).points, StageGraph(try loaded(written)).points
    )
    #expect(first.map(\.address) == second.map(\.address))
    #expect(first.map(testKey) == second.map(testKey))
    for (one, other) in zip(first, second) {
      #expect(
        StageKey.canonicalBytes(of: one, inputs: [], fingerprint: "")
          == StageKey.canonicalBytes(of: other, inputs: [], fingerprint: ""))
    }
  }

  @Test func `the resolved pipeline is written out, and says where values are from`() throws {
    #expect(try resolved(anchored).yaml() == resolved(written).yaml())
    let origins = try resolved(anchored).yaml(showsOrigins: true)
      .split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
      .map { $0.joined(separator: " ") }
    #expect(origins.contains("max_steps: 40 # test.yaml:12"))
    #expect(origins.contains("max_steps: 80 # test.yaml:9, *steps at test.yaml:18"))
    #expect(
      origins.contains(
        "top_p: 0.6 # test.yaml:3, *draw at test.yaml:16, vars.heat at test.yaml:3"))
  }

  @Test func `a mistake is shown where it was written, with its use`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      stages:
        problems: {kind: problems, splits: {train: {count: 10}}}
        base: {kind: sft, inputs: {data: problems}, train: &t {learning_rate: ①x, ②stps: 3}}
        ⑤other:
          kind: sft
          inputs: {data: problems}
          ⑥train:
            <<: ③*t
            max_steps: ④no
      """,
      [
        "① expected a number for 'learning_rate', found 'x'",
        "② unknown field 'stps' in 'base.train'",
        "② unknown field 'stps' in 'other.train'", "③ note: '*t' is used here",
        "④ expected a whole number for 'max_steps', found 'no'",
      ])
  }

  @Test func `a stage whose merge fails gives one message`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      stages:
        problems: &problem {kind: problems, splits: {train: {count: 10}}}
        base: {<<: ①*problems, inputs: {data: problems}, train: {learning_rate: 1}}
        eval: {kind: eval, inputs: {policy: base, problems: problems}}
      """,
      ["① unknown alias '*problems' (did you mean '*problem'?)"])
  }

  @Test func `anchors are of one text, and overrides come after them`() throws {
    let set = try loaded(anchored, overrides: ["short.train.max_steps=7", "rl.kl_coef=&a 0"])
    let steps = set.stages.map { $0.config[path: ["train", "max_steps"]] }
    #expect(steps[1...3] == [.int(80), .int(7), .int(80)])
    let files = MemoryFiles(texts: ["/project/pipelines/base.yaml": anchored])
    let (_, found) = Pipeline.load(
      SourceFile(
        name: "test.yaml", text: "extends: base.yaml\nstages: {eval: {sampling: *draw}}\n"),
      kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/project/pipelines"), files: files)
    #expect(found.map(\.message) == ["unknown alias '*draw'"])
  }

  @Test func `a variable that only aliases use is used`() {
    let (_, found) = Pipeline.load(
      SourceFile(
        name: "test.yaml",
        text: written.replacing("stages:", with: "vars: {a: &a 80, b: 1, c: *a}\nstages:")
          .replacing("max_steps: 80", with: "max_steps: *a")),
      kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/experiments"))
    #expect(
      found.map(\.message) == [
        "nothing uses the variable 'b'", "nothing uses the variable 'c'",
      ])
  }
}
