import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Checks the JSON Schema with an independent validator, Python's jsonschema, on the same files
/// that our parser reads.
@Suite struct SchemaValidationTests {
  private static let python = "/usr/bin/python3"

  /// For each file in the folder, prints `NAME<tab>ok` or `NAME<tab>` and the error.
  private static let script = """
    import json, os, sys
    from jsonschema import Draft202012Validator
    folder = sys.argv[1]
    schema = json.load(open(os.path.join(folder, "schema.json")))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for name in sorted(os.listdir(folder)):
        if name == "schema.json": continue
        errors = list(validator.iter_errors(json.load(open(os.path.join(folder, name)))))
        print(name + "\\t" + (" ".join(errors[0].message.split())[:300] if errors else "ok"))
    """

  private static func run(_ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return (-1, "") }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  static let hasValidator =
    run(["-c", "from jsonschema import Draft202012Validator"]).status == 0

  /// The schema's verdict on each text, by name.
  private func verdicts(_ texts: [String: String]) throws -> [String: String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("laconic-schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(PipelineSchema.json(.builtIn).utf8)
      .write(to: folder.appendingPathComponent("schema.json"))
    for (name, text) in texts {
      let root = YAMLComposer.compose(SourceFile(name: name, text: text)).root
      let json = try #require(root, "\(name)").json.indented
      try Data(json.utf8).write(to: folder.appendingPathComponent(name + ".json"))
    }
    let (status, output) = Self.run(["-c", Self.script, folder.path])
    #expect(status == 0, "\(output)")
    return Dictionary(
      uniqueKeysWithValues: output.split(separator: "\n").map { line in
        let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
        return (String(parts[0].dropLast(5)), parts[1])
      })
  }

  @Test(.enabled(if: hasValidator, "needs the Debian package python3-jsonschema"))
  func `every pipeline we ship passes, and so does every way to write one`() throws {
    var texts = Self.valid
    for name in Pipelines.shipped {
      texts[name] = try String(
        contentsOf: Pipelines.folder.appendingPathComponent(name), encoding: .utf8)
    }
    for (name, verdict) in try verdicts(texts) { #expect(verdict == "ok", "\(name)") }
  }

  @Test(.enabled(if: hasValidator, "needs the Debian package python3-jsonschema"))
  func `every mistake of structure fails`() throws {
    let verdicts = try verdicts(InvalidPipelines.texts)
    for name in InvalidPipelines.texts.keys.sorted() {
      #expect(verdicts[name] != nil && verdicts[name] != "ok", "\(name)")
    }
  }

  @Test func `every mistake of structure is found by us, and no right file is one`() throws {
    for (name, text) in InvalidPipelines.texts {
      #expect(load(text).hasErrors, "\(name)")
    }
    for (name, text) in Self.valid where name != "extends" {
      let found = load(text)
      #expect(found.isEmpty, "\(name): \(DiagnosticPrinter().render(found))")
    }
  }

  private func load(_ text: String) -> [Diagnostic] {
    Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: .builtIn, directory: Pipelines.folder
    ).diagnostics
  }

  private static let mini = MiniPipeline.yaml

  private static let valid: [String: String] = [
    "mini": mini,
    "extends": """
    extends: [quickstart.yaml, other.yaml]
    stages: {rl: {train: {max_steps: 3}}, plot: null, base: {kind: sft, curriculum: null}}
    """,
    "extends with nulls": """
    extends: quickstart.yaml
    description: null
    vars: null
    stages: {base: {curriculum: null}}
    """,
    "nulls where nothing is meant": mini + """

      extends: null
      vars: null
      defaults: null
      sweep: null
      """,
    "variables": mini.replacing(
      "max_steps: 4", with: "max_steps: \"${vars.steps}\"", maxReplacements: 1
    ).replacing("{alpha: 0.1}", with: "\"${vars.penalty}\"").replacing(
      "adv_estimator: rloo", with: "adv_estimator: ${vars.estimator}"
    ).replacing("splits: [easy]", with: "splits: ${vars.splits}") + """

      vars: {steps: 4, penalty: {alpha: 0.1}, estimator: rloo, splits: [easy]}
      """,
    "defaults": mini.replacing(", temperature: 0.6", with: "").replacing(
      "generation_cutoff: [4, 8]", with: "generation_cutoff: [4]") + """

        defaults: {eval: {sampling: {temperature: 0.6}}, sft: {train: {weight_decay: 0.1}}}
        """,
    "sweep": mini + """

      sweep:
        grid: {rl.reward.length_penalty.alpha: [0, 0.1]}
        zip: {rl.sampling.temperature: [0.5, 1], rl.train.max_steps: [3, 2]}
        points: [{base.train.max_steps: 4, base.split: train}]
      """,
    "named values": mini + """

      sweep:
        grid: {rl.reward.length_penalty: {without: null, with: {alpha: 0.1}}}
      """,
    "anchors": mini.replacing(
      "train: {learning_rate: 1e-2", with: "train: &schedule {learning_rate: 1e-2") + """

        defaults: {sft: {train: {<<: *schedule}}}
        """,
    "preset": mini.replacing(
      algorithm, with: "preset: grpo\n    algorithm: {num_mini_batches: 2}\n"),
    "preset with override": mini.replacing(
      algorithm,
      with:
        "preset: dr_grpo\n    override: true\n"
        + "    algorithm: {kl_coef: 0.1, num_mini_batches: 2}\n"),
  ]

  static let algorithm = """
    algorithm:
          adv_estimator: rloo
          scale_rewards: none
          clip_ratio_low: 0.2
          clip_ratio_high: 0.2
          loss_agg_mode: token-mean
          kl_coef: 1e-3
          kl_placement: reward
          kl_estimator: k1
          num_mini_batches: 2

    """
}

/// Mistakes that a schema can find, each one change of a valid pipeline.
enum InvalidPipelines {
  static let texts: [String: String] = Dictionary(
    uniqueKeysWithValues: edits.map { edit in
      let text = MiniPipeline.yaml.replacing(edit.from, with: edit.to, maxReplacements: 1)
      precondition(text != MiniPipeline.yaml, "\(edit.from)")
      return (edit.name, text)
    })

