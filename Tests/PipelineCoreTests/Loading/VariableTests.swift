import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

/// Tests of `vars`, and of `${vars.x}` in values.
@Suite struct VariableTests {
  private func file(_ vars: String, rl: String = "", tail: String = "") -> String {
    """
    version: 1
    name: demo
    vars:
    \(vars.split(separator: "\n").map { "  \($0)\n" }.joined())\
    stages:
      problems: {kind: problems, splits: {train: {count: 10}}}
      base: {kind: sft, inputs: {data: problems}, train: {learning_rate: 1e-3}}
      rl:
        kind: rl
        inputs: {policy: base, problems: problems}
        train: {learning_rate: 1e-3}
    \(rl.split(separator: "\n").map { "    \($0)\n" }.joined())\(tail)
    """
  }

  @Test func `a value that is one variable takes its value, type and all`() throws {
    let used = file(
      """
      kl: 1e-2
      penalty: {alpha: 0.1, type: linear}
      clip: "${vars.kl}"
      sampling: {top_k: null, num_generations: 4}
      """,
      rl: """
        kl_coef: ${vars.kl}
        clip_ratio_low: "${vars.clip}"
        reward: {length_penalty: "${vars.penalty}"}
        sampling: ${vars.sampling}
        clip_ratio_high: ${vars.penalty.alpha}
        """)
    let written = file(
      "unused: 0",
      rl: """
        kl_coef: 1e-2
        clip_ratio_low: 1e-2
        reward: {length_penalty: {alpha: 0.1, type: linear}}
        sampling: {top_k: null, num_generations: 4}
        clip_ratio_high: 0.1
        """
    ).replacing("vars:\n  unused: 0\n", with: "")
    #expect(try keys(used) == keys(written))
  }

  @Test func `within text a variable's text is put in, and $${ is two characters`() throws {
    let pipeline = try loaded(
      file(
        "part: ain\nn: 1\nexponent: -3",
        rl: "kl_coef: ${vars.n}e${vars.exponent}\nsplit: tr${vars.part}",
        tail: "description: n=${vars.n}, $${vars.n}, $5, \"$$${\"\n"))
    #expect(pipeline.description == "n=1, ${vars.n}, $5, \"$${\"")
    #expect(pipeline.stages[2].config["split"] == .string("train"))
    #expect(pipeline.stages[2].config["kl_coef"] == .float(1e-3))
  }

  @Test func `what is no variable, or has no value, says so where it stands`() {
    expectDiagnostics(
      file(
        """
        alpha: 0.1
        a: ⑪${vars.b}
        b: ⑫${vars.a}
        group: {x: 1}
        """,
        rl: """
          kl_coef: ①${vars.alhpa}
          clip_ratio_low: ②${vars.alpha * 2}
          clip_ratio_high: ③${env.CLIP}
          split: x-④${vars.group}
          loss_agg_mode: ⑤${alpha}
          sampling: {top_p: "⑥${vars.group.y}", top_k: "⑦${vars.alpha.z}"}
          reward: ⑧${vars.alpha
          """, tail: "    inputs: {}\n"
      ).replacing("    inputs: {}\n", with: "seeds: [\"⑨${vars.a}\", \"⑩${vars.}\"]\n"),
      [
        "⑫ variables use each other in a circle: a → b → a",
        "① unknown variable 'vars.alhpa' (did you mean 'alpha'?)",
        "② '${vars.alpha * 2}' is not a variable (write ${vars.NAME}; nothing is computed)",
        "③ '${env.CLIP}' is not a variable (the environment is not read; write ${vars.NAME}, "
          + "and --set vars.NAME=… to change it)",
        "④ 'vars.group' is a map, which cannot stand inside text "
          + "(write \"${vars.group}\" alone as the value)",
        "⑤ '${alpha}' is not a variable (write ${vars.alpha})",
        "⑥ unknown variable 'vars.group.y' ('vars.group' has x)",
        "⑦ unknown variable 'vars.alpha.z' ('vars.alpha' is '0.1')",
        "⑧ a '${' is not closed (close it with '}', or write '$${' for the two characters)",
        "⑩ '${vars.}' is not a variable (write ${vars.NAME}; nothing is computed)",
      ])
  }

