import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// Every pipeline that we ship is valid, and every mistake that the kinds look for is found at its
/// place.
@Suite struct `Pipelines` {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("pipelines")

  static let shipped: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".yaml") }.sorted() ?? []

  private func load(_ text: String, _ overrides: [String] = []) -> [Diagnostic] {
    Pipeline.load(
      SourceFile(name: "p.yaml", text: text), overrides: overrides, kinds: .builtIn,
      directory: Self.folder
    ).diagnostics
  }

  @Test(arguments: shipped) func `we ship are valid`(name: String) throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let diagnostics = load(text)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
  }

  @Test(arguments: shipped) func `we ship are the same when written out`(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    func resolve(_ text: String) throws -> ResolvedPipeline {
      try #require(
        Pipeline.resolve(
          SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Self.folder
        ).resolved)
    }
    func keys(_ pipeline: Pipeline) -> [String] {
      StageGraph(pipeline).points.map { point in
        let inputs = point.inputs.map {
          KeyInput(role: $0.role, label: $0.label, point: $0.point, digest: "0")
        }
        return "\(point.address) \(StageKey.compute(point: point, inputs: inputs, fingerprint: ""))"
      }
    }
    let resolved = try resolve(text)
    #expect(try keys(resolve(resolved.yaml()).pipeline) == keys(resolved.pipeline))
    #expect(
      try keys(resolve(resolved.yaml(showsOrigins: true)).pipeline) == keys(resolved.pipeline))
  }

  @Test(arguments: shipped) func `we ship refuse any field by another name`(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let root = try #require(YAMLComposer.compose(SourceFile(name: name, text: text)).root)
    let keys = Self.declaredKeys(in: root, below: [])
    // A file that only extends another one has few keys.
    #expect(keys.count > (root["extends"] == nil ? 30 : 3))
    let original = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for key in keys {
      var lines = original
      let line = lines[key.range.line - 1]
      let place = line.index(line.startIndex, offsetBy: key.range.column - 1)
      lines[key.range.line - 1] = line[..<place] + "zq" + line[place...]
      let found = load(lines.joined(separator: "\n"))
      #expect(found.hasErrors, "\(key.text ?? "")")
      #expect(found.contains { $0.range.line == key.range.line }, "\(key.text ?? "")")
    }
  }

  /// All keys except those that the user chooses: names of stages, splits, labels and variables.
  private static func declaredKeys(in node: YAMLNode, below names: [String]) -> [YAMLNode] {
    let isSampled = [
      "stages", "splits", "results", "files", "logs", "vars", "claims", "parts",
    ].contains(names.last ?? "")
    return (node.entries ?? []).flatMap { entry in
      (isSampled ? [] : [entry.key]) + declaredKeys(in: entry.value, below: names + [entry.name])
    }
  }

  @Test func `two hundred stages of every kind are read in one pass each`() {
    let big = Self.pipeline(ofStages: 200)
    let took = processorSeconds { #expect(load(big).isEmpty) }
    // The target is 50 ms; a debug build takes longer.
    #expect(took < 3)
  }

  /// A chain of stages that each set most of their fields.
  static func pipeline(ofStages count: Int) -> String {
    let head = MiniPipeline.yaml.components(separatedBy: "  samples:")[0]
    let rl = head.components(separatedBy: "  rl:\n")[1]
    return (3..<count).reduce(head.replacing("  rl:\n", with: "  rl2:\n")) { text, index in
      text
        + "  rl\(index):\n"
        + rl.replacing("policy: base", with: "policy: rl\(index - 1)")
    }
  }

  @Test func `there is one to start with`() { #expect(Self.shipped.contains("quickstart.yaml")) }

  /// Wrong overrides, each with a part of the message about it.
  @Test(arguments: [
    ("base.split=trian", "did you mean 'train'?"),
    ("eval.splits=[hard]", "unknown split 'hard'"),
    ("eval.splits=[easy, easy]", "given twice"),
    ("rl.sampling.num_generations=1", "num_generations"),
    ("rl.sampling.temperature=0", "a temperature above 0 to explore"),
    ("rl.train.prompts_per_step=65", "fewer than one step draws"),
    ("rl.train.warmup_steps=9", "longer than the run"),
    ("rl.reward.overlong_buffer.len=13", "max_new_tokens"),
    ("rl.algorithm.loss_scale_factor=60", "no effect"),
    ("eval.budgets=[8, 4]", "ascend"),
    ("eval.sampling.temperature=0", "are the same"),
    ("samples.split=hard", "unknown split 'hard'"),
    ("base.split=easy", "draws from the test prompts"),
    ("rl.split=easy", "draws from the test prompts"),
    ("table.columns=[accuracy, accuracy]", "given twice"),
    ("plot.splits=[easy, easy]", "given twice"),
    ("base.train.adam_epsilon=1e-60", "at least"),
    ("base.model.hidden_size=65536", "make the model narrower"),
    ("problems.families=[chain, chain]", "given twice"),
    ("problems.splits.easy.difficulty=[2, 1]", "write the lower one first"),
    ("problems.families=[chian]", "did you mean 'chain'?"),
    ("table.rows=rl.reward.length_penalty.alpha", "swept"),
    ("table.splits=[esay]", "did you mean 'easy'?"),
    ("plot.splits=[hard]", "covers split 'hard'"),
    ("base.inputs.policy=rl", "circle"),
    ("table.inputs.results.rl=base", "model"),
    ("rl.sampling.beta=1", "unknown field"),
    ("rl.sampling.top_p=1.2", "at most 1"),
    ("rl.sampling.num_generations=8.5", "whole number"),
    ("eval.sampling.repetition_penalty=0", "at least 0.01"),
    ("eval.sampling.repeat_penalty=1.1", "'repetition_penalty'"),
    ("rl.sampling.repetition_penalty=1.1", "which 'repetition_penalty' changes"),
    (
      "rl.sampling.stop_token_scale={positions: [0], values: [1]}",
      "which 'stop_token_scale' changes"
    ),
    ("rl.sampling.prefix='5'", "a prefix is given"),
    ("eval.sampling.prefix='5 '", "no token of the vocabulary fits character 2"),
    ("eval.sampling.prefix='5<eos>'", "ends the response"),
    ("eval.sampling.prefix='5<pad>'", "has '<pad>', which is banned"),
    ("eval.sampling.prefix=555555555555", "text"),
    ("eval.sampling.prefix='555555555555'", "the prefix has 12 tokens, and a response at most 12"),
    ("eval.sampling.banned_tokens='**'", "'*' is given twice"),
    ("eval.sampling.banned_tokens='é'", "no token of the vocabulary fits character 1"),
    (
      "eval.sampling.banned_tokens='<eos><t></t><b></b>CMO"
        + "0123456789+-*=;?:,<>~!@#_yabcdefghijklmnop'",
      "every token is banned"
    ),
    ("eval.sampling.stop_token_scale={positions: [0]}", "'values'"),
    ("eval.sampling.stop_token_scale={positions: [4, 4], values: [1, 2]}", "ascend"),
    ("eval.sampling.stop_token_scale={positions: [4, 5], values: [1]}", "do not match 2 positions"),
    ("eval.sampling.kv_cache=bf16", "'numerics: exact' rules out"),
    ("samples.sampling.kv_cache=bf16", "'numerics: exact' rules out"),
    ("rl.sampling.kv_cache=bf16", "'numerics: exact' rules out"),
    ("eval.sampling.kv_cache=float16", "one of"),
  ])
  func `with a mistake say what is wrong and where`(override: String, message: String) {
    let diagnostics = load(MiniPipeline.yaml, [override])
    let text = DiagnosticPrinter().render(diagnostics)
    #expect(diagnostics.hasErrors)
    #expect(text.contains("--set#1:") || text.contains("p.yaml:"), "\(text)")
    #expect(text.contains(message), "\(text)")
  }

  @Test(arguments: ["bf16", "blas"]) func `a bf16 cache goes with other numerics`(
    numerics: String
  ) {
    let overrides = ["numerics=\(numerics)", "rl.sampling.kv_cache=bf16"]
    #expect(load(MiniPipeline.yaml, overrides).isEmpty)
  }

  @Test func `mistaken numerics are not held against a cache`() {
    let diagnostics = load(MiniPipeline.yaml, ["numerics=exakt", "eval.sampling.kv_cache=bf16"])
    let text = DiagnosticPrinter().render(diagnostics)
    #expect(diagnostics.count == 1 && text.contains("exakt"), "\(text)")
  }

  @Test func `a bf16 cache is refused where it stands`() {
    let text = DiagnosticPrinter().render(
      load(
        MiniPipeline.yaml.replacingOccurrences(
          of: "temperature: 0.6}", with: "temperature: 0.6, kv_cache: bf16}")))
    #expect(text.contains("p.yaml:44:84: error: a bf16 cache rounds keys and values"), "\(text)")
  }

  @Test func `a vote needs voters`() {
    let text = DiagnosticPrinter().render(
      load(
        MiniPipeline.yaml,
        ["eval.strategy=majority_vote", "eval.sampling.num_generations=1"]))
    #expect(text.contains("needs at least 2 responses"))
  }

  @Test func `a new model and a policy contradict each other`() {
    let text = DiagnosticPrinter().render(
      load(MiniPipeline.yaml, ["base.inputs.policy={checkpoint: somewhere}"]))
    #expect(text.contains("'model' cannot be combined with the input 'policy'"))
  }
}
