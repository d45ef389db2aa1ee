import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

@Suite struct SweepTests {
  private func file(_ grid: String) -> String {
    """
    version: 1
    name: demo
    stages:
      problems: {kind: problems, splits: {train: {count: 10}}}
      base: {kind: sft, inputs: {data: problems}, train: {learning_rate: 1e-3}}
      rl:
        kind: rl
        inputs: {policy: base, problems: problems}
        train: {learning_rate: 1e-3}
    sweep:
      grid:

    """ + grid.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  @Test func `sweeps are checked by the fields they set`() {
    expectDiagnostics(
      file(
        """
        ①rll.kl_coef: [1]
        rl.train.②lr: [1]
        rl.train.max_steps: [10, ③2.5, ④0]
        ⑤rl: [1]
        rl.⑥kind: [sft]
        ⑦seed: [1]
        ⑧numerics: [exact]
        rl.kl_coef: ⑨0.1
        rl.clip_ratio_low: ⑩[]
        problems.splits.⑪trian.count: [1]
        rl.kl_coef.⑫x: [1]
        rl.loss_agg_mode: [token-mean, ⑬seq_mean_token_mean]
        """),
      [
        "① unknown stage 'rll' (did you mean 'rl'?)",
        "② unknown field 'lr' in 'rl.train' (did you mean 'learning_rate'?)",
        "③ expected a whole number for 'max_steps', found '2.5'",
        "④ expected a whole number from 1 to 1000000 for 'max_steps', found '0'",
        "⑤ a sweep needs a field of 'rl' (write rl.FIELD: [value, value])",
        "⑥ 'kind' cannot be swept",
        "⑦ seeds are not swept here (write 'seeds: [0, 1, 2]' at the top)",
        "⑧ 'numerics' cannot be swept: only fields of stages can",
        "⑨ expected a list of values to sweep, or a map that names them, found '0.1' "
          + "(write a list: [0.1])",
        "⑩ the sweep of 'rl.clip_ratio_low' has no values",
        "⑪ no split 'trian' in 'problems.splits' (did you mean 'train'?)",
        "⑫ 'rl.kl_coef' is a number and has no fields",
        "⑬ unknown value 'seq_mean_token_mean' for 'loss_agg_mode'; expected one of "
          + "token-mean, seq-mean-token-mean (did you mean 'seq-mean-token-mean'?)",
      ])
  }

  @Test func `a value swept twice is run once, with a warning`() throws {
    let text = file("rl.kl_coef: [①0.1, 0, ②1e-1]\n")
    expectDiagnostics(
      text, ["② warning: '0.1' is swept twice; it is run once", "① note: first given here"])
    let yaml = MarkedYAML(text)
    let pipeline = Pipeline.load(
      yaml.source, kinds: PlanningKinds.all, directory: URL(fileURLWithPath: "/")
    ).pipeline
    #expect(pipeline?.axes.map(\.rows) == [[[.float(0.1)], [.float(0)]]])
  }

  @Test func `a group and a field inside it cannot both be swept`() {
    expectDiagnostics(
      file(
        """
        ①rl.reward.length_penalty.alpha: [0.1]
        ②rl.reward.length_penalty: [{alpha: 0.1}, null]
        """),
      [
        "② 'rl.reward.length_penalty' and 'rl.reward.length_penalty.alpha' sweep the same field",
        "① note: also swept here",
      ])
  }

  @Test func `a swept field need not be written in its stage`() throws {
    let pipeline = try loaded(
      file("rl.reward.length_penalty.alpha: [0.1, 0.2]\nrl.sampling.top_k: [null, 5]\n"))
    let points = StageGraph(pipeline).points.filter { $0.stage == "rl" }
    let alpha = ["reward", "length_penalty", "alpha"]
    #expect(
      points.map { $0.config[path: alpha] } == [.float(0.1), .float(0.1), .float(0.2), .float(0.2)])
    #expect(
      points.map { $0.config[path: ["sampling", "top_k"]] } == [.absent, .int(5), .absent, .int(5)])
    #expect(
      points.allSatisfy {
        $0.config[path: ["reward", "length_penalty", "type"]] == .string("sigmoid")
      })
  }

  @Test func `a whole group can be swept`() throws {
    let pipeline = try loaded(
      file("rl.reward.length_penalty: [null, {alpha: 0.1}, {type: linear, alpha: 0.1}]\n"))
    let points = StageGraph(pipeline).points.filter { $0.stage == "rl" }
    #expect(
      points.map(\.address) == [
        "rl[length_penalty=none]", "rl[length_penalty={alpha: 0.1, type: sigmoid}]",
        "rl[length_penalty={alpha: 0.1, type: linear}]",
      ])
  }

  @Test func `a rule broken by one setting points at the swept value`() {
    expectDiagnostics(
      file(
        """
        rl.reward.length_penalty.alpha: [0.1, 0.2]
        rl.sampling.num_generations: [8, ①1]
        """),
      ["① a length penalty compares responses, but there is one (write 2 or more)"])
  }

  @Test func `rules see the axes that split what feeds a stage, as the graph has them`() throws {
    var table = PlanningKinds.table
    table.rule = { _, inputs in
      (inputs["results"] ?? []).map { upstream in
        FieldIssue(
          ["inputs", "results"], "\(upstream.stage): \(upstream.axes.joined(separator: " "))")
      }
    }
    let kinds = StageKinds(
      [table] + PlanningKinds.all.all.filter { $0.name != "table" } as [any StageKind])
    expectDiagnostics(
      wholePipeline.replacing("{results: ", with: "{results: ①"), kinds: kinds,
      ["① eval_base: seed", "① eval: rl.reward.length_penalty.alpha seed"])
    let graph = StageGraph(try loaded(wholePipeline))
    let upstreams = try #require(graph.points.last.map(graph.upstreams)?["results"])
    #expect(upstreams.first?.axes == ["seed"])
    #expect(upstreams.last?.axes == ["rl.reward.length_penalty.alpha", "seed"])
  }

  @Test func `a value the sweep replaces is still checked`() {
    expectDiagnostics(
      file("rl.train.learning_rate: [0.1]\n")
        .replacing("1e-3}\nsweep", with: "①fast}\nsweep"),
      ["① expected a number for 'learning_rate', found 'fast'"])
  }

  @Test func `a sweep too large to run is refused before it is made`() {
    let values = (1...200).map(String.init).joined(separator: ", ")
    expectDiagnostics(
      file(
        """
        rl.train.max_steps: [\(values)]
        rl.sampling.max_new_tokens: [\(values)]
        base.train.max_steps: [\(values)]
        """
      ).replacing("sweep:", with: "①sweep:"),
      [
        "① the sweep splits the pipeline into more than 20000 points and inputs "
          + "(sweep fewer values at once)"
      ])
  }

  @Test func `a sweep too large is refused before any rule is asked`() {
    let asked = Mutex(0)
    var rl = PlanningKinds.rl
    let rule = rl.rule
    rl.rule = { config, inputs in
      asked.withLock { $0 += 1 }
      return rule(config, inputs)
    }
    let kinds = StageKinds(
      [rl] + PlanningKinds.all.all.filter { $0.name != "rl" } as [any StageKind])
    let values = (1...19_000).map(String.init).joined(separator: ", ")
    expectDiagnostics(
      file("rl.train.max_steps: [\(values)]\n").replacing("sweep:", with: "①sweep:"),
      kinds: kinds,
      [
        "① the sweep splits the pipeline into more than 20000 points and inputs "
          + "(sweep fewer values at once)"
      ])
    #expect(asked.withLock { $0 } == 0)
  }
}