  @Test func `a mistake in a variable's value shows the use and where it is written`() {
    expectDiagnostics(
      file(
        "kl: ①fast\nsampling: {num_generations: 4, ②topp: 1}\nsteps: ③2.5\nmore: ④${vars.steps}",
        rl: "kl_coef: ⑤${vars.kl}\nsampling: ⑥${vars.sampling}\nsplit: ${vars.kl}",
        tail: "sweep:\n  grid: {rl.train.max_steps: [10, ⑦\"${vars.more}\"]}\n"),
      [
        "⑤ expected a number for 'kl_coef', found 'fast'",
        "① note: 'vars.kl' is written here",
        "⑥ unknown field 'topp' in 'rl.sampling' (did you mean 'top_p'?)",
        "② note: 'vars.sampling' is written here",
        "⑦ expected a whole number for 'max_steps', found '2.5'",
        "④ note: 'vars.more' is written here", "③ note: 'vars.steps' is written here",
      ])
  }

  @Test func `--set changes a variable everywhere, and may use one`() throws {
    let text = file(
      "kl: 0\nclip: {low: 0.1}", rl: "kl_coef: ${vars.kl}\nclip_ratio_low: ${vars.clip.low}")
    #expect(
      try keys(text, ["vars.kl=0.5", "vars.clip.low=0.3"])
        == keys(text.replacing("kl: 0\n", with: "kl: 0.5\n").replacing("0.1}", with: "0.3}")))
    #expect(
      try keys(text, ["rl.train.max_steps=7"])
        == keys(text, ["rl.train.max_steps=${vars.new}", "vars.new=7"]))
    expectDiagnostics(
      text, overrides: ["vars.kl=slow", "vars=3"],
      [
        "test.yaml:13:14 expected a number for 'kl_coef', found 'slow'",
        "--set#1:1:9 note: 'vars.kl' is written here",
        "--set#2:1:6 expected a map for 'vars', found '3'",
      ])
  }

  @Test func `a variable that only --set knows is a mistake`() {
    let text = file("limit: 0", rl: "kl_coef: ${vars.limit}")
    expectDiagnostics(
      text, overrides: ["vars.limti=64", "vars={limit: 1, other: 2}"],
      [
        "--set#1:1:6 unknown variable 'limti' (did you mean 'limit'?)",
        "--set#2:1:17 unknown variable 'other' (expected limit)",
      ])
    // A variable that is used, and one set by an override, are not reported.
    expectDiagnostics(
      file("spare: 0", rl: "kl_coef: ${vars.given}\nclip_ratio_low: ${vars.spare}"),
      overrides: ["vars.given=0.5"], [])
  }

  @Test func `a variable that nothing uses is said`() {
    expectDiagnostics(
      file("kl: 0\n①spare: 1", rl: "kl_coef: ${vars.kl}"),
      ["① warning: nothing uses the variable 'spare'"])
    expectDiagnostics(
      file("①a b: 1"), ["① 'a b' cannot name a variable (use letters, digits, _ and -)"])
    expectDiagnostics(
      "version: 1\nname: demo\nvars: ①3\nstages: {p: {kind: problems}}\n",
      ["① expected a map for 'vars', found '3'"])
  }

  @Test func `variables cannot be made to explode`() {
    var vars = "v0: [a, a, a, a, a, a, a, a, a, a]\n"
    for index in 1...9 {
      let use = "\"${vars.v\(index - 1)}\""
      vars += "v\(index): [\(Array(repeating: use, count: 10).joined(separator: ", "))]\n"
    }
    let deep = (1...5000).map { "w\($0): \"[${vars.w\($0 + 1)}]\"\n" }.joined() + "w5001: 1\n"
    for (vars, message) in [
      (vars, "the variables make more than 512 KiB of values"),
      (deep, "variables use each other more than 32 levels deep"),
    ] {
      var diagnostics: [Diagnostic] = []
      let took = processorSeconds {
        diagnostics =
          Pipeline.load(
            SourceFile(name: "test.yaml", text: file(vars, rl: "kl_coef: ${vars.v9}")),
            kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/")
          ).diagnostics
      }
      #expect(diagnostics.first { $0.message == message } != nil)
      #expect(took < 2)
    }
  }

  @Test func `an unquoted variable inside braces is answered with quotes`() {
    expectDiagnostics(
      "version: 1\nname: demo\nvars: {x: 1}\nstages: {a: $①{vars.x}}\n",
      [
        "① did not find expected ',' or '}' "
          + "(put a value with '${' in quotes between { } or [ ])",
        "test.yaml:4:9 note: while parsing a flow mapping",
      ])
  }
}
