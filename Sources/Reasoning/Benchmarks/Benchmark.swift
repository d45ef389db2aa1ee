import Fields
import ModelCore
package import TensorCore

/// Measures how fast this build computes on this machine. Figures use wall time, so other work on
/// the machine lowers them; compare only ratios from one session.
package struct Benchmark {
  private let backend: CPUBackend
  /// The time a measurement takes, after one warm-up repetition that is not counted. At least one
  /// repetition is always counted.
  private let duration: Duration

  package init(numerics: MatrixNumerics, threads: Int, duration: Duration) {
    backend = CPUBackend(numerics: numerics, threads: threads)
    self.duration = duration
  }

  /// Repeats the workload and returns its throughput.
  /// - Throws: the errors of reading the weights, and those of training and decoding, which random
  ///   weights do not cause.
  package func measure(_ workload: Workload) throws -> Throughput {
    let whole =
      try workload.weights?()
      ?? Transformer(
        configuration: workload.model, vocabularySize: workload.vocabularySize, seed: 0)
    if workload.adapter != nil { whole.requiresGradient = false }
    let model =
      workload.adapter.map { Transformer(base: whole, newAdapter: $0, seed: 0) } ?? whole
    let format = workload.format
    let repetitions =
      switch workload.work {
      case .training(let train, let lossScaleFactor, let examples):
        try training(model, format, train, lossScaleFactor: lossScaleFactor, examples: examples)
      case .reading(let prompt): try reading(model, prompt: prompt)
      case .sampling(let prompts, let settings):
        try sampling(model, prompts: prompts, settings: settings)
      case .reinforcement(let train, let policy, let problems):
        try reinforcement(model, format, train, policy, problems: problems)
      }
    return Throughput(repetitions: repetitions, parameters: model.parameterCount)
  }

  private func training(
    _ model: Transformer, _ format: any ResponseFormat, _ train: TrainConfiguration,
    lossScaleFactor: Double, examples: any StepExamples
  ) throws -> [Throughput.Repetition] {
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model, format: format, configuration: train, backend: backend),
      lossScaleFactor: lossScaleFactor, backend: backend)
    return try repeated { repetition in
      let step = train.step(ofRepetition: repetition)
      let metrics = try trainer.step(step, examples: try examples.examples(at: step))
      let tokens = metrics["num_tokens"] ?? 0
      return (Int(tokens), model.operationsPerTrainedToken * tokens)
    }
  }

  private func reading(
    _ model: Transformer, prompt: [Int32]
  ) throws -> [Throughput.Repetition] {
    var settings = SamplingSettings()
    settings.maxNewTokens = 1
    let operations = 2 * Double(model.parameterCount) * Double(prompt.count)
    return try sampling(model, prompts: [prompt], settings: settings).map {
      Throughput.Repetition(seconds: $0.seconds, tokens: prompt.count, operations: operations)
    }
  }

  private func sampling(
    _ model: Transformer, prompts: [[Int32]], settings: SamplingSettings
  ) throws -> [Throughput.Repetition] {
    let decoder = Decoder(model: model, backend: backend, maxRows: 256)
    return try repeated { repetition in
      let requests = prompts.enumerated().map { row, prompt in
        SampleRequest(
          prompt: prompt,
          stream: RandomStream(
            seed: 0, purpose: "bench.sample", UInt64(repetition), UInt64(row)))
      }
      let before = decoder.ledger
      let responses = try decoder.generate(requests, settings: settings)
      let tokens = responses.reduce(0) { $0 + $1.tokens.count }
      let passed = decoder.ledger.prefillTokens - before.prefillTokens + tokens
      return (tokens, 2 * Double(model.parameterCount) * Double(passed))
    }
  }

  /// Measures reinforcement learning steps. A term that makes all rewards of a group different
  /// replaces correctness: random weights never answer correctly, and a group whose rewards are
  /// equal is left out of the update. With the term, every response is trained.
  private func reinforcement(
    _ model: Transformer, _ format: any ResponseFormat, _ train: TrainConfiguration,
    _ policy: PolicyTrainingConfiguration, problems: [Problem]
  ) throws -> [Throughput.Repetition] {
    var policy = policy
    policy.reward = RewardConfiguration(
      policy.reward.terms.filter { !($0 is Correctness) } + [Ramp()],
      weights: policy.reward.weights)
    policy.sampling.bannedTokens.append(contentsOf: format.stopTokens)
    let trainer = PolicyTrainer(
      optimization: TrainingState(
        model: model, format: format, configuration: train, backend: backend),
      reference: policy.algorithm.needsReference ? model.frozenReference() : nil, training: policy,
      problems: ProblemPool(problems), seed: 0, backend: backend)
    let prompt = try problems.reduce(0) { try $0 + format.prompt(of: $1, header: .none).count }
    let meanPrompt = Double(prompt) / Double(problems.count)
    return try repeated { repetition in
      let metrics = try trainer.step(train.step(ofRepetition: repetition))
      let tokens = metrics["num_tokens"] ?? 0
      let prompts = Double(min(train.promptsPerStep, problems.count)) * meanPrompt
      let sequences = prompts * Double(policy.numGenerations) + tokens
      let sampled = 2 * (prompts + tokens)
      let referred = policy.algorithm.needsReference ? 2 * sequences : 0
      let updated =
        model.operationsPerTrainedToken * sequences * Double(policy.algorithm.numIterations)
      return (Int(tokens), Double(model.parameterCount) * (sampled + referred) + updated)
    }
  }

  /// The facts that decide the bits, and with them the speed: library, processor core and threads.
  package var fingerprint: String { backend.fingerprint }

  /// The instruction set used by this project's own kernels.
  package static var kernels: String { String(describing: KernelVariant.selected) }

  /// The highest speed of a square matrix product, in GFLOP/s: the reference for the other figures.
  package func matrixPeak(sizes: [Int] = [256, 512, 1024]) throws -> Double {
    var best = 0.0
    for size in sizes {
      let values = RandomExamples.tokens(size * size, below: 1000, row: 0)
        .map { Float($0) / 1000 }
      let (a, b) = (
        Tensor(shape: [size, size], values: values), Tensor(shape: [size, size], values: values)
      )
      let operations = 2 * Double(size * size * size)
      let repetitions = try repeated(for: duration / sizes.count) { _ in
        _ = try Tape(backend: backend, recording: false).linear(a, b)
        return (0, operations)
      }
      best = max(best, Throughput(repetitions: repetitions, parameters: 0).best)
    }
    return best
  }

  /// Runs the work once as warm-up (number 0, not counted), then until the time is up.
  private func repeated(
    for duration: Duration? = nil, _ work: (Int) throws -> (tokens: Int, operations: Double)
  ) throws -> [Throughput.Repetition] {
    _ = try work(0)
    var repetitions: [Throughput.Repetition] = []
    let first = ContinuousClock.now
    var start = first
    repeat {
      let (tokens, operations) = try work(repetitions.count + 1)
      let end = ContinuousClock.now
      repetitions.append(
        Throughput.Repetition(
          seconds: (end - start) / .seconds(1), tokens: tokens, operations: operations))
      start = end
    } while start - first < duration ?? self.duration
    return repetitions
  }
}

