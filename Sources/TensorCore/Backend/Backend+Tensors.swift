extension Backend {
  /// Returns a tensor for a result; its values are undefined until written.
  package func makeTensor(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, storage: makeStorage(count: shape.reduce(1, *), zeroed: false))
  }

  // The operations of a decoder, without a tape. Each has the bits of the tape's operation of the
  // same name, which computes its result here.

  /// Selects rows of a table: [vocabulary, channels] by `ids` to [ids, channels].
  package func embedding(_ table: Tensor, _ ids: [Int32]) -> Tensor {
    precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rows }, "ids of the table's rows")
    let y = makeTensor([ids.count, table.columns])
    gather(table, ids, into: y)
    return y
  }

  /// x · weight + bias: [tokens, in] · [in, out] + [out] to [tokens, out].
  package func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    precondition(x.columns == weight.rows)
    let y = makeTensor([x.rows, weight.columns])
    linear(x, weight, bias: bias, into: y)
    return y
  }

  package func add(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.shape == b.shape)
    let y = makeTensor(a.shape)
    add(a, b, into: y)
    return y
  }

  /// Normalises every `weight.count` channels of [tokens, channels].
  package func rmsNorm(_ x: Tensor, _ weight: Tensor, epsilon: Float) -> Tensor {
    precondition(x.columns % weight.count == 0)
    let y = makeTensor(x.shape)
    rmsNorm(x, weight, epsilon: epsilon, into: y, scales: nil)
    return y
  }

  /// silu(gate) · up, elementwise.
  package func swiGLU(gate: Tensor, up: Tensor) -> Tensor {
    precondition(gate.shape == up.shape)
    let y = makeTensor(gate.shape)
    swiGLU(gate: gate, up: up, into: y)
    return y
  }

  /// gelu(gate) · up, elementwise, with the approximation of gelu by tanh.
  package func geGLU(gate: Tensor, up: Tensor) -> Tensor {
    precondition(gate.shape == up.shape)
    let y = makeTensor(gate.shape)
    geGLU(gate: gate, up: up, into: y)
    return y
  }

  /// Applies rotary position embedding to rows at given positions: `[R, heads · headDimension]`.
  package func rotary(
    _ x: Tensor, heads: Int, positions: [Int32], frequencies: RotaryFrequencies
  ) -> Tensor {
    precondition(x.columns == heads * frequencies.headDimension && positions.count == x.rows)
    precondition(positions.allSatisfy { $0 >= 0 })
    let y = makeTensor(x.shape)
    rotary(
      x.storage, heads: heads, positions: positions, frequencies: frequencies, inverse: false,
      into: GradientTarget(y.storage, accumulating: false))
    return y
  }

  /// Returns log-probabilities of every id for every row of `hidden`: `[R, V]`. For the same hidden
  /// row they have the same bits as `Tape.logProbabilities`.
  package func logProbabilities(
    _ hidden: Tensor, table: Tensor, settings: LogitSettings
  ) -> Tensor {
    precondition(hidden.columns == table.columns)
    let y = makeTensor([hidden.rows, table.rows])
    logits(MatrixView(hidden), table: table, into: y.storage)
    logSoftmax(y.storage, columns: table.rows, settings: settings)
    return y
  }
}
