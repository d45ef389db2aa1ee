import TensorCore
import Testing

/// Every operation against central differences (step 0.01 unless stated), |a-b| ≤ 2e-3 + 5e-3·|b|
/// unless stated: float differences of that step carry errors of about 1e-3.
@Suite struct `Gradients` {
  let layout = SequenceLayout(lengths: [5, 1, 0, 18, 3])

  @Test func `embedding adds up repeated rows`() throws {
    let table = noiseTensor([6, 19], "table")
    try expectGradients(of: "embedding", inputs: [("table", table)], absolute: 1e-3) { tape in
      try tape.embedding(table, [3, 0, 3, 5, 3])
    }
  }

  @Test func `linear`() throws {
    let x = noiseTensor([7, 21], "x")
    let weight = noiseTensor([21, 18], "weight")
    let bias = noiseTensor([18], "bias")
    try expectGradients(of: "linear", inputs: [("x", x), ("weight", weight), ("bias", bias)]) {
      try $0.linear(x, weight, bias: bias)
    }
  }

  @Test func `a tensor used twice receives both gradients`() throws {
    let x = noiseTensor([4, 9], "x")
    let weight = noiseTensor([9, 9], "weight", scale: 0.4)
    try expectGradients(of: "linear twice", inputs: [("x", x), ("weight", weight)]) {
      try $0.add(x, $0.linear($0.linear(x, weight), weight))
    }
  }

  @Test func `rms norm`() throws {
    let x = noiseTensor([5, 37], "x")
    let weight = noiseTensor([37], "weight", scale: 0.3, around: 1)
    try expectGradients(of: "rmsNorm", inputs: [("x", x), ("weight", weight)]) {
      try $0.rmsNorm(x, weight, epsilon: 1e-5)
    }
  }

  @Test func `swiglu`() throws {
    let gate = noiseTensor([3, 23], "gate")
    let up = noiseTensor([3, 23], "up")
    try expectGradients(of: "swiGLU", inputs: [("gate", gate), ("up", up)]) {
      try $0.swiGLU(gate: gate, up: up)
    }
  }

  @Test func `rotary`() throws {
    let x = noiseTensor([layout.tokenCount, 3 * 6], "x")
    try expectGradients(of: "rotary", inputs: [("x", x)]) {
      try $0.rotary(x, heads: 3, layout: layout, theta: 100)
    }
  }

  @Test func `short convolution`() throws {
    let x = noiseTensor([layout.tokenCount, 18], "x")
    let weight = noiseTensor([4, 18], "weight")
    try expectGradients(of: "shortConvolution", inputs: [("x", x), ("weight", weight)]) {
      try $0.shortConvolution(x, weight, layout: layout)
    }
  }

  @Test(arguments: [(4, 4), (4, 2), (4, 1)])
  func `attention`(heads: Int, keyValueHeads: Int) throws {
    let q = noiseTensor([layout.tokenCount, heads * 6], "q")
    let k = noiseTensor([layout.tokenCount, keyValueHeads * 6], "k")
    let v = noiseTensor([layout.tokenCount, keyValueHeads * 6], "v")
    try expectGradients(of: "attention", inputs: [("q", q), ("k", k), ("v", v)], absolute: 3e-3) {
      try $0.attention(
        query: q, key: k, value: v, heads: heads, keyValueHeads: keyValueHeads, layout: layout)
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

  @Test func `log probabilities`() throws {
    let hidden = noiseTensor([6, 20], "hidden", scale: 0.5)
    let table = noiseTensor([23, 20], "table", scale: 0.5)
    try expectGradients(of: "logProbabilities", inputs: [("hidden", hidden), ("table", table)]) {
      try $0.logProbabilities(
        hidden, table: table, rows: [0, 2, 2, 5], targets: [1, 4, 22, 0], temperature: 0.8,
        banned: [7, 8])
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
