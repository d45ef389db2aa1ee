import Fields
import Foundation
import PipelineCore
import Testing

/// Files in memory, for `extends`.
struct MemoryFiles: PipelineFiles {
  var texts: [String: String]
  /// Links to other files, by path.
  var links: [String: String] = [:]

  func project(around folder: URL) -> URL { URL(fileURLWithPath: "/project") }
  func resolved(_ path: String) -> String { links[path] ?? path }
  func bytes(of path: String) throws(UnreadableFile) -> [UInt8] {
    guard let text = texts[path] else { throw UnreadableFile("it does not exist") }
    return Array(text.utf8)
  }
}

/// Tests of `extends`: one file merged over others.
@Suite struct ExtendsTests {
  private let folder = URL(fileURLWithPath: "/project/pipelines")

  private func load(
    _ text: String, _ files: [String: String], links: [String: String] = [:],
    overrides: [String] = []
  ) -> (pipeline: Pipeline?, lines: [String]) {
    let yaml = MarkedYAML(text, name: "pipelines/test.yaml")
    var texts: [String: String] = [:]
    for (name, text) in files { texts["/project/\(name)"] = text }
    texts["/project/pipelines/test.yaml"] = yaml.source.text
    let (pipeline, diagnostics) = Pipeline.load(
      yaml.source, overrides: overrides, kinds: PlanningKinds.all, directory: folder,
      files: MemoryFiles(texts: texts, links: links))
    #expect((pipeline == nil) == diagnostics.hasErrors)
    return (pipeline, yaml.lines(of: diagnostics))
  }

  private func keys(_ pipeline: Pipeline?) throws -> [String] {
    StageGraph(try #require(pipeline)).points.map { "\($0.address) \(testKey($0))" }
  }

  @Test func `maps merge, lists and values replace, null takes away`() throws {
    let (pipeline, lines) = load(
      """
      extends: ../base.yaml
      name: other
      seeds: [5]
      stages:
        problems: {splits: {extra: {count: 3}}}
        rl: {train: {max_steps: 7}, reward: null}
        table: null
      sweep: {grid: {rl.reward.length_penalty.alpha: null, rl.kl_coef: [0, 1]}}
      """, ["base.yaml": wholePipeline])
    #expect(lines == [])
    let written =
      wholePipeline.replacing("name: demo\nseeds: [0, 1]", with: "name: other\nseeds: [5]")
      .replacing("test: {count: 5}", with: "test: {count: 5}, extra: {count: 3}")
      .replacing("    reward: {length_penalty: {alpha: 0.1}}\n", with: "")
      .replacing("max_steps: 80", with: "max_steps: 7")
      .replacing(
        "  table:\n    kind: table\n    inputs: {results: {base: eval_base, rl: eval}}\n", with: ""
      )
      .replacing("rl.reward.length_penalty.alpha: [0, 0.1, 0.4]", with: "rl.kl_coef: [0, 1]")
    let single = try loaded(written)
    #expect(pipeline?.name == "other")
    #expect(pipeline?.seeds == [5])
    #expect(pipeline?.stages.map(\.name) == ["problems", "base", "rl", "eval", "eval_base"])
    #expect(try keys(pipeline) == keys(single))
  }

  @Test func `of several files later ones win, and the file itself over all`() throws {
    let (pipeline, lines) = load(
      """
      extends: [../base.yaml, short.yaml]
      stages: {rl: {kl_coef: 0.5}}
      """,
      [
        "base.yaml": wholePipeline,
        "pipelines/short.yaml":
          "extends: ../common/steps.yaml\nstages: {rl: {kl_coef: 0.1, train: {max_steps: 9}}}\n",
        "common/steps.yaml":
          "stages: {rl: {train: {max_steps: 3, learning_rate: 1}}, "
          + "base: {train: {max_steps: 4}}}\n",
      ])
    #expect(lines == [])
    let stages = try #require(pipeline).stages
    #expect(stages[2].config["kl_coef"] == .float(0.5))
    #expect(stages[2].config[path: ["train", "max_steps"]] == .int(9))
    #expect(stages[2].config[path: ["train", "learning_rate"]] == .float(1))
    #expect(stages[1].config[path: ["train", "max_steps"]] == .int(4))
  }

  @Test func `a stage of another kind is another stage`() throws {
    let (pipeline, lines) = load(
      "extends: ../base.yaml\nstages: {rl: {kind: sft, inputs: {data: problems}, "
        + "train: {learning_rate: 1}}}\nsweep: null\n",
      ["base.yaml": wholePipeline])
    #expect(lines == [])
    let rl = try #require(pipeline?.stages.first { $0.name == "rl" })
    #expect(rl.kind.name == "sft")
    #expect(rl.inputs.map(\.role) == ["data"])
    #expect(rl.config[path: ["train", "max_steps"]] == .int(100))
  }

  @Test func `a mistake points into the file it stands in`() {
    let (_, lines) = load(
      """
      extends: base.yaml
      stages:
        rl: {train: {①max_stps: 3}}
        eval: {inputs: {policy: ②rll}}
      """,
      [
        "pipelines/base.yaml": wholePipeline.replacing(
          "learning_rate: 1e-3}", with: "learning_rate: fast}")
      ])
    #expect(
      lines == [
        "① unknown field 'max_stps' in 'rl.train' (did you mean 'max_steps'?)",
        "② unknown stage 'rll' (did you mean 'rl'?)",
        "pipelines/base.yaml:11:28 expected a number for 'learning_rate', found 'fast'",
      ])
  }

