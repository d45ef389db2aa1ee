import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import TensorCore
import Testing

/// Adapters that come from outside, or go there.
@Suite(.timeLimit(.minutes(60))) struct `A folder of an adapter` {
  private static func yaml(_ policy: String, more: String = "") -> String {
    """
    version: 1
    name: outside
    stages:
      problems:
        kind: problems
        families: [chain]
        splits:
          test: {count: 4, difficulty: [1, 1], seed: 1}
          train: {count: 8, difficulty: [1, 1], seed: 1}
      eval:
        kind: eval
        inputs: {policy: \(policy), problems: problems}
        splits: [test]
        sampling: {num_generations: 1, max_new_tokens: 20}
    """ + more
  }

  private static let tuning = """

      tuned:
        kind: sft
        inputs: {data: problems, policy: {checkpoint: model}}
        split: train
        lora: {r: 2, alpha: 4, target_modules: [q_proj, down_proj]}
        train: {learning_rate: 1e-2, max_steps: 2, prompts_per_step: 4}
      checked:
        kind: eval
        inputs: {policy: tuned, problems: problems}
        splits: [test]
        sampling: {num_generations: 1, max_new_tokens: 20}
    """

  private static func model() -> Transformer {
    var shape = ModelConfiguration()
    shape.hiddenSize = 16
    shape.layerCount = 1
    shape.headCount = 2
    shape.intermediateSize = 24
    return Transformer(
      configuration: shape, vocabularySize: LadderVocabulary.tokens.count, seed: 1)
  }

  private static func adapted(_ rank: Int = 2) throws -> Transformer {
    var shape = LoRAShape()
    shape.rank = rank
    shape.targets = .named(["q_proj", "v_proj"])
    return try Transformer(base: model(), adapter: shape) { parameter in
      var stream = RandomStream(seed: 5, purpose: parameter.name)
      return (0..<parameter.shape.reduce(1, *)).map { _ in Float(0.3 * stream.normal()) }
    }
  }

  /// Writes the folders `model` and `adapter`, as peft writes it: without a tokenizer.
  private static func with<Result>(
    baseName: String? = nil, _ body: (OwnData) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      for file in ModelFolder.files(of: model(), tokenizer: LadderVocabulary.tokenizer) {
        try own.write(file.data, to: "model/" + file.path)
      }
      let text = CheckpointText(tokenizer: LadderVocabulary.tokenizer)
      for file in AdapterFolder.files(of: try adapted(), text: text, baseName: baseName)
      where file.path.hasPrefix("adapter_") {
        try own.write(file.data, to: "adapter/" + file.path)
      }
      return try body(own)
    }
  }

  private static func digest(_ own: OwnData, _ policy: String) throws -> String? {
    let summary = try own.run(try own.graph(yaml(policy)))
    #expect(summary.outcome == .done, "\(summary.points)")
    return summary.digests["eval"]
  }

  @Test func `is a policy together with its base`() throws {
    let plain = try Self.with { try Self.digest($0, "{checkpoint: model}") }
    let adapted = try Self.with { own in
      try Self.digest(own, "{checkpoint: adapter, base: model}")
    }
    #expect(adapted != plain)
    let named = try Self.with(baseName: "../model") { try Self.digest($0, "{checkpoint: adapter}") }
    #expect(named == adapted)
    let inside = try Self.with { own in
      try FileManager.default.moveItem(
        at: own.folder.appendingPathComponent("model"),
        to: own.folder.appendingPathComponent("adapter/base"))
      return try Self.digest(own, "{checkpoint: adapter}")
    }
    #expect(inside == adapted)
  }

  @Test func `is refused with a place where it does not fit`() throws {
    func complaint(_ policy: String, _ change: (OwnData) throws -> Void = { _ in }) throws -> String
    {
      try Self.with { own in
        try change(own)
        let (_, diagnostics) = own.load(Self.yaml(policy))
        for diagnostic in diagnostics { #expect(diagnostic.range.line == 12) }
        return diagnostics.map(\.message).joined(separator: "\n")
      }
    }
    #expect(
      try complaint("{checkpoint: adapter}")
        == "folder 'adapter': adapter_config.json: this is an adapter, and the model that it "
        + "adapts is not here: write 'base: FOLDER' beside 'checkpoint'")
    #expect(try complaint("{checkpoint: adapter, base: nowhere}").contains("does not exist"))
    let other = try complaint("{checkpoint: adapter, base: model}") { own in
      let text = CheckpointText(tokenizer: LadderVocabulary.tokenizer)
      let file = AdapterFolder.files(of: try Self.adapted(3), text: text).first {
        $0.path == AdapterFolder.weights
      }
      try own.write(try #require(file).data, to: "adapter/" + AdapterFolder.weights)
    }
    #expect(other.contains("has rank 3, and r is 2 in adapter_config.json"))
  }

  @Test func `over a model from outside refers to it, and finds it again where it went`() throws {
    try Self.with { own in
      let yaml = Self.yaml("{checkpoint: model}", more: Self.tuning)
      let summary = try own.run(try own.graph(yaml))
      #expect(summary.outcome == .done)
      let store = try own.store()
      let tuned = try store.artifact(try #require(summary.digests["tuned"]))
      let weights = try #require(tuned.manifest["base/model.safetensors"])
      let objects = own.folder.appendingPathComponent("store/objects").path
      let stored = try FileManager.default.subpathsOfDirectory(atPath: objects)
        .map { $0.replacing("/", with: "") }
      #expect(!stored.contains(weights.digest), "the base is not copied")
      #expect(tuned.problems().isEmpty)
      // `gc` keeps the note, and never touches the file.
      _ = try store.collect(GarbageLimits(keptRuns: 1))
      #expect(try own.store().artifact(tuned.digest).problems().isEmpty)

      // Moved, and named at its new place: everything is still a hit.
      let moved = own.folder.appendingPathComponent("elsewhere")
      try FileManager.default.moveItem(at: own.folder.appendingPathComponent("model"), to: moved)
      #expect(try own.store().artifact(tuned.digest).problems().isEmpty == false)
      let again = try own.run(
        try own.graph(yaml.replacing("checkpoint: model", with: "checkpoint: elsewhere")))
      #expect(again.digests == summary.digests)
      #expect(again.points.allSatisfy { $0.outcome == .hit }, "\(again.points)")
      #expect(try own.store().artifact(tuned.digest).problems().isEmpty, "the note was corrected")

      // Changed: the base is another, and the adapter a miss.
      try own.write(Data("x".utf8), to: "elsewhere/config.json")
      #expect(try own.store().artifact(tuned.digest).problems().count == 1)
    }
  }

  @Test func `leaves the store for peft, or merged for everybody`() throws {
    try Self.with { own in
      let yaml = Self.yaml("{checkpoint: model}", more: Self.tuning)
      let summary = try own.run(try own.graph(yaml))
      let (store, digest) = (try own.store(), try #require(summary.digests["tuned"]))
      let folder = own.folder.appendingPathComponent("out")
      try AdapterExport.write(digest, of: store, merge: false, precision: nil, to: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(
        names == [
          "adapter_config.json", "adapter_model.safetensors", "generation_config.json",
          "metrics.jsonl", "tokenizer.json",
        ])
      let config = try AdapterFile(
        decoding: Data(contentsOf: folder.appendingPathComponent("adapter_config.json")))
      #expect(config.baseName == own.folder.appendingPathComponent("model").path)
      // The exported folder is a policy like any other.
      let checked = try own.run(try own.graph(Self.yaml("{checkpoint: out}")))
      #expect(checked.digests["eval"] == summary.digests["checked"])

      let merged = own.folder.appendingPathComponent("merged")
      try AdapterExport.write(digest, of: store, merge: true, precision: "bfloat16", to: merged)
      let files = ModelFolder.paths
      let model = try ModelFolder(files: files) {
        try Data(contentsOf: merged.appendingPathComponent($0))
      }.model
      #expect(model.parameterCount == Self.model().parameterCount)
      let text = String(
        decoding: try Data(contentsOf: merged.appendingPathComponent("config.json")),
        as: UTF8.self)
      #expect(text.contains("\"torch_dtype\": \"bfloat16\""))
      #expect(throws: StageFailure.self) {
        try AdapterExport.write(
          try #require(summary.digests["checked"]), of: store, merge: true, precision: nil,
          to: own.folder.appendingPathComponent("none"))
      }
    }
  }
}
