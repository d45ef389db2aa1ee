import Foundation
import TensorCore

// The operations of a block on one token or a few: norm, gate, positions and convolution.

extension DeclaredOperation {
  private static let epsilon = 1e-5

  /// y = x · r · w with r = (mean(x²) + ε)^-½;
  /// dx = r · w · dy - x · r³ · mean(w · dy · x), dw = Σ x · r · dy.
  static let rmsNorm = DeclaredOperation(
    name: "rms norm", operation: .rmsNorm, inputs: [("x", [5, 37]), ("weight", [37])],
    call: { tape, inputs in
      try tape.rmsNorm(inputs[0], inputs[1], epsilon: Float(epsilon))
    },
    formula: { inputs in
      var y = inputs[0]
      for row in 0..<y.rows {
        let r = inverseRoot(inputs[0], row)
        for column in 0..<y.columns { y[row, column] *= r * inputs[1][0, column] }
      }
      return y
    },
    derivative: { inputs, dy in
      let (x, w) = (inputs[0], inputs[1])
      var (dx, dw) = (Matrix(x.rows, x.columns), Matrix(1, x.columns))
      for row in 0..<x.rows {
        let r = inverseRoot(x, row)
        var mean = 0.0
        for column in 0..<x.columns {
          mean += w[0, column] * dy[row, column] * x[row, column] / Double(x.columns)
          dw[0, column] += x[row, column] * r * dy[row, column]
        }
        for column in 0..<x.columns {
          dx[row, column] = r * w[0, column] * dy[row, column] - x[row, column] * r * r * r * mean
        }
      }
      return [dx, dw]
    },
    tolerance: OperationTolerance(output: Tolerance(1e-6, 0), gradient: Tolerance(2e-6, 0)))

  private static func inverseRoot(_ x: Matrix, _ row: Int) -> Double {
    let squares = (0..<x.columns).reduce(0.0) { $0 + x[row, $1] * x[row, $1] }
    return 1 / (squares / Double(x.columns) + epsilon).squareRoot()
  }

  /// y = g · s · u with s = 1 / (1 + e^-g); dg = dy · u · (s + g · s · (1 - s)), du = dy · g · s.
  static let swiGLU = DeclaredOperation(
    name: "swiglu", operation: .swiGLU, inputs: [("gate", [3, 23]), ("up", [3, 23])],
    call: { tape, inputs in try tape.swiGLU(gate: inputs[0], up: inputs[1]) },
    formula: { inputs in
      var y = inputs[0]
      for (index, g) in inputs[0].values.enumerated() {
        y.values[index] = g * inputs[1].values[index] / (1 + exp(-g))
      }
      return y
    },
    derivative: { inputs, dy in
      var (dGate, dUp) = (dy, dy)
      for (index, g) in inputs[0].values.enumerated() {
        let s = 1 / (1 + exp(-g))
        dGate.values[index] *= inputs[1].values[index] * (s + g * s * (1 - s))
        dUp.values[index] *= g * s
      }
      return [dGate, dUp]
    },
    tolerance: OperationTolerance(output: Tolerance(1e-6, 1e-6), gradient: Tolerance(1e-6, 1e-6)))

  /// y = g · s · u with s = 1 / (1 + e^(-2v)), v = √(2/π) · (g + 0.044715 g³);
  /// dg = dy · u · (s + g · s · (1 - s) · 2v'), du = dy · g · s.
  static let geGLU = DeclaredOperation(
    name: "geglu", operation: .geGLU, inputs: [("gate", [3, 23]), ("up", [3, 23])],
    call: { tape, inputs in try tape.geGLU(gate: inputs[0], up: inputs[1]) },
    formula: { inputs in
      var y = inputs[0]
      for (index, g) in inputs[0].values.enumerated() {
        y.values[index] = g * inputs[1].values[index] * geluSigmoid(g)
      }
      return y
    },
    derivative: { inputs, dy in
      var (dGate, dUp) = (dy, dy)
      for (index, g) in inputs[0].values.enumerated() {
        let s = geluSigmoid(g)
        let inner = 2 * (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * g * g)
        dGate.values[index] *= inputs[1].values[index] * (s + g * s * (1 - s) * inner)
        dUp.values[index] *= g * s
      }
      return [dGate, dUp]
    },
    tolerance: OperationTolerance(output: Tolerance(1e-6, 1e-6), gradient: Tolerance(1e-6, 2e-6)))

