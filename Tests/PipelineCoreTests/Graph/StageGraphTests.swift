import Fields
import Foundation
import PipelineCore
import TestSupport
import Testing

@Suite struct StageGraphTests {
  private func addresses(_ graph: StageGraph, of stage: String) -> [String] {
    graph.points.filter { $0.stage == stage }.map(\.address)
  }

  @Test func `a grid of three by two makes six points with names`() throws {
    let graph = StageGraph(
      try loaded(
        wholePipeline.replacing(
          "[0, 0.1, 0.4]}", with: "[0, 0.1, 0.4], rl.train.max_steps: [80, 160]}"),
        overrides: ["seeds=[7]"]))
    #expect(
      addresses(graph, of: "rl") == [
        "rl[alpha=0,max_steps=80]", "rl[alpha=0,max_steps=160]",
        "rl[alpha=0.1,max_steps=80]", "rl[alpha=0.1,max_steps=160]",
        "rl[alpha=0.4,max_steps=80]", "rl[alpha=0.4,max_steps=160]",
      ])
    let rl = graph.points.filter { $0.stage == "rl" }
    #expect(rl.allSatisfy { $0.seed == 7 })
    #expect(rl[3].config[path: ["reward", "length_penalty", "alpha"]] == .float(0.1))
    #expect(rl[3].config[path: ["train", "max_steps"]] == .int(160))
    #expect(rl.map { $0.point.map(\.label) } == Array(repeating: ["alpha", "max_steps"], count: 6))
  }

  @Test func `what a sweep does not reach is one point`() throws {
    let graph = StageGraph(try loaded(wholePipeline))
    #expect(addresses(graph, of: "problems") == ["problems"])
    #expect(addresses(graph, of: "base") == ["base[seed=0]", "base[seed=1]"])
    #expect(addresses(graph, of: "eval_base") == ["eval_base[seed=0]", "eval_base[seed=1]"])
    #expect(addresses(graph, of: "eval").count == 6)
    #expect(addresses(graph, of: "table") == ["table"])
    #expect(graph.points.first { $0.stage == "problems" }?.seed == 0)
    #expect(graph.points.filter { $0.stage == "base" }.map(\.seed) == [0, 1])
  }

  @Test func `a plain input is the point with the same settings`() throws {
    let graph = StageGraph(try loaded(wholePipeline))
    for point in graph.points {
      #expect(graph.points[point.index].address == point.address)
      for input in point.inputs {
        guard case .point(let index) = input.source else { continue }
        let source = graph.points[index]
        #expect(index < point.index)
        #expect(input.point == source.point)
        if input.label == nil { #expect(source.point.allSatisfy(point.point.contains)) }
      }
    }
    let eval = try #require(graph.points.first { $0.address == "eval[alpha=0.1,seed=1]" })
    let sources = eval.dependencies.map { graph.points[$0].address }
    #expect(sources == ["problems", "rl[alpha=0.1,seed=1]"])
    #expect(graph.upstreams(of: eval)["policy"]?.map(\.stage) == ["rl"])
  }

  @Test func `a stage for the first seeds has no points at the others, nor has what takes it`()
    throws
  {
    let text = wholePipeline.replacing(
      "  rl:\n", with: "  rl:\n    num_seeds: 2\n")
    let graph = StageGraph(try loaded(text, overrides: ["seeds=[5, 6, 7]"]))
    #expect(addresses(graph, of: "base").count == 3)
    #expect(
      addresses(graph, of: "rl") == [
        "rl[alpha=0,seed=5]", "rl[alpha=0,seed=6]", "rl[alpha=0.1,seed=5]", "rl[alpha=0.1,seed=6]",
        "rl[alpha=0.4,seed=5]", "rl[alpha=0.4,seed=6]",
      ])
    #expect(addresses(graph, of: "eval").count == 6)
    #expect(addresses(graph, of: "eval_base").count == 3)
    // The collecting table takes the existing points.
    let table = try #require(graph.points.last)
    #expect(table.stage == "table" && table.inputs.count == 9)
    for point in graph.points where point.stage == "rl" {
      #expect(point.config["num_seeds"].isAbsent)
    }

    // If there are fewer seeds than the field asks for, all are used, and the keys are those of a
    // stage without the field.
    for seeds in ["seeds=[5]", "seeds=[5, 6]"] {
      let written = StageGraph(try loaded(text, overrides: [seeds])).points
      let plain = StageGraph(try loaded(wholePipeline, overrides: [seeds])).points
      #expect(written.map(\.address) == plain.map(\.address))
      #expect(written.map(testKey) == plain.map(testKey))
    }
  }

  @Test func `the number of seeds is no field of the kind and cannot be swept`() {
    expectDiagnostics(
      wholePipeline.replacing("  rl:\n", with: "  rl:\n    num_seeds: ①0\n").replacing(
        "{rl.reward", with: "{rl.②num_seeds: [1], rl.reward"),
      [
        "① expected a whole number from 1 to 10000 for 'num_seeds', found '0'",
        "② 'num_seeds' cannot be swept",
      ])
  }

  @Test func `a collecting role takes every point, labels in file order`() throws {
    let graph = StageGraph(try loaded(wholePipeline))
    let table = try #require(graph.points.last)
    #expect(table.stage == "table" && table.point.isEmpty)
    let taken = table.inputs.map { input in
      guard case .point(let index) = input.source else { return "?" }
      return "\(input.label ?? "?"): \(graph.points[index].address)"
    }
    #expect(
      taken == [
        "base: eval_base[seed=0]", "base: eval_base[seed=1]",
        "rl: eval[alpha=0,seed=0]", "rl: eval[alpha=0,seed=1]",
        "rl: eval[alpha=0.1,seed=0]", "rl: eval[alpha=0.1,seed=1]",
        "rl: eval[alpha=0.4,seed=0]", "rl: eval[alpha=0.4,seed=1]",
      ])
  }

  @Test func `stages may be written in any order`() throws {
    let shuffled = """
      version: 1
      name: demo
      stages:
        eval: {kind: eval, inputs: {policy: base, problems: problems}}
        base: {kind: sft, inputs: {data: problems}, train: {learning_rate: 1}}
        problems: {kind: problems}
        spare: {kind: problems}
      """
    let graph = StageGraph(try loaded(shuffled))
    #expect(graph.points.map(\.address) == ["problems", "base", "eval", "spare"])
  }

  @Test func `axes that share a last name are told apart, single values are not shown`() throws {
    let graph = StageGraph(
      try loaded(
        wholePipeline,
        overrides: [
          "seeds=[0]",
          "sweep.grid={rl.train.max_steps: [1, 2], base.train.max_steps: [3, 4], "
            + "rl.kl_coef: [0.5]}",
        ]))
    #expect(
      addresses(graph, of: "rl").first == "rl[rl.train.max_steps=1,base.train.max_steps=3]")
    #expect(
      addresses(graph, of: "base") == [
        "base[base.train.max_steps=3]", "base[base.train.max_steps=4]",
      ])
    let rl = try #require(graph.points.first { $0.stage == "rl" })
    // A table may still select the only value.
    #expect(rl.point.last == AxisValue(path: "rl.kl_coef", value: .float(0.5)))
    #expect(Set(graph.points.map(\.address)).count == graph.points.count)
  }

  @Test func `a stage may be fed by a checkpoint`() throws {
    let (graph, folder) = try withModelFolder { folder in
      let pipeline = try loaded(
        wholePipeline, overrides: ["eval_base.inputs.policy={checkpoint: model}"],
        directory: folder)
      return (StageGraph(pipeline), folder.path)
    }
    let eval = try #require(graph.points.first { $0.stage == "eval_base" })
    #expect(eval.inputs[0].source == .external(.checkpoint(path: folder + "/model")))
    #expect(eval.dependencies.map { graph.points[$0].stage } == ["problems"])
  }

  @Test func `two hundred stages are loaded without delay`() throws {
    var text = """
      version: 1
      name: big
      stages:
        p: {kind: problems, splits: {train: {count: 1}}}
        s0: {kind: sft, inputs: {data: p}, train: {learning_rate: 1}}

      """
    for index in 1...200 {
      text += """
          s\(index): {kind: rl, inputs: {policy: s\(index - 1), problems: p}, \
        train: {learning_rate: 1e-3, max_steps: \(index)}}

        """
    }
    let took = try processorSeconds {
      let graph = StageGraph(try loaded(text))
      #expect(graph.points.count == 202)
    }
    #expect(took < 2)
  }
}
