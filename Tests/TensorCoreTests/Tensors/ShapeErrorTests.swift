import TensorCore
import Testing

/// The exact message of each operation about inputs that do not fit.
@Suite struct `A shape error` {
  private let tape = Tape(backend: CPUBackend())
  /// The input of every operation: four tokens of eight channels.
  private let x = Tensor(shape: [4, 8])
  private let layout = SequenceLayout(lengths: [4])

  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (Tape) throws -> Tensor
  ) {
    let error = #expect(throws: ShapeError.self, sourceLocation: sourceLocation) {
      try body(tape)
    }
    #expect(error?.description == message, sourceLocation: sourceLocation)
    #expect(
      error.map { message.hasPrefix($0.operation + ": ") } == true, sourceLocation: sourceLocation)
  }

  private func tensor(_ shape: Int...) -> Tensor { Tensor(shape: shape) }

  @Test func `of an embedding`() {
    expect("embedding: the table has shape [4], not [rows, columns]") {
      try $0.embedding(tensor(4), [0])
    }
    expect("embedding: id 4 is outside a table of 4 rows") { try $0.embedding(x, [1, 4]) }
    expect("embedding: id -1 is outside a table of 4 rows") { try $0.embedding(x, [-1]) }
  }

  @Test func `of a linear layer`() {
    expect("linear: input [4, 8] does not fit weight [16, 32]") {
      try $0.linear(x, tensor(16, 32))
    }
    expect("linear: input [4, 8] does not fit weight [8]") { try $0.linear(x, tensor(8)) }
    expect("linear: input [8] does not fit weight [8, 2]") {
      try $0.linear(tensor(8), tensor(8, 2))
    }
    expect("linear: bias [3] does not fit weight [8, 2]") {
      try $0.linear(x, tensor(8, 2), bias: tensor(3))
    }
  }

  @Test func `of a sum, a norm and a gate`() {
    expect("add: left [4, 8] does not fit right [8, 4]") { try $0.add(x, tensor(8, 4)) }
    expect("rmsNorm: input [4, 8] does not fit weight [4]") {
      try $0.rmsNorm(x, tensor(4), epsilon: 0)
    }
    expect("rmsNorm: offset [1] does not fit weight [8]") {
      try $0.rmsNorm(x, tensor(8), offset: tensor(1), epsilon: 0)
    }
    expect("rmsNorm: input [8] does not fit weight [8]") {
      try $0.rmsNorm(tensor(8), tensor(8), epsilon: 0)
    }
    expect("swiGLU: gate [4, 8] does not fit up [4, 7]") {
      try $0.swiGLU(gate: x, up: tensor(4, 7))
    }
    expect("geGLU: gate [4, 8] does not fit up [4, 7]") {
      try $0.geGLU(gate: x, up: tensor(4, 7))
    }
  }

  @Test func `of a rotary embedding`() {
    let frequencies = RotaryFrequencies(theta: 1, headDimension: 4)
    expect("rotary: input [4, 8] does not fit layout of tokens [3]") {
      try $0.rotary(x, heads: 2, layout: SequenceLayout(lengths: [3]), frequencies: frequencies)
    }
    expect("rotary: input [4, 8] does not make 8 heads of size 4") {
      try $0.rotary(x, heads: 8, layout: layout, frequencies: frequencies)
    }
    expect("rotary: input [4, 8] does not make 0 heads of size 4") {
      try $0.rotary(x, heads: 0, layout: layout, frequencies: frequencies)
    }
  }

  @Test func `of attention`() {
    func attention(
      _ tape: Tape, key: Tensor, value: Tensor, heads: Int = 4, keyValueHeads: Int = 2,
      tokens: Int = 4
    ) throws -> Tensor {
      try tape.attention(
        query: x, key: key, value: value, heads: heads, keyValueHeads: keyValueHeads,
        layout: SequenceLayout(lengths: [tokens]))
    }
    let fits = tensor(4, 4)
    expect("attention: input [4, 8] does not fit layout of tokens [5]") {
      try attention($0, key: fits, value: fits, tokens: 5)
    }
    expect("attention: key [4, 8] does not fit query [4, 8] in 4 heads over 2 key/value heads") {
      try attention($0, key: x, value: fits)
    }
    expect("attention: value [3, 4] does not fit query [4, 8] in 4 heads over 2 key/value heads") {
      try attention($0, key: fits, value: tensor(3, 4))
    }
    expect("attention: query [4, 8] does not make 3 heads over 1 key/value heads") {
      try attention($0, key: fits, value: fits, heads: 3, keyValueHeads: 1)
    }
    expect("attention: query [4, 8] does not make 4 heads over 3 key/value heads") {
      try attention($0, key: fits, value: fits, keyValueHeads: 3)
    }
  }

  @Test func `of a short convolution`() {
    expect("shortConvolution: input [4, 8] does not fit weight [4, 7]") {
      try $0.shortConvolution(x, tensor(4, 7), layout: layout)
    }
    expect("shortConvolution: input [4, 8] does not fit weight [0, 8]") {
      try $0.shortConvolution(x, tensor(0, 8), layout: layout)
    }
    expect("shortConvolution: input [4, 8] does not fit layout of tokens [2]") {
      try $0.shortConvolution(x, tensor(4, 8), layout: SequenceLayout(lengths: [2]))
    }
  }

  @Test func `of log probabilities`() {
    func logProbabilities(
      _ tape: Tape, table: [Int] = [16, 8], rows: [Int32] = [0], targets: [Int32] = [0],
      temperature: Float = 1, banned: [Int32] = []
    ) throws -> Tensor {
      try tape.logProbabilities(
        x, table: Tensor(shape: table), rows: rows, targets: targets, temperature: temperature,
        banned: banned)
    }
    expect("logProbabilities: hidden [4, 8] does not fit table [16, 9]") {
      try logProbabilities($0, table: [16, 9])
    }
    expect("logProbabilities: hidden [4, 8] does not fit table [8]") {
      try logProbabilities($0, table: [8])
    }
    expect("logProbabilities: rows [1] does not fit targets [2]") {
      try logProbabilities($0, targets: [1, 2])
    }
    expect("logProbabilities: temperature 0.0 is not above 0 and finite") {
      try logProbabilities($0, temperature: 0)
    }
    expect("logProbabilities: temperature inf is not above 0 and finite") {
      try logProbabilities($0, temperature: .infinity)
    }
    expect("logProbabilities: row 4 is outside 4 hidden rows") {
      try logProbabilities($0, rows: [4])
    }
    expect("logProbabilities: target 16 is outside a vocabulary of 16") {
      try logProbabilities($0, targets: [16])
    }
    expect("logProbabilities: banned id -1 is outside a vocabulary of 16") {
      try logProbabilities($0, banned: [-1])
    }
  }

  @Test func `of going back`() throws {
    let weight = noiseTensor([8, 2], "weight")
    weight.requiresGradient = true
    let y = try tape.linear(x, weight)
    func back(_ message: String, _ output: Tensor, _ seed: [Float], on tape: Tape) {
      let error = #expect(throws: ShapeError.self) { try tape.backward(from: output, seed: seed) }
      #expect(error?.description == message)
    }
    let seed = [Float](repeating: 1, count: 8)
    back("backward: seed [7] does not fit output [4, 2]", y, Array(seed.dropLast()), on: tape)
    back(
      "backward: the output was not recorded on this tape", y, seed, on: Tape(backend: CPUBackend())
    )
    try tape.backward(from: y, seed: seed)
    back("backward: the tape has already gone back", y, seed, on: tape)
  }
}
