import TensorCore
import Testing

/// The memory that a step keeps, for how long, and what it allocates from the system.
@Suite struct `Memory` {
  private let layout = SequenceLayout(lengths: [117, 1, 140, 66])

  /// Runs a step of four blocks that share their weights; returns output, gradients and memory use.
  private func step(
    _ model: TinyModel, on backend: CPUBackend, recomputing: Bool
  ) throws -> (bits: [[UInt32]], peak: Int) {
    for parameter in model.parameters { parameter.zeroGradient() }
    backend.memory.resetPeak()
    let before = backend.memory.usage.floats
    let tape = Tape(backend: backend)
    let tokens = model.tokens(layout.tokenCount)
    var x = try tape.embedding(model.table, tokens)
    for _ in 0..<4 {
      let input = x
      x =
        recomputing
        ? try tape.recomputed { try model.block($0, input, layout) }
        : try model.block(tape, input, layout)
    }
    let (rows, targets) = TinyModel.predictions(tokens, layout)
    let output = try tape.logProbabilities(x, table: model.table, rows: rows, targets: targets)
    try tape.backward(from: output, seed: noise(output.count, "seed"))
    let gradients = model.parameters.map { bits($0.gradientValues) }
    return ([bits(output)] + gradients, backend.memory.usage.peakFloats - before)
  }

  @Test(arguments: [1, 2])
  func `recomputed blocks give the same bits from less memory`(threads: Int) throws {
    let model = TinyModel()
    let backend = CPUBackend(threads: threads)
    let kept = try step(model, on: backend, recomputing: false)
    let again = try step(model, on: backend, recomputing: true)
    #expect(again.bits == kept.bits)
    #expect(again.peak * 2 < kept.peak, "\(again.peak) against \(kept.peak) floats")
  }

  @Test func `a recomputed stretch may hold another, and parts that learn nothing`() throws {
    let model = TinyModel()
    let layout = SequenceLayout(lengths: [5, 3])
    let tokens = model.tokens(8)
    let backend = CPUBackend()
    let constant = noiseTensor([8, 60], "constant")
    func gradients(_ run: (Tape, Tensor) throws -> Tensor) throws -> [[UInt32]] {
      for parameter in model.parameters { parameter.zeroGradient() }
      let tape = Tape(backend: backend)
      let y = try run(tape, tape.embedding(model.table, tokens))
      try tape.backward(from: y, seed: noise(y.count, "seed"))
      return model.parameters.map { bits($0.gradientValues) }
    }
    let plain = try gradients { tape, x in
      let sum = try tape.add(try model.block(tape, x, layout), constant)
      return try model.block(tape, sum, layout)
    }
    let nested = try gradients { tape, x in
      try tape.recomputed { tape in
        let inner = try tape.recomputed { try model.block($0, x, layout) }
        let idle = try tape.recomputed { _ in constant }
        let through = try tape.recomputed { _ in inner }
        #expect(through === inner && idle === constant)
        return try model.block(tape, tape.add(through, idle), layout)
      }
    }
    #expect(nested == plain)
  }

  @Test func `a recomputed stretch on a tape that does not record is just run`() throws {
    let model = TinyModel()
    let tape = Tape(backend: CPUBackend(), recording: false)
    let x = noiseTensor([layout.tokenCount, 60], "x")
    let y = try tape.recomputed { try model.block($0, x, layout) }
    #expect(try bits(y) == bits(model.block(tape, x, layout)))
    #expect(!y.requiresGradient)
  }

  @Test func `a step after the first asks the system for no memory`() throws {
    let model = TinyModel()
    let backend = CPUBackend()
    let state = AdamWState(parameters: model.parameters)
    func trainingStep() throws {
      for _ in 0..<2 { _ = try step(model, on: backend, recomputing: false) }
      _ = clipGradientNorm(model.parameters, maxNorm: 0.5, backend: backend)
      state.step(AdamW(learningRate: 1e-3), backend: backend)
      state.zeroGradients()
    }
    try trainingStep()
    let first = backend.memory.usage
    #expect(first.allocationCount > 0)
    for _ in 0..<3 { try trainingStep() }
    #expect(backend.memory.usage.allocationCount == first.allocationCount)
    #expect(backend.memory.usage.floats == 0)
  }

  @Test func `values that nobody needs on the way back are not kept`() throws {
    // A linear layer keeps its input and a sum keeps nothing, so one of the chain's 2n results is
    // kept.
    let backend = CPUBackend()
    let weight = noiseTensor([64, 64], "weight", scale: 0.1)
    weight.requiresGradient = true
    let tape = Tape(backend: backend)
    let start = noiseTensor([64, 64], "start")
    var x = try tape.linear(start, weight)
    for _ in 0..<8 { x = try tape.add(x, start) }
    let y = try tape.linear(x, weight)
    #expect(backend.memory.usage.floats == 2 * 64 * 64)
    try tape.backward(from: y, seed: noise(64 * 64, "seed"))
  }
}
