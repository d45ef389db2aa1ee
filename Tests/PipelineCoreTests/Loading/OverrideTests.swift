import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct OverrideTests {
  @Test func `setting a field gives the keys that editing the file gives`() throws {
    let edits: [(override: String, from: String, to: String)] = [
      ("rl.train.max_steps=200", "max_steps: 80", "max_steps: 200"),
      ("rl.kl_coef=1e-2", "    reward: {", "    kl_coef: 0.01\n    reward: {"),
      ("rl.sampling.top_k=5", "    reward: {", "    sampling: {top_k: 5}\n    reward: {"),
      ("seeds=[4]", "seeds: [0, 1]", "seeds: [4]"),
      ("numerics=blas", "name: demo", "name: demo\nnumerics: blas"),
      ("eval.inputs.policy=base", "policy: rl,", "policy: base,"),
      (
        "sweep.grid.rl.reward.length_penalty.alpha=[0, 0.5]", "[0, 0.1, 0.4]", "[0, 0.5]"
      ),
      (
        "problems.splits.train={count: 11}", "splits: {train: {count: 10}",
        "splits: {train: {count: 11}"
      ),
    ]
    let original = try keys(wholePipeline)
    for edit in edits {
      let edited = wholePipeline.replacing(edit.from, with: edit.to, maxReplacements: 1)
      #expect(edited != wholePipeline)
      let set = try keys(wholePipeline, [edit.override])
      #expect(set == (try keys(edited)), "\(edit.override)")
      #expect(set != original, "\(edit.override)")
    }
  }

  @Test func `a later override wins`() throws {
    #expect(
      try keys(wholePipeline, ["rl.train.max_steps=5", "rl.train.max_steps=200"])
        == keys(wholePipeline, ["rl.train.max_steps=200"]))
  }

  @Test func `mistakes are reported in the argument`() {
    expectDiagnostics(
      wholePipeline,
      overrides: [
        "rl.train.max_stps=200", "rl.train.max_steps=2.5", "rll.kl_coef=1", "kl_coef", "rl..x=1",
        "rl.kl_coef=", "rl.kl_coef=[1", "stages.rl.kl_coef=1", "seeds=[0, 0]",
        "rl.kl_coef= *a", "sweep.grid.rl.kl_cof=[1]",
      ],
      [
        "--set#1:1:10 unknown field 'max_stps' in 'rl.train' (did you mean 'max_steps'?)",
        "--set#2:1:20 expected a whole number for 'max_steps', found '2.5'",
        "--set#3:1:1 unknown stage or pipeline field 'rll' (did you mean 'rl'?)",
        "--set#4:1:1 expected PATH=VALUE, found 'kl_coef' "
          + "(write the field's path and its value: rl.train.max_steps=200)",
        "--set#5:1:4 a name is missing in the path",
        "--set#6:1:12 a value is missing after '=' (write null for none)",
        "--set#7:1:12 while parsing a flow sequence: did not find expected ',' or ']'",
        "--set#8:1:1 unknown stage or pipeline field 'stages' "
          + "(leave out 'stages.': rl.kl_coef=…)",
        "--set#9:1:11 seed 0 is given twice", "--set#9:1:8 note: first given here",
        "--set#10:1:13 unknown alias '*a' "
          + "(an alias repeats a value further up in the same text, which begins with &a)",
        "--set#11:1:15 unknown field 'kl_cof' in 'rl' (did you mean 'kl_coef'?)",
      ])
  }

  @Test func `setting a swept field is said to change nothing`() {
    expectDiagnostics(
      wholePipeline.replacing("{rl.reward", with: "{①rl.reward"),
      overrides: ["rl.reward.length_penalty.alpha=0.3"],
      [
        "--set#1:1:26 warning: 'rl.reward.length_penalty.alpha' is swept, so setting it here "
          + "changes nothing (sweep another list: "
          + "--set 'sweep.grid.rl.reward.length_penalty.alpha=[…]')",
        "① note: swept here",
      ])
  }

  @Test func `a checkpoint's path starts at the file's folder`() throws {
    try withModelFolder { folder in
      let pipeline = try loaded(
        wholePipeline, overrides: ["rl.inputs.policy={checkpoint: ../model}"],
        directory: folder.appendingPathComponent("bare"))
      let rl = try #require(pipeline.stages.first { $0.name == "rl" })
      #expect(rl.inputs.first?.source == .external(.checkpoint(path: folder.path + "/model")))
    }
  }

  @Test func `a rejected value is not checked as well`() {
    expectDiagnostics(
      wholePipeline,
      overrides: [
        "rl.train.max_steps=!!int 3", "base=!!map {kind: sft}", "base.train.max_steps=2",
      ],
      [
        "--set#1:1:20 tags are not supported "
          + "(the field decides the type; write the plain value)",
        "--set#2:1:6 tags are not supported "
          + "(the field decides the type; write the plain value)",
      ])
    expectDiagnostics(
      "①!!map\nversion: 1\n", overrides: ["name=demo"],
      ["① tags are not supported (the field decides the type; write the plain value)"])
  }
}
