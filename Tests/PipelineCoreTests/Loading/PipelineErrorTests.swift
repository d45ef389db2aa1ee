import Fields
import Foundation
import PipelineCore
import Testing

/// Every mistake that a pipeline file can contain, with its message, its place and its help.
@Suite struct PipelineErrorTests {
  @Test func `a right pipeline has nothing to report`() throws {
    let pipeline = try loaded(wholePipeline)
    #expect(pipeline.name == "demo")
    #expect(
      pipeline.stages.map(\.name) == ["problems", "base", "rl", "eval", "eval_base", "table"])
    #expect(pipeline.axes.map(\.paths) == [["rl.reward.length_penalty.alpha"], ["seed"]])
    #expect(pipeline.axes.first?.rows == [[.float(0)], [.float(0.1)], [.float(0.4)]])
    let rl = try #require(pipeline.stages.first { $0.name == "rl" }).config
    #expect(rl[path: ["sampling", "num_generations"]] == .int(8))
    #expect(rl[path: ["sampling", "top_k"]] == .absent)
    #expect(rl[path: ["train", "max_steps"]] == .int(80))
    #expect(rl[path: ["train", "learning_rate"]] == .float(0.0005))
    #expect(rl[path: ["reward", "length_penalty", "type"]] == .string("sigmoid"))
  }

  @Test func `five independent mistakes are five messages in one pass`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      stages:
        problems:
          kind: problems
          splits: {train: {count: 10, ①dificulty: [1, 2]}}
        base:
          kind: sft
          inputs: {data: problems}
          train: {learning_rate: 1e-3, max_steps: ②8.5}
        rl:
          kind: rl
          inputs: {policy: ③bse, problems: problems}
          loss_agg_mode: ④token_mean
          sampling: {top_p: ⑤1.2}
          train: {learning_rate: 1e-3}
      """,
      [
        "① unknown field 'dificulty' in 'problems.splits.train' (did you mean 'difficulty'?)",
        "② expected a whole number for 'max_steps', found '8.5'",
        "③ unknown stage 'bse' (did you mean 'base'?)",
        "④ unknown value 'token_mean' for 'loss_agg_mode'; "
          + "expected one of token-mean, seq-mean-token-mean (did you mean 'token-mean'?)",
        "⑤ expected a number above 0 and at most 1 for 'top_p', found '1.2'",
      ])
  }

  @Test func `the top of the file is checked`() {
    expectDiagnostics(
      """
      version: ①2
      name: ②My Experiment
      numerics: ③fast
      seeds: [0, 3, ④3, ⑤-1]
      ⑥stges: {}
      """,
      [
        "① expected 1 for 'version', found '2'",
        "② 'My Experiment' cannot name a pipeline "
          + "(start with a lower-case letter; use lower-case letters, digits, _ and -)",
        "③ unknown value 'fast' for 'numerics'; expected one of exact, blas, bf16, bf16_amx",
        "⑤ expected a whole number of at least 0 for 'seeds', found '-1'",
        "⑥ unknown field 'stges' (did you mean 'stages'?)",
      ])
    expectDiagnostics(
      "①name: demo\nseeds: [②3, 0, ③3]\nstages: ④{}\n",
      [
        "① missing field 'version' "
          + "('version' is a whole number, exactly 1: Version of the file format)",
        "③ seed 3 is given twice", "② note: first given here",
        "④ expected a map of stages, found none",
      ])
    for nothing in ["", "# nothing\n"] {
      expectDiagnostics(
        nothing,
        [
          "test.yaml:1:1 the file is empty "
            + "(a pipeline needs 'version', 'name' and 'stages')"
        ])
    }
    expectDiagnostics("①[a, b]\n", ["① a pipeline is a map, but this is a list"])
  }

  /// A stage of a kind among correct stages.
  private func file(_ stage: String) -> String {
    """
    version: 1
    name: demo
    stages:
      problems: {kind: problems, splits: {train: {count: 10}}}
      base:
        kind: sft
        inputs: {data: problems}
        train: {learning_rate: 1e-3}

    """ + stage.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  @Test func `kinds are checked`() {
    expectDiagnostics(
      file("x:\n  kind: ①evl\n"),
      [
        "① unknown kind 'evl'; expected one of problems, sft, rl, eval, table "
          + "(did you mean 'eval'?)"
      ])
    expectDiagnostics(
      file("①x:\n  inputs: {policy: base}\n"),
      ["① missing field 'kind' in 'x' ('kind' is one of problems, sft, rl, eval, table)"])
    expectDiagnostics(
      file("x:\n  ①knid: eval\n  inputs: {policy: base}\n"),
      ["① unknown field 'knid' in 'x' (did you mean 'kind'?)"])
    expectDiagnostics(file("x: ①3\n"), ["① expected a map for stage 'x', found '3'"])
    expectDiagnostics(file("①x:\n"), ["① expected a map for stage 'x', found nothing"])
    expectDiagnostics(
      file("①X1: {kind: problems}\n②seeds: {kind: problems}\n"),
      [
        "① 'X1' cannot name a stage "
          + "(start with a lower-case letter; use lower-case letters, digits, _ and -)",
        "② 'seeds' cannot name a stage: it is a field of the pipeline",
      ])
  }

  @Test func `a stage that is no map is not also an unknown stage`() {
    expectDiagnostics(
      file("x: ①3\ny: {kind: eval, inputs: {policy: x, problems: problems}}\n"),
      ["① expected a map for stage 'x', found '3'"])
  }

  @Test func `inputs are checked`() {
    let forms =
      "a stage's name, {checkpoint: FOLDER}, {file: PATH}, {files: [PATH, …]} or {server: …}"
    expectDiagnostics(
      file(
        """
        a:
          kind: eval
          inputs: {①polcy: base, problems: problems}
        ②b:
          kind: eval
        c:
          kind: problems
          inputs: {③data: problems}
        d:
          kind: eval
          inputs: {policy: ④problems, problems: {checkpoint: ⑤m}}
        e:
          kind: table
          inputs: {results: {base: ⑥base, ok: a, gone: ⑦aa}, note: problems}
        f:
          kind: table
          inputs: {results: ⑧a}
        g:
          kind: table
          inputs: {results: ⑨{}}
        h:
          kind: eval
          inputs: {policy: {⑩checkpint: m}, problems: ⑪[problems]}
        """),
      [
        "① unknown input 'polcy' of 'a'; expected one of policy, problems "
          + "(did you mean 'policy'?)",
        "② missing input 'policy' of 'b' ('policy' takes a model: The model)",
        "② missing input 'problems' of 'b' ('problems' takes problems: The questions)",
        "③ unknown input 'data' of 'c'; 'problems' takes none",
        "④ 'd' takes a model as 'policy', but 'problems' makes problems",
        "⑤ 'd' takes problems as 'problems', but a checkpoint is a model",
        "⑥ 'e' takes responses as 'results', but 'base' makes a model",
        "⑦ unknown stage 'aa'",
        "⑧ expected a map from labels to stages for 'results', found 'a' "
          + "('results' collects several stages: write {a: a})",
        "⑨ 'results' needs at least one stage",
        "⑩ an input is \(forms) (did you mean 'checkpoint'?)",
        "⑪ expected \(forms), found a list",
      ])
  }

  @Test func `a circle of stages is printed`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      stages:
        p: {kind: problems, splits: {train: {count: 1}}}
        a: {kind: rl, inputs: {policy: c, problems: p}, train: {learning_rate: 1}}
        b: {kind: rl, inputs: {policy: ①a, problems: p}, train: {learning_rate: 1}}
        c: {kind: rl, inputs: {policy: b, problems: p}, train: {learning_rate: 1}}
        d: {kind: rl, inputs: {policy: ②d, problems: p}, train: {learning_rate: 1}}
      """,
      [
        "① stages feed each other in a circle: a → b → c → a",
        "② stages feed each other in a circle: d → d",
      ])
  }

  @Test func `missing fields point at their group`() {
    expectDiagnostics(
      file(
        """
        ①a:
          kind: sft
          inputs: {data: problems}
        b:
          kind: rl
          inputs: {policy: base, problems: problems}
          reward: {②length_penalty: {type: linear}}
          ③train: {max_steps: 3}
        """),
      [
        "① missing field 'learning_rate' in 'a.train' "
          + "('learning_rate' is a number, above 0: Step size)",
        "② missing field 'alpha' in 'b.reward.length_penalty' "
          + "('alpha' is a number, at least 0, at most 1: Strength of the penalty)",
        "③ missing field 'learning_rate' in 'b.train' "
          + "('learning_rate' is a number, above 0: Step size)",
      ])
  }

  @Test func `types are checked`() {
    expectDiagnostics(
      file(
        """
        a:
          kind: rl
          inputs: {policy: base, problems: problems}
          split: ①12
          kl_coef: ②"0.1"
          clip_ratio_low: ③.inf
          sampling: {num_generations: ④1e3, max_new_tokens: ⑤99999999999999999999, top_k: null}
          train: {learning_rate: 1, max_steps: ⑥[8], log_gradients: ⑦yes}
        b: {kind: problems, families: ⑧chain, splits: ⑨[1]}
        c:
          kind: problems
          families: ⑩[]
          splits: {⑪a b: {count: 1}, q: {count: 1, difficulty: [1, ⑫x]}}
        d:
          kind: eval
          inputs: {policy: base, problems: problems}
          ⑬splits:
          sampling: {num_generations: ⑭"8", ⑮top_k: , top_p: ⑯nan}
        """),
      [
        "① expected text for 'split', found '12' (put it in quotes: \"12\")",
        "② expected a number for 'kl_coef', found '0.1' (remove the quotes)",
        "③ expected a finite number for 'clip_ratio_low', found '.inf'",
        "④ expected a whole number for 'num_generations', found '1e3' (write 1000)",
        "⑤ expected a whole number from 1 to 100000 for 'max_new_tokens', "
          + "found '99999999999999999999'",
        "⑥ expected a whole number for 'max_steps', found a list",
        "⑦ expected true or false for 'log_gradients', found 'yes' (write true)",
        "⑧ expected a list, each one of chain, scan, search for 'families', found 'chain' "
          + "(write a list: [chain])",
        "⑨ expected a map with a name for each split for 'splits', found a list",
        "⑩ 'families' has 0 values, but must have from 1 to 3",
        "⑪ 'a b' cannot name a split (use letters, digits, _ and -)",
        "⑫ expected a whole number for 'difficulty', found 'x'",
        "⑬ expected a list, each text for 'splits', found nothing "
          + "(leave the field out for its default)",
        "⑭ expected a whole number for 'num_generations', found '8' (remove the quotes)",
        "⑮ expected a whole number for 'top_k', found nothing "
          + "(write null for none, or leave the field out)",
        "⑯ expected a number for 'top_p', found 'nan'",
      ])
  }

  @Test func `a foreign or misplaced name is answered with ours`() {
    expectDiagnostics(
      file(
        """
        a:
          kind: rl
          inputs: {policy: base, problems: problems}
          ①beta: 0.1
          ②clip_ratio: 0.2
          ③rollout: {n: 8}
          ④max_steps: 7
          ⑤temprature: 1
          train: {⑥lr: 1e-3}
        """),
      [
        "① unknown field 'beta' in 'a' (did you mean 'kl_coef'? ('beta' is the KL coefficient "
          + "in TRL and a moment's decay or another weight elsewhere))",
        "② unknown field 'clip_ratio' in 'a' (use 'clip_ratio_low' and 'clip_ratio_high' "
          + "(one 'clip_ratio' leaves open which side it clips))",
        "③ unknown field 'rollout' in 'a' (use 'num_generations' in 'sampling')",
        "④ unknown field 'max_steps' in 'a' ('max_steps' belongs in 'train')",
        "⑤ unknown field 'temprature' in 'a'",
        "⑥ unknown field 'lr' in 'a.train' (did you mean 'learning_rate'?)",
      ])
  }

  @Test func `rules over several fields and stages point at the value`() {
    expectDiagnostics(
      file(
        """
        a:
          kind: rl
          inputs: {policy: base, problems: problems}
          split: ①trian
          sampling: {num_generations: ②1}
          reward: {length_penalty: {alpha: 0.1}}
          train: {learning_rate: 1}
        """),
      [
        "① the problems have no split 'trian'",
        "② a length penalty compares responses, but there is one (write 2 or more)",
      ])
  }

  @Test func `a number too large for any field is answered with both bounds`() {
    expectDiagnostics(
      "version: 1\nname: demo\nseeds: [①99999999999999999999]\nstages: ②{}\n",
      [
        "① expected a whole number from 0 to 9223372036854775807 for 'seeds', "
          + "found '99999999999999999999'",
        "② expected a map of stages, found none",
      ])
  }

  @Test func `a checkpoint's folder is looked for when the file is read`() throws {
    try withModelFolder { folder in
      func stage(_ name: String, _ path: String, _ more: String = "") -> String {
        "\(name): {kind: eval, inputs: {policy: {checkpoint: \(path)}, "
          + "problems: problems}\(more)}\n"
      }
      let path = folder.path
      expectDiagnostics(
        file(
          stage("a", "model") + stage("b", "①nowhere") + stage("c", "②file")
            + stage("d", "③./bare") + stage("e", "④\(path)/bare") + stage("f", "\(path)/model")
            + stage("g", "one.whole") + stage("h", "⑤two.whole")),
        directory: folder,
        [
          "① the folder 'nowhere' does not exist (looked for \(path)/nowhere)",
          "② 'file' is a file, not the folder of a model (looked for \(path)/file)",
          "③ the folder './bare' is not a model: it has no config.json "
            + "(looked for \(path)/bare)",
          "④ the folder \("\(path)/bare".quoted) is not a model: it has no config.json",
          "⑤ the file 'two.whole' does not exist (looked for \(path)/two.whole)",
        ])
    }
  }

  /// Kinds whose table reports an issue on any input, and whose evals do not.
  private var complaining: StageKinds {
    var table = PlanningKinds.table
    table.rule = { _, _ in [FieldIssue(["columns"], "none of the results is swept")] }
    let others = PlanningKinds.all.all.filter { $0.name != "table" }
    return StageKinds(others + [table])
  }

  @Test(arguments: [
    // Mistakes in an upstream stage, an input, the sweep, the seeds, the top level and a `--set`.
    ("max_steps: 80", "max_steps: x"), ("policy: rl,", "policy: rrl,"),
    ("policy: rl,", "policy: problems,"), ("policy: rl,", "policy: eval,"),
    ("policy: rl,", "polcy: rl,"), ("alpha: [0, 0.1, 0.4]", "alpha: [0, 0.1, x]"),
    ("{rl.reward", "{rll.reward"), ("seeds: [0, 1]", "seeds: [0, x]"),
    ("seeds: [0, 1]", "seeds: 2"), ("sweep:", "swep:"), ("kind: rl", "kind: lr"),
    ("grid: {", "grid: &a !!map {"), ("max_steps: 80", "max_steps: 80, max_steps: 81"),
    ("  eval:", "  rl: {kind: rl}\n  eval:"), ("  eval:", "stages:\n  eval:"),
  ])
  func `a mistake elsewhere adds no complaint about several stages`(from: String, to: String) {
    func messages(_ text: String, _ overrides: [String] = []) -> [String] {
      Pipeline.load(
        SourceFile(name: "p", text: text), overrides: overrides, kinds: complaining,
        directory: URL(fileURLWithPath: "/experiments")
      ).diagnostics.map(\.message)
    }
    #expect(messages(wholePipeline) == ["none of the results is swept"])
    let edited = wholePipeline.replacing(from, with: to, maxReplacements: 1)
    #expect(edited != wholePipeline)
    let found = messages(edited)
    #expect(!found.isEmpty && !found.contains("none of the results is swept"), "\(found)")
    #expect(!messages(wholePipeline, ["sweep.grid=[1"]).contains("none of the results is swept"))
    // A missing checkpoint is a separate mistake.
    let missing = messages(wholePipeline, ["eval.inputs.policy={checkpoint: nowhere}"])
    #expect(missing.contains("none of the results is swept") && missing.count == 2)
    // An unknown field at the top level may be a misspelled sweep.
    let beside = messages(wholePipeline + "\nname2: 1\n")
    #expect(beside.count == 1)
  }

  @Test func `a stage written twice is known, and so is a broken one that is swept`() {
    let twice = wholePipeline.replacing("  eval:", with: "  ①rl: {kind: rl}\n  eval:")
    expectDiagnostics(
      twice.replacing("  rl:\n", with: "  ②rl:\n"),
      ["① duplicate key 'rl'", "② note: first given here"])
    let start = "version: 1\nname: demo\nstages:\n  p: {kind: problems}\n"
    let use = "  e: {kind: eval, inputs: {policy: rl, problems: p}}\n"
    expectDiagnostics(
      start + "  ①rl:\n  ②rl: {kind: rl}\n" + use + "sweep: {grid: {rl.kl_coef: [0, 1]}}\n",
      [
        "① expected a map for stage 'rl', found nothing", "② duplicate key 'rl'",
        "① note: first given here",
      ])
    expectDiagnostics(
      start.replacing("stages", with: "①stages") + use + "②stages:\n  rl: {kind: rl}\n",
      ["② duplicate key 'stages'", "① note: first given here"])
  }

  @Test func `every field renamed is refused, at any depth`() throws {
    let file = SourceFile(name: "whole.yaml", text: wholePipeline)
    let root = try #require(YAMLComposer.compose(file).root)
    let keys = declaredKeys(in: root, names: [])
    #expect(keys.count > 30)
    for key in keys {
      var lines = wholePipeline.split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
      let line = lines[key.range.line - 1]
      let place = line.index(line.startIndex, offsetBy: key.range.column - 1)
      lines[key.range.line - 1] = line[..<place] + "zq" + line[place...]
      let (pipeline, diagnostics) = Pipeline.load(
        SourceFile(name: "renamed.yaml", text: lines.joined(separator: "\n")),
        kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/"))
      #expect(pipeline == nil, "\(key.text ?? "")")
      #expect(diagnostics.contains { $0.range.line == key.range.line }, "\(key.text ?? "")")
    }
  }

  /// All keys except those the user chooses: names of stages, splits and labels.
  private func declaredKeys(in node: YAMLNode, names: [String]) -> [YAMLNode] {
    let isSampled = ["stages", "splits", "results"].contains(names.last ?? "")
    return (node.entries ?? []).flatMap { entry in
      (isSampled ? [] : [entry.key]) + declaredKeys(in: entry.value, names: names + [entry.name])
    }
  }

  @Test func `positions count scalars past emoji and tabs`() {
    expectDiagnostics(
      """
      version: 1
      name: demo
      description: "🦙"
      stages: {problems: {kind: problems, splits: {train: {count: 1}}}, # 日本
      \t x: {kind: ①"🦙🦙", ②y: 1}}
      """,
      ["① unknown kind '🦙🦙'; expected one of problems, sft, rl, eval, table"])
  }
}
