import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of swept values with names, and of optional groups that are swept.
@Suite struct NamedSweepTests {
  private func points(_ text: String, of stage: String) throws -> [StagePoint] {
    StageGraph(try loaded(text)).points.filter { $0.stage == stage }
  }

  private let named = """
    grid:
      rl.reward:
        none: {}
        length: {length_penalty: {alpha: 0.1}}
    """

  @Test func `points have the names, and the keys of the pipelines written by hand`() throws {
    for stage in ["rl", "eval"] {
      let swept = try points(sweptFile(named), of: stage)
      #expect(swept.map(\.address) == ["\(stage)[reward=none]", "\(stage)[reward=length]"])
      let without = try points(sweptFile("grid: {}"), of: stage)
      let with = try points(
        sweptFile("grid: {}", reward: "{length_penalty: {alpha: 0.1}}"), of: stage)
      for (point, written) in zip(swept, without + with) {
        #expect(point.config == written.config)
        #expect(bytes(point) == bytes(written))
      }
    }
  }

  private func bytes(_ point: StagePoint) -> [UInt8] {
    StageKey.canonicalBytes(of: point, inputs: [], fingerprint: "")
  }

  @Test func `an optional group is present at some points, with or without names`() throws {
    let list = sweptFile("grid: {rl.reward.length_penalty: [null, {alpha: 0.1}]}")
    let names = sweptFile("grid: {rl.reward.length_penalty: {without: null, with: {alpha: 0.1}}}")
    #expect(
      try points(list, of: "rl").map(\.address) == [
        "rl[length_penalty=none]", "rl[length_penalty={alpha: 0.1, type: sigmoid}]",
      ])
    #expect(
      try points(names, of: "rl").map(\.address) == [
        "rl[length_penalty=without]", "rl[length_penalty=with]",
      ])
    #expect(try points(list, of: "rl").map(testKey) == points(names, of: "rl").map(testKey))
    #expect(
      try points(names, of: "rl").map { $0.config[path: ["reward", "length_penalty"]].isAbsent }
        == [true, false])
  }

  @Test func `what collects the points sees the names`() throws {
    let table = try #require(try points(sweptFile(named), of: "table").first)
    #expect(table.inputs.map { $0.point.map(\.shown) } == [[.string("none")], [.string("length")]])
    let renamed = try points(sweptFile(named.replacing("none:", with: "plain:")), of: "table")
    #expect(testKey(table) != testKey(renamed[0]))
    let lines = StageKey.compute(
      point: table,
      inputs: table.inputs.map {
        KeyInput(role: $0.role, label: $0.label, point: $0.point, digest: "d")
      }, fingerprint: ""
    ).preimage.map(\.path)
    #expect(lines.contains("inputs.results.rl[rl.reward=none]"))
  }

  @Test func `names go with a zip, and stages are split by them alone`() throws {
    let zip = """
      zip:
        rl.reward: {none: {}, length: {length_penalty: {alpha: 0.1}}, again: {}}
        base.train.max_steps: [1, 1, 2]
      """
    #expect(
      try points(sweptFile(zip), of: "base").map(\.address) == [
        "base[max_steps=1]", "base[max_steps=2]",
      ])
    #expect(
      try points(sweptFile(zip), of: "rl").map(\.address) == [
        "rl[reward=none,max_steps=1]", "rl[reward=length,max_steps=1]",
        "rl[reward=again,max_steps=2]",
      ])
  }

  @Test func `the resolved pipeline keeps the names`() throws {
    for sweep in [
      named, "grid: {rl.reward.length_penalty: {without: null, with: {alpha: 0.1}}}",
    ] {
      let (resolved, _) = Pipeline.resolve(
        SourceFile(name: "test.yaml", text: sweptFile(sweep)), kinds: PlanningKinds.all,
        directory: URL(fileURLWithPath: "/"))
      let yaml = try #require(resolved).yaml()
      #expect(
        StageGraph(try loaded(yaml)).points.map(\.address)
          == StageGraph(try loaded(sweptFile(sweep))).points.map(\.address), "\(yaml)")
      #expect(
        StageGraph(try loaded(yaml)).points.map(testKey)
          == StageGraph(try loaded(sweptFile(sweep))).points.map(testKey))
    }
  }

  @Test func `values of one meaning are run once, under the first name`() {
    expectDiagnostics(
      sweptFile(
        """
        grid:
          rl.reward.length_penalty:
            a: ①{alpha: 0.1}
            b: {alpha: 0.2}
            c: ②{alpha: 1e-1, type: sigmoid}
        """),
      ["② warning: 'c' is the same as 'a', which alone is run", "① note: first given here"])
  }

  @Test func `mistakes in names are shown`() {
    expectDiagnostics(
      sweptFile(
        """
        grid:
          rl.reward: {①length_penalty: {alpha: 0.1}}
          rl.train.max_steps: {②1: 3, ③true: 4, ④a b: 5}
          rl.kl_coef: ⑤{}
          base.train.max_steps: {one: ⑥x, two: 2}
          rl.clip_ratio_low: {one: 0.1, ⑦one: 0.2}
        """.replacing("{one: 0.1", with: "{⑧one: 0.1")),
      [
        "① expected a name for each value of 'rl.reward', found the field 'length_penalty' "
          + "(write a list of values, [{length_penalty: …}], or name them: "
          + "{NAME: {length_penalty: …}})",
        "② '1' cannot name a value "
          + "(use letters, digits, _ and -, but no number, and neither true, false nor null)",
        "③ 'true' cannot name a value "
          + "(use letters, digits, _ and -, but no number, and neither true, false nor null)",
        "④ 'a b' cannot name a value "
          + "(use letters, digits, _ and -, but no number, and neither true, false nor null)",
        "⑤ the sweep of 'rl.kl_coef' has no values",
        "⑥ expected a whole number for 'max_steps', found 'x'",
        "⑦ duplicate key 'one'", "⑧ note: first given here",
      ])
    // A value may have the name of the field that it writes.
    expectDiagnostics(
      sweptFile("grid: {rl.reward: {none: {}, length_penalty: {length_penalty: {alpha: 0.1}}}}"), []
    )
  }
}
