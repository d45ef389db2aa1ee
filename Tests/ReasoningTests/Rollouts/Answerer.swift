import ModelCore
import Reasoning
import TensorCore

/// A policy that is sometimes correct: it has learned a few sums, some worked out and some answered
/// at once, and to answer after a truncated thought.
enum Answerer {
  static let problems: [Problem] = (1...4).flatMap { a in
    (1...4).map { b in
      Problem(
        family: "sum", difficulty: 1, prompt: "\(a)+\(b)=?", answer: "\(a + b)",
        verifier: ExactAnswer().name)
    }
  }

  static var pool: ProblemPool { ProblemPool(problems) }

  /// Returns trained weights; every caller gets its own model.
  static func model() throws -> Transformer { try trained.get().copy() }

  private static let trained = Result { () throws -> Transformer in
    let backend = CPUBackend(numerics: .exact, threads: 1)
    let model = TrainingFixtures.model()
    var train = TrainingFixtures.train()
    train.learningRate = 2e-2
    train.maxSteps = 120
    train.promptsPerStep = 8
    let trainer = SupervisedTrainer(
      optimization: TrainingState(model: model, configuration: train, backend: backend),
      lossScaleFactor: 10, backend: backend)
    var examples: [SupervisedExample] = []
    for (index, problem) in problems.enumerated() {
      let work = try LadderVocabulary.encode("~\(problem.prompt.dropLast())\(problem.answer);")
      let answer =
        try LadderVocabulary.encode(problem.answer) + [LadderVocabulary.endOfSequence]
      let close = [LadderVocabulary.endThinking]
      examples.append(
        try .response((index % 2 == 0 ? work : []) + close + answer, to: problem))
      let part = Array(work.prefix(1 + index % 5))
      examples.append(try .response(part + close + answer, to: problem, forced: [part.count]))
    }
    let source = ResponseExamples(examples, seed: 1, count: 8)
    for step in 0..<120 { _ = try trainer.step(step, examples: source.examples(at: step)) }
    return model
  }
}
