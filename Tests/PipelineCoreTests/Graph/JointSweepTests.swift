import Fields
import Foundation
import PipelineCore
import Testing

/// Tests of `zip` and `points`: fields that change together.
@Suite struct JointSweepTests {
  private func addresses(_ sweep: String, of stage: String) throws -> [String] {
    StageGraph(try loaded(sweptFile(sweep))).points.filter { $0.stage == stage }.map(\.address)
  }

  @Test func `a zip pairs its lists, and what follows one field is split by it alone`() throws {
    let zip = "zip: {base.train.max_steps: [100, 100, 200], rl.kl_coef: [0, 0.1, 0.2]}"
    #expect(
      try addresses(zip, of: "base") == ["base[max_steps=100]", "base[max_steps=200]"])
    #expect(
      try addresses(zip, of: "rl") == [
        "rl[max_steps=100,kl_coef=0]", "rl[max_steps=100,kl_coef=0.1]",
        "rl[max_steps=200,kl_coef=0.2]",
      ])
    let graph = StageGraph(try loaded(sweptFile(zip)))
    for point in graph.points {
      for input in point.inputs where input.label == nil {
        #expect(input.point.allSatisfy(point.point.contains))
      }
    }
    let last = try #require(graph.points.first { $0.address == "rl[max_steps=200,kl_coef=0.2]" })
    #expect(last.config["kl_coef"] == .float(0.2))
    #expect(
      last.dependencies.map { graph.points[$0].address } == ["problems", "base[max_steps=200]"])
    #expect(graph.points.last?.inputs.count == 3)
  }

  @Test func `grid, zip and points are combined`() throws {
    let sweep = """
      points:
        - {rl.sampling.top_k: 5, rl.sampling.top_p: 0.9}
        - {rl.sampling.top_p: 1, rl.sampling.top_k: null}
      zip: {rl.kl_coef: [0, 0.1], rl.clip_ratio_low: [0.1, 0.2]}
      grid: {rl.train.max_steps: [1, 2]}
      """
    let points = StageGraph(try loaded(sweptFile(sweep))).points.filter { $0.stage == "rl" }
    #expect(points.count == 8)
    #expect(
      points.first?.address
        == "rl[max_steps=1,kl_coef=0,clip_ratio_low=0.1,top_k=5,top_p=0.9]")
    #expect(points[1].config[path: ["sampling", "top_k"]] == .absent)
    #expect(Set(points.map(\.address)).count == 8)
    #expect(Set(points.map(testKey)).count == 8)
  }

  @Test func `points are the keys of single runs`() throws {
    let graph = StageGraph(
      try loaded(
        sweptFile(
          "points: [{rl.kl_coef: 0.5, rl.train.max_steps: 3}, "
            + "{rl.kl_coef: 0, rl.train.max_steps: 9}]"
        )))
    let single = StageGraph(
      try loaded(sweptFile("grid: {}"), overrides: ["rl.kl_coef=0.5", "rl.train.max_steps=3"]))
    let first = try #require(graph.points.first { $0.stage == "rl" })
    #expect(testKey(first) == testKey(try #require(single.points.first { $0.stage == "rl" })))
  }

  @Test func `rows and fields that are alike collapse`() throws {
    let text = sweptFile(
      """
      points:
        - {①rl.kl_coef: 0.1, rl.train.max_steps: 5}
        - {②rl.kl_coef: 1e-1, rl.train.max_steps: 5}
        - {rl.kl_coef: 0.2, rl.train.max_steps: 5}
      """)
    let place = text.replacing("①", with: "").replacing("②", with: "")
    expectDiagnostics(
      text.replacing("①rl.kl_coef: ", with: "rl.kl_coef: ①").replacing(
        "②rl.kl_coef: ", with: "rl.kl_coef: ②"),
      ["② warning: '0.1, 5' is swept twice; it is run once", "① note: first given here"])
    let pipeline = try #require(
      Pipeline.load(
        SourceFile(name: "test.yaml", text: place), kinds: PlanningKinds.all,
        directory: URL(fileURLWithPath: "/")
      ).pipeline)
    // A field that never changes is not shown.
    #expect(
      StageGraph(pipeline).points.filter { $0.stage == "rl" }.map(\.address) == [
        "rl[kl_coef=0.1]", "rl[kl_coef=0.2]",
      ])
  }

  @Test func `mistakes in zip and points are shown`() {
    expectDiagnostics(
      sweptFile("zip: {①rl.kl_coef: [0, 1], ②rl.train.max_steps: [1, 2, 3]}"),
      [
        "② 'rl.train.max_steps' has 3 values, but 'rl.kl_coef' has 2: "
          + "a zip takes its lists element by element",
        "① note: the other list",
      ])
    expectDiagnostics(
      sweptFile(
        """
        grid: {①rl.kl_coef: [0, 1]}
        zip: {②rl.kl_coef: [1, 2], rl.clip_ratio_low: [0, ③7]}
        points: [{④rl.kl_coef: 1}, ⑤3, {rll.x: 1}]
        """),
      [
        "② 'rl.kl_coef' is swept already", "① note: also swept here",
        "③ expected a number of at least 0 and at most 1 for 'clip_ratio_low', found '7'",
        "④ 'rl.kl_coef' is swept already", "① note: also swept here",
        "⑤ expected a map from fields to values for a point, found '3'",
        "test.yaml:15:33 this point does not set 'rl.kl_coef', as the first does "
          + "(every point sets the same fields)",
        "④ note: set here",
        "test.yaml:15:33 this point sets 'rll.x', but the first does not "
          + "(every point sets the same fields)",
        "④ note: the first point",
      ])
    expectDiagnostics(
      sweptFile("points: ①{rl.kl_coef: 1}\nzip: ②[1]"),
      [
        "① expected a list of points, found a map "
          + "(write - {STAGE.field: value, STAGE.field: value})",
        "② expected a map from fields to lists for 'zip', found a list "
          + "(write STAGE.field.path: [value, value])",
      ])
    expectDiagnostics(
      sweptFile("grid: {①vars.x: [1, 2]}"),
      [
        "① 'vars' cannot be swept: only fields of stages can "
          + "(list the fields that use it under 'zip')"
      ])
  }

  @Test func `a rule broken by one row points at its value`() {
    expectDiagnostics(
      sweptFile(
        "zip: {rl.reward.length_penalty.alpha: [0.1, 0.2], rl.sampling.num_generations: [8, ①1]}"),
      ["① a length penalty compares responses, but there is one (write 2 or more)"])
  }

  @Test func `--set replaces a zipped list`() throws {
    let text = sweptFile("zip: {rl.kl_coef: [0, 1], rl.train.max_steps: [1, 2]}")
    let set = try loaded(
      text, overrides: ["sweep.zip.rl.kl_coef=[5]", "sweep.zip.rl.train.max_steps=[6]"])
    #expect(set.axes.map(\.rows) == [[[.float(5), .int(6)]]])
    #expect(
      try loaded(text, overrides: ["sweep.zip=null", "sweep.points=[{rl.kl_coef: 3}]"]).axes
        .map(\.paths) == [["rl.kl_coef"]])
  }
}