extension Transformer {
  /// 2 for every parameter forward and as many for the gradients of activations, and 2 for every
  /// parameter that is trained.
  fileprivate var operationsPerTrainedToken: Double {
    let trained = trainedParameters.reduce(0) { $0 + $1.tensor.count }
    return Double(4 * parameterCount + 2 * trained)
  }
}

extension TrainConfiguration {
  /// The training step whose batch and learning rate a repetition uses. Steps are spread evenly
  /// over the run for any number of repetitions, because the batches of a curriculum grow.
  fileprivate func step(ofRepetition repetition: Int) -> Int {
    let goldenRatio = 0.618_033_988_749_895
    let place = Double(repetition) * goldenRatio
    return min(maxSteps - 1, Int((place - place.rounded(.down)) * Double(maxSteps)))
  }
}

extension Throughput {
  /// Speed of the fastest repetition, in GFLOP/s.
  fileprivate var best: Double {
    repetitions.map { $0.operations / $0.seconds / 1e9 }.max() ?? 0
  }
}

/// Rewards of 1, 1/2, 1/3, … in the order of the samples. No value equals the mean of its group, so
/// every response has a nonzero advantage.
private struct Ramp: RewardTerm {
  static let name = "ramp"
  static let meaning = "Tells the responses of a group apart"
  static var fields: [Field<Ramp>] { [] }

  func values(for group: ResponseGroup) -> [Double] {
    group.responses.indices.map { 1 / Double($0 + 1) }
  }
}