  @Test func `a later file's variables change what an earlier one uses them for`() throws {
    let (pipeline, lines) = load(
      "extends: base.yaml\nvars: {kl: 0.5}\nstages: {rl: {sampling: {top_p: 0.9}}}\n",
      [
        "pipelines/base.yaml": wholePipeline.replacing(
          "  train: {learning_rate: 5e-4",
          with: "  kl_coef: ${vars.kl}\n    sampling: ${vars.draw}\n    train: {learning_rate: 5e-4"
        ).replacing(
          "name: demo",
          with: "name: demo\nvars: {kl: 0, draw: {num_generations: 4, top_p: 0.5}, spare: 1}")
      ])
    #expect(lines == [])
    let rl = try #require(pipeline?.stages.first { $0.name == "rl" }).config
    #expect(rl["kl_coef"] == .float(0.5))
    #expect(rl[path: ["sampling", "top_p"]] == .float(0.9))
    #expect(rl[path: ["sampling", "num_generations"]] == .int(4))
  }

  @Test func `--set comes last`() throws {
    let (pipeline, lines) = load(
      "extends: base.yaml\nstages: {rl: {train: {max_steps: 7}}}\n",
      ["pipelines/base.yaml": wholePipeline], overrides: ["rl.train.max_steps=9", "table=null"])
    #expect(lines == [])
    let stages = try #require(pipeline).stages
    #expect(stages[2].config[path: ["train", "max_steps"]] == .int(9))
    #expect(!stages.contains { $0.name == "table" })
    #expect(
      load("extends: base.yaml\n", ["pipelines/base.yaml": wholePipeline], overrides: ["extends=x"])
        .lines == ["--set#1:1:1 'extends' cannot be set: only a file extends others"])
  }

  @Test func `files outside the project, missing, broken or in a circle are refused`() {
    let files = [
      "pipelines/a.yaml": "extends: b.yaml\n", "pipelines/b.yaml": "extends: a.yaml\n",
      "pipelines/self.yaml": "extends: test.yaml\n", "pipelines/empty.yaml": "# nothing\n",
      "pipelines/list.yaml": "[1]\n", "pipelines/broken.yaml": "a: [1\n",
      "pipelines/link.yaml": "version: 1\n",
    ]
    let cases: [(String, String)] = [
      ("①/etc/passwd", "① 'extends' takes a path from this file's folder, not an absolute one"),
      (
        "①../../other/x.yaml",
        "① '../../other/x.yaml' leads out of the project (what a pipeline extends is in /project)"
      ),
      (
        "①link.yaml",
        "① 'link.yaml' leads out of the project (what a pipeline extends is in /project)"
      ),
      (
        "①nowhere.yaml",
        "① cannot read 'nowhere.yaml': it does not exist "
          + "(looked for /project/pipelines/nowhere.yaml)"
      ),
      (
        "a.yaml",
        "pipelines/b.yaml:1:10 files extend each other in a circle: "
          + "pipelines/a.yaml → pipelines/b.yaml → pipelines/a.yaml"
      ),
      (
        "self.yaml",
        "pipelines/self.yaml:1:10 files extend each other in a circle: "
          + "pipelines/test.yaml → pipelines/self.yaml → pipelines/test.yaml"
      ),
      ("①empty.yaml", "① 'pipelines/empty.yaml' is empty"),
      ("list.yaml", "pipelines/list.yaml:1:1 a pipeline is a map, but this is a list"),
      (
        "broken.yaml",
        "pipelines/broken.yaml:1:4 while parsing a flow sequence: did not find expected ',' or ']'"
      ),
      (
        "①{a: b}",
        "① expected a file's path for 'extends', found a map "
          + "(write extends: base.yaml, or a list of files, of which later ones win)"
      ),
      ("①\"${vars.x}\"", "① variables cannot be used in 'extends'"),
    ]
    for (name, message) in cases {
      let found = load(
        "extends: \(name)\n", files, links: ["/project/pipelines/link.yaml": "/etc/passwd"])
      #expect(found.lines == [message], "\(name)")
    }
  }

  @Test func `depth and number of files are capped`() {
    var chain: [String: String] = ["pipelines/f40.yaml": wholePipeline]
    for index in 0..<40 { chain["pipelines/f\(index).yaml"] = "extends: f\(index + 1).yaml\n" }
    #expect(
      load("extends: f0.yaml\n", chain).lines.contains {
        $0.hasSuffix("files may extend each other at most 16 levels deep")
      })
    var tree: [String: String] = ["pipelines/t12.yaml": wholePipeline]
    for index in 0..<12 {
      tree["pipelines/t\(index).yaml"] = "extends: [t\(index + 1).yaml, t\(index + 1).yaml]\n"
    }
    #expect(
      load("extends: t0.yaml\n", tree).lines.contains {
        $0.hasSuffix("a pipeline may be made of at most 64 files")
      })
  }

  @Test func `on disk a link may not lead out, and a pipe is not read`() throws {
    let files = FileManager.default
    let outside = files.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("laconic-\(UUID().uuidString)")
    defer { try? files.removeItem(at: outside) }
    let pipelines = outside.appendingPathComponent("project/pipelines")
    try files.createDirectory(at: pipelines, withIntermediateDirectories: true)
    try Data(wholePipeline.utf8).write(to: outside.appendingPathComponent("base.yaml"))
    try Data(wholePipeline.utf8).write(to: pipelines.appendingPathComponent("good.yaml"))
    try files.createSymbolicLink(
      atPath: pipelines.path + "/out.yaml", withDestinationPath: "../../base.yaml")
    try files.createSymbolicLink(
      atPath: pipelines.path + "/in.yaml", withDestinationPath: "good.yaml")
    #expect(mkfifo(pipelines.path + "/pipe.yaml", 0o600) == 0)
    func messages(_ name: String) -> [String] {
      Pipeline.load(
        SourceFile(name: "test.yaml", text: "extends: \(name)\n"), kinds: PlanningKinds.all,
        directory: pipelines
      ).diagnostics.map(\.message)
    }
    #expect(messages("good.yaml") == [])
    #expect(messages("in.yaml") == [])
    #expect(messages("out.yaml") == ["'out.yaml' leads out of the project"])
    #expect(messages("../../base.yaml") == ["'../../base.yaml' leads out of the project"])
    #expect(messages("pipe.yaml") == ["cannot read 'pipe.yaml': it is not a regular file"])
    #expect(messages("../pipelines") == ["cannot read '../pipelines': it is a folder"])
  }

  @Test func `a path is relative to the file that writes it`() throws {
    try withModelFolder { folder in
      let text = """
        vars: {m: {checkpoint: ../model}}
        stages: {rl: {inputs: {policy: {checkpoint: ../model}}}, \
        eval_base: {inputs: {policy: "${vars.m}"}}}
        """
      try Data(wholePipeline.utf8).write(to: folder.appendingPathComponent("base.yaml"))
      try Data(text.utf8).write(to: folder.appendingPathComponent("bare/part.yaml"))
      let (pipeline, diagnostics) = Pipeline.load(
        SourceFile(name: "test.yaml", text: "extends: [base.yaml, bare/part.yaml]\n"),
        kinds: PlanningKinds.all, directory: folder)
      #expect(diagnostics.map(\.message) == [])
      let expected = InputSource.external(.checkpoint(path: folder.path + "/model"))
      let stages = try #require(pipeline).stages
      for name in ["rl", "eval_base"] {
        #expect(stages.first { $0.name == name }?.inputs.first?.source == expected)
      }
    }
  }
}
