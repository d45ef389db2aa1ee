import ModelCore
package import TensorCore

/// How fast this build computes on this machine. Figures are of wall time, so other work beside it
/// lowers them; compare ratios of one sitting only.
package struct Benchmark {
  package struct Result: Sendable {
    package let tokensPerSecond: Double
    /// For training, 6 · parameters · tokens per second, the usual count of a step's arithmetic.
    package let gigaflops: Double?
    package let repetitions: Int
  }

  private let numerics: MatrixNumerics
  private let threads: Int
  /// How long each measurement lasts, after one run that is not counted.
  private let duration: Duration

  package init(numerics: MatrixNumerics, threads: Int, duration: Duration) {
    self.numerics = numerics
    self.threads = threads
    self.duration = duration
  }

  /// Whole training steps: forward, backward, clipping and AdamW on random tokens.
  package func training(_ shape: BenchmarkShape) throws -> Result {
    let backend = CPUBackend(numerics: numerics, threads: threads)
    let model = model(shape)
    var train = TrainConfiguration()
    train.maxSteps = 1_000_000
    train.promptsPerStep = shape.batch
    let trainer = SupervisedTrainer(
      optimization: Optimization(model: model, configuration: train, backend: backend),
      lossScaleFactor: Double(shape.length), backend: backend)
    let examples = (0..<shape.batch).map { row in
      SupervisedExample(given: [0], learned: tokens(shape.length, row: row, shape))
    }
    let (seconds, count) = try repeated { _ = try trainer.step($0, examples: examples) }
    let rate = Double(count * shape.batch * shape.length) / seconds
    return Result(
      tokensPerSecond: rate, gigaflops: 6 * Double(model.parameterCount) * rate / 1e9,
      repetitions: count)
  }

  /// New tokens of a batch that is sampled to the end of its length from prompts of 16 tokens.
  package func sampling(_ shape: BenchmarkShape) throws -> Result {
    let decoder = Decoder(
      model: model(shape), backend: CPUBackend(numerics: numerics, threads: threads),
      maxRows: shape.rows)
    var settings = SamplingSettings()
    settings.maxNewTokens = shape.length - 16
    var tokenCount = 0
    let (seconds, count) = try repeated { repetition in
      let requests = (0..<shape.rows).map { row in
        SampleRequest(
          prompt: tokens(16, row: row, shape),
          stream: RandomStream(
            seed: 0, purpose: "bench.sample", UInt64(repetition), UInt64(row)))
      }
      let responses = try decoder.generate(requests, settings: settings)
      if repetition > 0 { tokenCount += responses.reduce(0) { $0 + $1.tokens.count } }
    }
    return Result(
      tokensPerSecond: Double(tokenCount) / seconds, gigaflops: nil, repetitions: count)
  }

  /// The most that a square product of this size reaches, in GFLOP/s: the measure for the others.
  package func matrixPeak(size: Int = 512) throws -> Double {
    let backend = CPUBackend(numerics: numerics, threads: threads)
    let values = tokens(size * size, vocabulary: 1000).map { Float($0) / 1000 }
    let (a, b) = (
      Tensor(shape: [size, size], values: values), Tensor(shape: [size, size], values: values)
    )
    var best = 0.0
    _ = try repeated { _ in
      let start = ContinuousClock.now
      _ = try Tape(backend: backend, recording: false).linear(a, b)
      let seconds = (ContinuousClock.now - start).inSeconds
      best = max(best, 2 * Double(size * size * size) / seconds / 1e9)
    }
    return best
  }

  /// Does the work once uncounted, as number 0, then until the time is up.
  private func repeated(_ work: (Int) throws -> Void) throws -> (seconds: Double, count: Int) {
    try work(0)
    let start = ContinuousClock.now
    var count = 0
    repeat {
      count += 1
      try work(count)
    } while ContinuousClock.now - start < duration
    return ((ContinuousClock.now - start).inSeconds, count)
  }

  private func model(_ shape: BenchmarkShape) -> Transformer {
    Transformer(
      configuration: shape.configuration, vocabularySize: shape.vocabularySize, seed: 0)
  }

  private func tokens(_ count: Int, row: Int, _ shape: BenchmarkShape) -> [Int32] {
    tokens(count, vocabulary: shape.vocabularySize, row: row)
  }

  private func tokens(_ count: Int, vocabulary: Int, row: Int = 0) -> [Int32] {
    var stream = RandomStream(seed: 0, purpose: "bench.tokens", UInt64(row))
    return (0..<count).map { _ in Int32(stream.int(in: 0...(vocabulary - 1))) }
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
