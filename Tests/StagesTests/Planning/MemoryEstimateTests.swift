import Fields
import ModelCore
import PipelineCore
import Reasoning
import Stages
import TensorCore
import Testing

@Suite(.timeLimit(.minutes(120)))
struct `Memory told before a run` {
  private func plan(_ overrides: [String] = []) throws -> Plan {
    try TemporaryStore.with { store in
      Planner.plan(try MiniPipeline.graph(overrides: overrides), store: store) { $0.fingerprint }
    }
  }

  private func memory(of stage: String, _ overrides: [String] = []) throws -> StageMemory {
    let point = try #require(try plan(overrides).points.first { $0.point.stage == stage })
    return try #require(point.cost.memory)
  }

  private func term(_ name: String, _ memory: StageMemory) -> StageMemory.Term? {
    memory.terms.first { $0.name == name }
  }

  @Test func `is known of every stage that runs a model, also of one that is made on the way`()
    throws
  {
    let points = try plan().points
    for planned in points {
      #expect((planned.cost.memory != nil) == planned.point.kind.usesNumerics)
    }
    let base = try memory(of: "base")
    #expect(try term("weights", memory(of: "eval")) == term("weights", base))
    let names = ["weights", "packed weights", "gradients", "moments", "activations", "logits"]
    #expect(base.terms.map(\.name) == ["program"] + names)
    #expect(
      Set(try memory(of: "rl").terms.map(\.name)).isSuperset(of: ["prompts", "keys and values"]))
  }

  @Test func `grows with the fields that it names, and with nothing else`() throws {
    let base = try memory(of: "base")
    let wide = try memory(of: "base", ["base.model.hidden_size=256"])
    #expect(wide.least > 2 * base.least)
    let steps = try memory(of: "base", ["base.train.max_steps=100000"])
    #expect(steps == base)
    let recomputed = try memory(of: "base", ["base.train.recompute=blocks"])
    #expect(recomputed.most < base.most)
    #expect(base.fields(by: \.most).contains("train.recompute"))
    for stage in ["rl", "eval"] {
      let (short, long) = (
        try memory(of: stage), try memory(of: stage, ["\(stage).sampling.max_new_tokens=4096"])
      )
      #expect(long.most > short.most && long.least > short.least)
      #expect(short.fields(by: \.most).contains("sampling.max_new_tokens"))
    }
  }

  @Test func `of an adapter counts its base once and trains little`() throws {
    let fields = ["rl.algorithm.kl_coef=0.01"]
    let (whole, adapter) = (
      try memory(of: "rl", fields), try memory(of: "rl", fields + ["rl.lora={r: 2}"])
    )
    #expect(term("weights", adapter) == term("weights", whole))
    #expect(term("reference", whole) != nil && term("reference", adapter) == nil)
    #expect(term("packed weights", whole) != nil && term("packed weights", adapter) == nil)
    let trained = try #require(term("gradients", adapter)).most
    #expect(trained > 0)
    #expect(try 4 * trained < #require(term("gradients", whole)).most)
    #expect(try #require(term("moments", adapter)).most == 2 * trained)
    #expect(try #require(term("adapter", adapter)).most == 2 * trained)
  }

  @Test func `of weights that are only read has no copy of them`() throws {
    let drawn = try memory(of: "eval")
    #expect(term("weights", drawn) != nil && term("packed weights", drawn) == nil)
  }

  /// The peak of what is measured; the estimate without the program, which tests share.
  @Test(arguments: Recomputation.allCases)
  func `bounds what training takes, and not by much`(recompute: Recomputation) throws {
    var shape = ModelConfiguration()
    (shape.hiddenSize, shape.layerCount, shape.intermediateSize) = (64, 6, 172)
    let format = ResponseFormats.standard
    let size = format.tokenizer.vocabularySize
    let model = Transformer(configuration: shape, vocabularySize: size, seed: 1)
    var train = TrainConfiguration()
    (train.recompute, train.promptsPerStep, train.microBatchSize) = (recompute, 8, 16)
    let backend = CPUBackend(threads: 1)
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model, format: format, configuration: train, backend: backend),
      lossScaleFactor: 60, backend: backend)
    let problem = Problem(family: "chain", difficulty: 1, prompt: "C", answer: "")
    let length = 120
    let examples = try (0..<8).map { index -> SupervisedExample in
      let tokens = (0..<length - 2).map { place in Int32((place + index) % (size - 4) + 2) }
      return try SupervisedExample.response(tokens, to: problem, in: format)
    }
    let longest = examples.map { $0.tokens.count }.max() ?? 0
    for step in 0..<2 { _ = try trainer.step(step, examples: examples) }

    var estimate = MemoryEstimate(
      ModelSizes(shape, vocabularySize: size), numerics: .exact, format: format)
    estimate.addPasses(train, sequences: 8, longest: longest, fields: [])
    let terms = estimate.memory.terms.filter { ["activations", "logits"].contains($0.name) }
    let gradients = MemoryEstimate.gradients(of: estimate.model).most
    let told = terms.reduce(gradients) { $0 + $1.most }
    let measured = 4 * backend.memory.usage.peakFloats
    #expect(measured <= told, "\(measured) bytes, not \(told)")
    #expect(10 * told < 17 * measured, "\(measured) bytes, not \(told)")
  }
}
