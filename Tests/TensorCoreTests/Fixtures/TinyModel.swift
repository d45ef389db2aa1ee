import TensorCore

/// One transformer block with every operation of the tape, including a tied embedding. Its sizes
/// are awkward on purpose: no multiple of a register, several query heads per key/value head.
struct TinyModel {
  let heads = 6
  let keyValueHeads = 3
  let dimension = 10
  let vocabulary: Int
  let epsilon: Float = 1e-6

  let table: Tensor
  let convolution: Tensor
  let norm: Tensor
  let query: Tensor
  let queryBias: Tensor
  let key: Tensor
  let value: Tensor
  let output: Tensor
  let gate: Tensor
  let up: Tensor
  let down: Tensor

  init(vocabulary: Int = 37, intermediate: Int = 71) {
    self.vocabulary = vocabulary
    let width = heads * dimension
    let narrow = keyValueHeads * dimension
    table = noiseTensor([vocabulary, width], "table", scale: 0.5)
    convolution = noiseTensor([4, width], "convolution", scale: 0.3)
    norm = noiseTensor([width], "norm", scale: 0.1, around: 1)
    query = noiseTensor([width, width], "query", scale: 0.2)
    queryBias = noiseTensor([width], "query bias", scale: 0.2)
    key = noiseTensor([width, narrow], "key", scale: 0.2)
    value = noiseTensor([width, narrow], "value", scale: 0.2)
    output = noiseTensor([width, width], "output", scale: 0.2)
    gate = noiseTensor([width, intermediate], "gate", scale: 0.2)
    up = noiseTensor([width, intermediate], "up", scale: 0.2)
    down = noiseTensor([intermediate, width], "down", scale: 0.2)
    for parameter in parameters { parameter.requiresGradient = true }
  }

  var parameters: [Tensor] {
    [table, convolution, norm, query, queryBias, key, value, output, gate, up, down]
  }

  var frequencies: RotaryFrequencies {
    RotaryFrequencies(theta: 10000, headDimension: dimension)
  }

  var attentionHeads: AttentionHeads {
    AttentionHeads(query: heads, keyValue: keyValueHeads, dimension: dimension)
  }

  func hidden(_ tape: Tape, _ tokens: [Int32], _ layout: SequenceLayout) throws -> Tensor {
    try block(tape, tape.embedding(table, tokens), layout)
  }

  func block(_ tape: Tape, _ input: Tensor, _ layout: SequenceLayout) throws -> Tensor {
    let mixed = try tape.shortConvolution(input, convolution, layout: layout)
    let x = try tape.add(input, mixed)
    let normed = try tape.rmsNorm(x, norm, epsilon: epsilon)
    let q = try tape.rotary(
      tape.linear(normed, query, bias: queryBias), heads: heads, layout: layout,
      frequencies: frequencies)
    let k = try tape.rotary(
      tape.linear(normed, key), heads: keyValueHeads, layout: layout,
      frequencies: frequencies)
    let v = try tape.linear(normed, value)
    let attended = try tape.attention(
      query: q, key: k, value: v, heads: heads, keyValueHeads: keyValueHeads, layout: layout)
    let y = try tape.add(x, tape.linear(attended, output))
    let second = try tape.rmsNorm(y, norm, epsilon: epsilon)
    let gated = try tape.swiGLU(
      gate: tape.linear(second, gate), up: tape.linear(second, up))
    return try tape.add(y, tape.linear(gated, down))
  }

  /// Returns log p of every token after the first of its sequence.
  func logProbabilities(
    _ tape: Tape, _ tokens: [Int32], _ layout: SequenceLayout, temperature: Float = 0.7
  ) throws -> Tensor {
    let (rows, targets) = Self.predictions(tokens, layout)
    return try tape.logProbabilities(
      hidden(tape, tokens, layout), table: table, rows: rows, targets: targets,
      temperature: temperature, banned: [0, 3])
  }

  static func predictions(
    _ tokens: [Int32], _ layout: SequenceLayout
  ) -> (rows: [Int32], targets: [Int32]) {
    var rows: [Int32] = []
    for sequence in 0..<layout.sequenceCount {
      rows += layout.rows(of: sequence).dropLast().map(Int32.init)
    }
    return (rows, rows.map { tokens[Int($0) + 1] })
  }

  /// Returns tokens other than the banned ids 0 and 3.
  func tokens(_ count: Int) -> [Int32] {
    var stream = RandomStream(seed: 3, purpose: "tokens")
    return (0..<count).map { _ in Int32(stream.int(in: 4...(vocabulary - 1))) }
  }
}

/// A decoder for `TinyModel`: one token of several sequences at a time.
struct TinyDecoder {
  let model: TinyModel
  let backend: CPUBackend
  let cache: KeyValueCache
  let history: ConvolutionHistory

  init(_ model: TinyModel, backend: CPUBackend, slots: Int, capacity: Int) {
    self.model = model
    self.backend = backend
    cache = KeyValueCache(
      slots: slots, keyValueHeads: model.keyValueHeads, headDimension: model.dimension,
      capacity: capacity, on: backend)
    history = ConvolutionHistory(
      slots: slots, width: model.convolution.rows, channels: model.table.columns,
      on: backend)
  }

  /// Returns log-probabilities over the vocabulary for row r, the token at `positions[r]` of
  /// `slots[r]`.
  func step(
    _ tokens: [Int32], slots: [Int], positions: [Int], temperature: Float = 0.7
  ) throws -> Tensor {
    let tape = Tape(backend: backend, recording: false)
    let places = positions.map(Int32.init)
    let embedded = try tape.embedding(model.table, tokens)
    let mixed = history.step(
      embedded, model.convolution, slots: slots, positions: positions, backend: backend)
    let x = try tape.add(embedded, mixed)
    let normed = try tape.rmsNorm(x, model.norm, epsilon: model.epsilon)
    let q = backend.rotary(
      try tape.linear(normed, model.query, bias: model.queryBias), heads: model.heads,
      positions: places, frequencies: model.frequencies)
    let k = backend.rotary(
      try tape.linear(normed, model.key), heads: model.keyValueHeads, positions: places,
      frequencies: model.frequencies)
    let v = try tape.linear(normed, model.value)
    cache.append(key: k, value: v, slots: slots, positions: positions, backend: backend)
    let attended = cache.attention(
      query: q, slots: slots, lengths: positions.map { $0 + 1 }, heads: model.attentionHeads,
      backend: backend)
    let y = try tape.add(x, tape.linear(attended, model.output))
    let second = try tape.rmsNorm(y, model.norm, epsilon: model.epsilon)
    let gated = try tape.swiGLU(
      gate: tape.linear(second, model.gate), up: tape.linear(second, model.up))
    let hidden = try tape.add(y, tape.linear(gated, model.down))
    return backend.logProbabilities(
      hidden, table: model.table,
      settings: LogitSettings(temperature: temperature, banned: [0, 3]))
  }
}
