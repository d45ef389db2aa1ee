extension Backend {
  /// Returns a tensor for a result; its values are undefined until written.
  package func makeTensor(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, storage: makeStorage(count: shape.reduce(1, *), zeroed: false))
  }

  /// Applies rotary position embedding to rows at given positions: `[R, heads · headDimension]`.
  package func rotary(_ x: Tensor, heads: Int, positions: [Int32], theta: Float) -> Tensor {
    precondition(heads > 0 && x.columns % (2 * heads) == 0 && positions.count == x.rows)
    precondition(positions.allSatisfy { $0 >= 0 })
    let y = makeTensor(x.shape)
    rotary(
      x.storage, heads: heads, headDimension: x.columns / heads, positions: positions, theta: theta,
      inverse: false, into: GradientTarget(y.storage, accumulating: false))
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
