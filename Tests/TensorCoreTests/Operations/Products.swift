import TensorCore

// Embedding, products and sums: operations that only move and add.

extension DeclaredOperation {
  private static let ids: [Int32] = [3, 0, 3, 5, 3]

  /// y[r] = table[ids[r]].
  static let embedding = DeclaredOperation(
    name: "embedding", operation: .embedding, inputs: [("table", [6, 19])],
    call: { tape, inputs in try tape.embedding(inputs[0], ids) },
    formula: { inputs in
      var y = Matrix(ids.count, inputs[0].columns)
      for (row, id) in ids.enumerated() {
        for column in 0..<y.columns { y[row, column] = inputs[0][Int(id), column] }
      }
      return y
    },
    derivative: { inputs, dy in
      var dTable = Matrix(inputs[0].rows, inputs[0].columns)
      for (row, id) in ids.enumerated() {
        for column in 0..<dy.columns { dTable[Int(id), column] += dy[row, column] }
      }
      return [dTable]
    },
    tolerance: OperationTolerance(output: .none, gradient: Tolerance(3e-7, 0)))

  /// y = x · W; dx = dy · Wᵀ, dW = xᵀ · dy.
  static let linear = DeclaredOperation(
    name: "linear", operation: .linear, inputs: [("x", [7, 21]), ("weight", [21, 18])],
    call: { tape, inputs in try tape.linear(inputs[0], inputs[1]) },
    formula: { inputs in inputs[0] * inputs[1] },
    derivative: linearDerivative,
    tolerance: OperationTolerance(output: Tolerance(2e-6, 0), gradient: Tolerance(2e-6, 0)),
    narrowTolerance: OperationTolerance(output: Tolerance(0.06, 0), gradient: Tolerance(0.06, 0)))

  /// y = x · W + b; db = Σ dy over rows.
  static let linearWithBias = DeclaredOperation(
    name: "linear with bias", operation: .linear,
    inputs: [("x", [13, 40]), ("weight", [40, 35]), ("bias", [35])],
    call: { tape, inputs in try tape.linear(inputs[0], inputs[1], bias: inputs[2]) },
    formula: { inputs in
      var y = inputs[0] * inputs[1]
      for row in 0..<y.rows {
        for column in 0..<y.columns { y[row, column] += inputs[2][0, column] }
      }
      return y
    },
    derivative: { inputs, dy in linearDerivative(inputs, dy) + [dy.columnSums] },
    tolerance: OperationTolerance(output: Tolerance(4e-6, 0), gradient: Tolerance(4e-6, 0)),
    narrowTolerance: OperationTolerance(output: Tolerance(0.1, 0), gradient: Tolerance(0.1, 0)))

  @Sendable private static func linearDerivative(_ inputs: [Matrix], _ dy: Matrix) -> [Matrix] {
    [dy * inputs[1].transposed, inputs[0].transposed * dy]
  }

  static let add = DeclaredOperation(
    name: "add", operation: .add, inputs: [("left", [5, 37]), ("right", [5, 37])],
    call: { tape, inputs in try tape.add(inputs[0], inputs[1]) },
    formula: { inputs in inputs[0] + inputs[1] },
    derivative: { _, dy in [dy, dy] },
    tolerance: OperationTolerance(output: Tolerance(0, 6e-8), gradient: .none))

  /// swiGLU(x · gate, x · up), recomputed in the backward pass.
  static let recomputed = DeclaredOperation(
    name: "recomputed", operation: .recomputed,
    inputs: [("x", [9, 12]), ("gate", [12, 10]), ("up", [12, 10])],
    call: { tape, inputs in
      try tape.recomputed { tape in
        try tape.swiGLU(
          gate: tape.linear(inputs[0], inputs[1]), up: tape.linear(inputs[0], inputs[2]))
      }
    },
    formula: { inputs in swiGLU.formula([inputs[0] * inputs[1], inputs[0] * inputs[2]]) },
    derivative: { inputs, dy in
      let inner = swiGLU.derivative([inputs[0] * inputs[1], inputs[0] * inputs[2]], dy)
      let gate = linearDerivative([inputs[0], inputs[1]], inner[0])
      let up = linearDerivative([inputs[0], inputs[2]], inner[1])
      return [gate[0] + up[0], gate[1], up[1]]
    },
    tolerance: OperationTolerance(output: Tolerance(4e-6, 0), gradient: Tolerance(6e-6, 0)),
    narrowTolerance: OperationTolerance(output: Tolerance(0.1, 0), gradient: Tolerance(0.1, 0)))

  /// x², computed by the caller.
  static let custom = DeclaredOperation(
    name: "custom", operation: .custom, inputs: [("x", [6, 11])],
    call: { tape, inputs in
      let x = inputs[0].values
      let square = Tensor(shape: inputs[0].shape, values: x.map { $0 * $0 })
      return tape.custom(square, from: inputs) { dy, targets in
        guard let target = targets[0] else { return }
        for (index, value) in x.enumerated() {
          let before = target.accumulating ? target.storage[index] : 0
          target.storage[index] = before + 2 * value * dy[index]
        }
      }
    },
    formula: { inputs in
      Matrix(shape: [6, 11], values: inputs[0].values.map { $0 * $0 })
    },
    derivative: { inputs, dy in
      [Matrix(shape: [6, 11], values: zip(inputs[0].values, dy.values).map { 2 * $0 * $1 })]
    },
    tolerance: OperationTolerance(output: Tolerance(0, 1e-7), gradient: Tolerance(0, 3e-7)))
}