  private static func geluSigmoid(_ g: Double) -> Double {
    1 / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (g + 0.044715 * g * g * g)))
  }

  private static let theta = 100.0

  /// Rotates the pair (i, i + D/2) of every head by position · θ^(-2i/D); the derivative rotates
  /// back.
  static let rotary = DeclaredOperation(
    name: "rotary", operation: .rotary, inputs: [("x", [layout.tokenCount, 18])],
    call: { tape, inputs in
      try tape.rotary(
        inputs[0], heads: 3, layout: layout,
        frequencies: RotaryFrequencies(theta: theta, headDimension: 6))
    },
    formula: { inputs in turned(inputs[0], heads: 3, direction: 1) },
    derivative: { _, dy in [turned(dy, heads: 3, direction: -1)] },
    tolerance: OperationTolerance(output: Tolerance(1e-6, 0), gradient: Tolerance(1e-6, 0)))

  private static func turned(_ x: Matrix, heads: Int, direction: Double) -> Matrix {
    var y = x
    let half = x.columns / heads / 2
    for sequence in 0..<layout.sequenceCount {
      for (position, row) in layout.rows(of: sequence).enumerated() {
        for head in 0..<heads {
          for index in 0..<half {
            let angle =
              direction * Double(position) * pow(theta, -Double(index) / Double(half))
            let (first, second) = (head * 2 * half + index, head * 2 * half + index + half)
            y[row, first] = x[row, first] * cos(angle) - x[row, second] * sin(angle)
            y[row, second] = x[row, second] * cos(angle) + x[row, first] * sin(angle)
          }
        }
      }
    }
    return y
  }

  /// y[n] = Σ_j w[j] · x[n - j] inside each sequence.
  static let shortConvolution = DeclaredOperation(
    name: "short convolution", operation: .shortConvolution,
    inputs: [("x", [layout.tokenCount, 18]), ("weight", [4, 18])],
    call: { tape, inputs in
      try tape.shortConvolution(inputs[0], inputs[1], layout: layout)
    },
    formula: { inputs in
      let (x, w) = (inputs[0], inputs[1])
      var y = Matrix(x.rows, x.columns)
      forEachTap(width: w.rows) { row, tap in
        for column in 0..<x.columns { y[row, column] += w[tap, column] * x[row - tap, column] }
      }
      return y
    },
    derivative: { inputs, dy in
      let (x, w) = (inputs[0], inputs[1])
      var (dx, dw) = (Matrix(x.rows, x.columns), Matrix(w.rows, w.columns))
      forEachTap(width: w.rows) { row, tap in
        for column in 0..<x.columns {
          dx[row - tap, column] += w[tap, column] * dy[row, column]
          dw[tap, column] += x[row - tap, column] * dy[row, column]
        }
      }
      return [dx, dw]
    },
    tolerance: OperationTolerance(output: Tolerance(2e-6, 0), gradient: Tolerance(4e-6, 0)))

  /// Calls the body for every row and every tap that stays inside its sequence.
  private static func forEachTap(width: Int, _ body: (_ row: Int, _ tap: Int) -> Void) {
    for sequence in 0..<layout.sequenceCount {
      let rows = layout.rows(of: sequence)
      for row in rows {
        for tap in 0..<min(width, row - rows.lowerBound + 1) { body(row, tap) }
      }
    }
  }
}
