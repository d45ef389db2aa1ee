import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `Supervised training` {
  private func trainer(
    _ model: Transformer, lossScaleFactor: Double = 60,
    _ change: (inout TrainConfiguration) -> Void = { _ in }
  ) -> SupervisedTrainer {
    let backend = CPUBackend(numerics: .exact, threads: 1)
    return SupervisedTrainer(
      optimization: TrainingState(
        model: model, configuration: TrainingFixtures.train(change), backend: backend),
      lossScaleFactor: lossScaleFactor, backend: backend)
  }

  private func examples(_ step: Int) throws -> [SupervisedExample] {
    try TeacherExamples(
      ExampleSource(pool: TrainingFixtures.pool(), truncatedFraction: 0.3), seed: 5, count: 4,
      maxSteps: 4
    ).examples(at: step)
  }

  @Test func `the loss is the sum over tokens, divided by a constant`() throws {
    let model = TrainingFixtures.model()
    let batch = try examples(0)
    // Computes every log-probability separately, one example at a time.
    let backend = CPUBackend(numerics: .exact, threads: 1)
    var total = 0.0
    for example in batch {
      let packed = PackedBatch(sequences: [(example.tokens, example.weights.map { $0 != 0 })])
      let tape = Tape(backend: backend, recording: false)
      let hidden = try model.forward(tape, tokens: packed.tokens, layout: packed.layout)
      let values = try tape.logProbabilities(
        hidden, table: model.lmHead, rows: packed.rows, targets: packed.targets,
        temperature: 1, banned: [])
      total -= values.values.reduce(0) { $0 + Double($1) }
    }
    let metrics = try trainer(model, lossScaleFactor: 30).step(0, examples: batch)
    #expect(abs((metrics["loss"] ?? 0) - total / (4 * 30)) < 1e-9)
  }

  @Test func `lowers the loss on examples seen again`() throws {
    let trainer = trainer(TrainingFixtures.model()) { $0.maxSteps = 30 }
    let batch = try examples(0)
    let losses = try (0..<30).map { try trainer.step($0, examples: batch)["loss"] ?? .nan }
    #expect(losses[29] < losses[0] * 0.7)
  }

  @Test(arguments: [1, 2, 3]) func `any micro-batch gives the same bits`(size: Int) throws {
    let (whole, split) = (TrainingFixtures.model(), TrainingFixtures.model())
    let (a, b) = (trainer(whole), trainer(split) { $0.microBatchSize = size })
    for step in 0..<3 {
      _ = try a.step(step, examples: examples(step))
      _ = try b.step(step, examples: examples(step))
    }
    #expect(TrainingFixtures.weights(whole) == TrainingFixtures.weights(split))
  }

  @Test func `a diverging run says so and leaves the weights alone`() throws {
    let model = TrainingFixtures.model()
    model.parameters[0].tensor.fill(from: [Float](repeating: .nan, count: 52 * 16))
    let trainer = trainer(model)
    let before = TrainingFixtures.weights(model)[1...]
    let error = #expect(throws: DivergenceError.self) {
      try trainer.step(7, examples: examples(0))
    }
    #expect(error?.description.contains("at step 8") == true)
    #expect(Array(TrainingFixtures.weights(model)[1...]) == Array(before))
  }

  @Test func `a saved state goes on to the same bits`() throws {
    let whole = TrainingFixtures.model()
    let a = trainer(whole)
    for step in 0..<4 { _ = try a.step(step, examples: examples(step)) }

    let first = trainer(TrainingFixtures.model())
    for step in 0..<2 { _ = try first.step(step, examples: examples(step)) }
    let saved = SavedTraining(first.optimization)
    let resumed = TrainingFixtures.model(seed: 99)
    let second = trainer(resumed)
    try saved.restore(second.optimization)
    for step in 2..<4 { _ = try second.step(step, examples: examples(step)) }
    #expect(TrainingFixtures.weights(resumed) == TrainingFixtures.weights(whole))
  }

  @Test func `a state of another shape is refused by name`() throws {
    let trainer = trainer(TrainingFixtures.model())
    let name = trainer.optimization.model.parameters[0].name
    let error = #expect(throws: ModelFileError.self) {
      let other = NamedTensors([NamedTensor(name: name, shape: [1], values: [0])])
      try SavedTraining(bytes: other.encoded(), updates: 1).restore(trainer.optimization)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(name))
  }

  @Test func `responses are drawn without replacement`() throws {
    let all = try (0..<6).map { index in
      try SupervisedExample.response(
        [Int32(index + 10), 1], to: Problem(family: "chain", difficulty: 1, prompt: "C", answer: "")
      )
    }
    let source = ResponseExamples(all, seed: 1, count: 4)
    let firstPass = source.examples(at: 0) + source.examples(at: 1).prefix(2)
    #expect(Set(firstPass) == Set(all))
    #expect(source.examples(at: 2) == ResponseExamples(all, seed: 1, count: 4).examples(at: 2))
  }
}

@Suite struct `Responses to imitate` {
  private let problem = Problem(family: "chain", difficulty: 1, prompt: "C", answer: "1")

  private func text(_ example: SupervisedExample) -> String {
    LadderVocabulary.decode(example.tokens)
  }

  /// Returns the learned tokens.
  private func learned(_ example: SupervisedExample) -> String {
    LadderVocabulary.decode(
      zip(example.tokens, example.weights).filter { $1 != 0 }.map(\.0))
  }

  @Test func `are learned after what they were written after`() throws {
    let response: [Int32] =
      try LadderVocabulary.encode("a;") + [3] + LadderVocabulary.encode("1") + [1]
    let plain = try SupervisedExample.response(response, to: problem)
    #expect(text(plain) == "C<t>a;</t>1<eos>" && learned(plain) == "a;</t>1<eos>")
    let given = try SupervisedExample.response(response, to: problem, after: .given(64))
    #expect(text(given) == "C<b>064</b><t>a;</t>1<eos>" && learned(given) == "a;</t>1<eos>")
    let forced = try SupervisedExample.response(response, to: problem, forced: [2])
    #expect(text(forced) == text(plain) && learned(forced) == "a;1<eos>")
  }

  @Test func `state a budget that is learned too`() throws {
    let response: [Int32] =
      try LadderVocabulary.encode("a;") + [3] + LadderVocabulary.encode("1") + [1]
    let example = try SupervisedExample.response(response, to: problem, stating: 5)
    #expect(text(example) == "C<b>005</b><t>a;</t>1<eos>")
    #expect(learned(example) == "005</b><t>a;</t>1<eos>")
    let cut = try SupervisedExample.response(response, to: problem, stating: 5, forced: [2])
    #expect(learned(cut) == "005</b><t>a;1<eos>")
    let long = try SupervisedExample.response(response, to: problem, stating: 1234)
    #expect(text(long).hasPrefix("C<b>999</b><t>"))
  }
}
