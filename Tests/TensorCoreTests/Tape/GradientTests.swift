import TensorCore
import Testing

/// Checks how gradients of several operations combine; Operations/ checks each alone.
///
/// Central differences of floats (step 0.01 unless stated), |a-b| ≤ 2e-3 + 5e-3·|b| unless stated:
/// differences of that step have errors of about 1e-3.
@Suite struct `Gradients` {
  let layout = SequenceLayout(lengths: [5, 1, 0, 18, 3])

  @Test func `a tensor used twice receives both gradients`() throws {
    let x = noiseTensor([4, 9], "x")
    let weight = noiseTensor([9, 9], "weight", scale: 0.4)
    try expectGradients(of: "linear twice", inputs: [("x", x), ("weight", weight)]) {
      try $0.add(x, $0.linear($0.linear(x, weight), weight))
    }
  }

  @Test func `attention of a tensor with itself`() throws {
    let x = noiseTensor([layout.tokenCount, 12], "x")
    try expectGradients(of: "attention", inputs: [("x", x)], step: 3e-3, absolute: 6e-3) {
      let y = try $0.add(x, x)
      return try $0.attention(
        query: y, key: y, value: y, heads: 2, keyValueHeads: 2, layout: layout)
    }
  }

  @Test func `log probabilities over several chunks`() throws {
    // 200 predictions of a vocabulary of 20,000 take three chunks of 96 rows.
    let hidden = noiseTensor([200, 3], "hidden")
    let table = noiseTensor([20000, 3], "table")
    let rows = (0..<200).map { Int32($0) }
    let targets = rows.map { $0 * 90 }
    hidden.requiresGradient = true
    let backend = CPUBackend()
    let tape = Tape(backend: backend)
    let output = try tape.logProbabilities(hidden, table: table, rows: rows, targets: targets)
    try tape.backward(from: output, seed: rows.map { Float($0) / 100 })
    let found = hidden.gradientValues
    for row in [0, 95, 96, 150, 199] {
      let alone = Tensor(shape: [1, 3], values: Array(hidden.values[row * 3..<row * 3 + 3]))
      alone.requiresGradient = true
      let single = Tape(backend: backend)
      let y = try single.logProbabilities(
        alone, table: table, rows: [0], targets: [targets[row]])
      #expect(bits(y.values) == bits([output.values[row]]))
      try single.backward(from: y, seed: [Float(row) / 100])
      #expect(bits(alone.gradientValues) == bits(Array(found[row * 3..<row * 3 + 3])))
    }
  }

  @Test func `a whole block, at two threads`() throws {
    let model = TinyModel(vocabulary: 11, intermediate: 7)
    let layout = SequenceLayout(lengths: [4, 3])
    let tokens = model.tokens(layout.tokenCount)
    try expectGradients(
      of: "block",
      inputs: [
        ("table", model.table), ("norm", model.norm), ("bias", model.queryBias),
        ("gate", model.gate), ("convolution", model.convolution),
      ], step: 2e-3, absolute: 1e-2, relative: 2e-2, threads: 2
    ) { try model.logProbabilities($0, tokens, layout) }
  }

  @Test func `a tape that does not record leaves no trace`() throws {
    let model = TinyModel()
    let layout = SequenceLayout(lengths: [5])
    let tape = Tape(backend: CPUBackend(), recording: false)
    let output = try model.logProbabilities(tape, model.tokens(5), layout)
    #expect(!output.requiresGradient)
    #expect(throws: ShapeError.self) {
      try tape.backward(from: output, seed: [Float](repeating: 1, count: output.count))
    }
    #expect(model.parameters.allSatisfy { $0.gradient == nil })
  }

  @Test func `nothing flows into what requires no gradient`() throws {
    let x = noiseTensor([3, 4], "x")
    let weight = noiseTensor([4, 5], "weight")
    weight.requiresGradient = true
    let tape = Tape(backend: CPUBackend())
    let y = try tape.linear(x, weight)
    try tape.backward(from: y, seed: [Float](repeating: 1, count: 15))
    #expect(x.gradient == nil)
    #expect(weight.gradient != nil)
    #expect(y.gradient == nil)
  }
}