  private static let edits: [(name: String, from: String, to: String)] = [
    ("unknown field at the top", "name: mini", "name: mini\nsteps: 3"),
    ("no version", "version: 1\n", ""),
    ("another version", "version: 1", "version: 2"),
    ("a bad name", "name: mini", "name: Mini One"),
    ("seeds that are no list", "name: mini", "name: mini\nseeds: 3"),
    ("a negative seed", "name: mini", "name: mini\nseeds: [-1]"),
    ("a seed twice", "name: mini", "name: mini\nseeds: [1, 1]"),
    ("unknown numerics", "name: mini", "name: mini\nnumerics: fast"),
    ("extends a number", "name: mini", "name: mini\nextends: 3"),
    ("variables in a list", "name: mini", "name: mini\nvars: [1]"),
    ("defaults of no kind", "name: mini", "name: mini\ndefaults: {evl: {}}"),
    ("defaults of no field", "name: mini", "name: mini\ndefaults: {rl: {lr: 1}}"),
    ("a preset by default", "name: mini", "name: mini\ndefaults: {rl: {preset: grpo}}"),
    ("a stage's bad name", "  samples:", "  Samples:"),
    ("a stage that is a list", "plot:\n    kind: plot", "plot: [1]\n  plot2:\n    kind: plot"),
    ("no kind", "kind: plot\n", ""),
    ("unknown kind", "kind: sft", "kind: sftt"),
    ("unknown field of a stage", "split: train", "splitt: train"),
    ("unknown field in a group", "num_generations: 4", "num_generations: 4, top: 1"),
    ("8.5 for a whole number", "num_generations: 4", "num_generations: 8.5"),
    ("out of range", "num_generations: 4", "num_generations: 4, top_p: 1.2"),
    ("a choice that is none", "token-mean", "token_mean"),
    ("text for a number", "max_steps: 3", "max_steps: three"),
    ("a number for text", "split: train", "split: 3"),
    ("null for a field with a default", "max_new_tokens: 12", "max_new_tokens: 12, top_p: null"),
    ("a missing field", "learning_rate: 1e-3, ", ""),
    ("a missing field in a group that is on", "{len: 4, penalty_factor: 0.5}", "{len: 4}"),
    ("a missing role", "{policy: base, problems: problems}", "{policy: base}"),
    ("an unknown role", "{data: problems}", "{data: problems, dta: problems}"),
    ("inputs that are a list", "inputs: {data: problems}", "inputs: [problems]"),
    ("labels left out", "{results: {rl: eval}}", "{results: eval}"),
    (
      "a checkpoint with more to it", "{policy: base, problems",
      "{policy: {checkpoint: a, dir: b}, problems"
    ),
    ("an unknown preset", "kind: rl", "kind: rl\n    preset: grp"),
    ("a preset where there are none", "kind: eval", "kind: eval\n    preset: grpo"),
    (
      "override that is text", "kind: rl", "kind: rl\n    preset: grpo\n    override: sure"
    ),
    ("a sweep that is a list", "name: mini", "name: mini\nsweep: [1]"),
    ("an unknown form of sweep", "name: mini", "name: mini\nsweep: {grdi: {}}"),
    (
      "one value swept", "name: mini", "name: mini\nsweep: {grid: {rl.train.max_steps: 3}}"
    ),
    (
      "nothing swept", "name: mini", "name: mini\nsweep: {grid: {rl.train.max_steps: []}}"
    ),
    ("a stage swept", "name: mini", "name: mini\nsweep: {grid: {rl: [1]}}"),
    (
      "points that are a map", "name: mini", "name: mini\nsweep: {points: {rl.train.max_steps: 3}}"
    ),
    ("no numerics", "name: mini", "name: mini\nnumerics: null"),
    ("no seeds", "name: mini", "name: mini\nseeds: ~"),
    ("no name", "name: mini", "name: null"),
    ("no description", "name: mini", "name: mini\ndescription: null"),
    ("no name, and nothing extended", "name: mini", "name: null\nextends: null"),
    ("extends nothing", "name: mini", "name: mini\nextends: []"),
    ("a difficulty of three", "difficulty: [1, 2]", "difficulty: [1, 2, 3]"),
  ]
}
