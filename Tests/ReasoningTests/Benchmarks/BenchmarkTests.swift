import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `A benchmark` {
  private var shape: BenchmarkShape {
    var model = ModelConfiguration()
    model.hiddenSize = 16
    model.layerCount = 1
    model.headCount = 2
    model.intermediateSize = 24
    return BenchmarkShape(
      "test", model, vocabulary: 60, training: (3, 20), sampling: (5, 12),
      reinforcement: (2, 4, 16))
  }

  private func measure(
    _ kind: BenchmarkKind, numerics: MatrixNumerics = .exact, _ shape: BenchmarkShape
  ) throws -> Throughput {
    let workload = try #require(shape.workloads.first { $0.kind == kind })
    return try Benchmark(numerics: numerics, threads: 2, duration: .milliseconds(20))
      .measure(workload)
  }

  @Test(arguments: MatrixNumerics.allCases)
  func `counts the tokens that were trained on and sampled`(numerics: MatrixNumerics) throws {
    #expect(try measure(.train, numerics: numerics, shape).tokens == 3 * 20)
    #expect(try measure(.sample, numerics: numerics, shape).tokens == 5 * 12)
    #expect(try measure(.rl, numerics: numerics, shape).tokens == 2 * 4 * 16)
  }

  @Test func `counts operations by parameters and tokens`() throws {
    let training = try measure(.train, shape)
    let parameters = Double(training.parameters)
    for repetition in training.repetitions {
      #expect(repetition.operations == 6 * parameters * 60)
    }
    let sampling = try measure(.sample, shape)
    // Five prompts of 32 tokens and twelve tokens after each.
    #expect(sampling.repetitions[0].operations == 2 * parameters * 5 * 44)
    let step = try measure(.rl, shape)
    // Two prompts run once each, 128 tokens are sampled, and eight sequences of 48 tokens are
    // trained.
    #expect(step.repetitions[0].operations == parameters * (2 * (64 + 128) + 6 * 8 * 48))
  }

  @Test func `lasts as long as it should and rates every repetition`() throws {
    let training = try measure(.train, shape)
    #expect(training.repetitions.reduce(0) { $0 + $1.seconds } >= 0.02)
    #expect(training.fastest <= training.seconds && training.seconds <= training.slowest)
    #expect(training.tokensPerSecond > 0 && training.gigaflops > 0)
  }

  @Test func `reading counts the prompt, and a model may bring its own weights`() throws {
    let model = TrainingFixtures.model()
    let workload = Workload(
      name: "test", model: model.configuration, vocabularySize: model.vocabularySize,
      format: ResponseFormats.standard, weights: { model },
      work: .reading(length: 40, vocabularySize: model.vocabularySize))
    #expect(workload.kind == .read)
    let throughput = try Benchmark(numerics: .exact, threads: 1, duration: .milliseconds(5))
      .measure(workload)
    #expect(throughput.tokens == 40 && throughput.parameters == model.parameterCount)
    #expect(throughput.repetitions[0].operations == 80 * Double(model.parameterCount))
  }

  @Test func `the shapes have every kind of work and different names`() {
    for shape in BenchmarkShape.all {
      #expect(shape.workloads.map(\.kind) == [.train, .sample, .rl])
    }
    #expect(Set(BenchmarkShape.all.map(\.name)).count == BenchmarkShape.all.count)
  }

  @Test func `the fastest product is measured`() throws {
    let peak = try Benchmark(numerics: .exact, threads: 1, duration: .milliseconds(20))
      .matrixPeak(sizes: [16, 64])
    #expect(peak > 0 && peak.isFinite)
  }
}

@Suite struct `A rollout` {
  /// Tokens banned by the settings are banned in addition to those of the vocabulary, in the
  /// sampler and in the trainer's log-probabilities.
  @Test func `never ends when its end is banned`() throws {
    let model = TrainingFixtures.model()
    let backend = CPUBackend(numerics: .exact, threads: 1)
    var settings = SamplingSettings()
    settings.maxNewTokens = 60
    func responses() throws -> [SampledResponse] {
      let problems = TrainingFixtures.pool().all.prefix(4)
      return try ResponseSampler(
        model: model, backend: backend, settings: settings, numGenerations: 8, seed: 1,
        purpose: "test"
      ).sample(Array(problems)).flatMap { $0.map(\.sampled) }
    }
    #expect(try responses().contains { $0.stop == .stopToken })
    settings.bannedTokens = [LadderVocabulary.endOfSequence]
    let unending = try responses()
    #expect(unending.allSatisfy { $0.stop == .length && $0.tokens.count == 60 })
    #expect(unending.allSatisfy { !$0.tokens.contains(LadderVocabulary.padding) })
  }
}
