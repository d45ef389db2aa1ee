import Foundation
import TensorCore

// y = softmax(q · kᵀ / √D, over the tokens seen) · v for every sequence and head; H/H' consecutive
// query heads read the same key and value head.
//
// With p the probabilities and s the scores: dv = pᵀ · dy, dp = dy · vᵀ,
// ds = p · (dp - Σ p · dp), dq = ds · k / √D, dk = dsᵀ · q / √D.

extension DeclaredOperation {
  static let attention = attention("attention", heads: 2, keyValueHeads: 2, dimension: 6)
  static let groupedAttention =
    attention("attention, grouped", heads: 4, keyValueHeads: 2, dimension: 6)
  static let oneKeyHeadAttention =
    attention("attention, one key head", heads: 3, keyValueHeads: 1, dimension: 10)
  static let windowedAttention =
    attention("attention, window", heads: 2, keyValueHeads: 1, dimension: 6, window: 11)

  private static func attention(
    _ name: String, heads: Int, keyValueHeads: Int, dimension: Int, window: Int? = nil
  ) -> DeclaredOperation {
    let shape = AttentionShape(
      heads: heads, keyValueHeads: keyValueHeads, dimension: dimension, window: window)
    let narrow = [layout.tokenCount, keyValueHeads * dimension]
    return DeclaredOperation(
      name: name, operation: .attention,
      inputs: [
        ("query", [layout.tokenCount, heads * dimension]), ("key", narrow), ("value", narrow),
      ],
      call: { tape, inputs in
        try tape.attention(
          query: inputs[0], key: inputs[1], value: inputs[2], heads: heads,
          keyValueHeads: keyValueHeads, layout: layout, window: window)
      },
      formula: { inputs in
        var y = Matrix(inputs[0].rows, inputs[0].columns)
        shape.forEachQuery(inputs) { row, head, seen, probabilities in
          for (p, other) in zip(probabilities, seen) {
            for d in 0..<dimension {
              y[row, head * dimension + d] += p * inputs[2][other, shape.column(of: head) + d]
            }
          }
        }
        return y
      },
      derivative: { inputs, dy in
        let (q, k, v) = (inputs[0], inputs[1], inputs[2])
        var dq = Matrix(q.rows, q.columns)
        var (dk, dv) = (Matrix(k.rows, k.columns), Matrix(v.rows, v.columns))
        shape.forEachQuery(inputs) { row, head, seen, probabilities in
          let (own, shared) = (head * dimension, shape.column(of: head))
          let dp = seen.map { other in
            (0..<dimension).reduce(0.0) { $0 + dy[row, own + $1] * v[other, shared + $1] }
          }
          let mean = zip(probabilities, dp).reduce(0.0) { $0 + $1.0 * $1.1 }
          for (index, other) in seen.enumerated() {
            let p = probabilities[index]
            let ds = p * (dp[index] - mean) * shape.scale
            for d in 0..<dimension {
              dv[other, shared + d] += p * dy[row, own + d]
              dq[row, own + d] += ds * k[other, shared + d]
              dk[other, shared + d] += ds * q[row, own + d]
            }
          }
        }
        return [dq, dk, dv]
      },
      tolerance: OperationTolerance(output: Tolerance(8e-7, 0), gradient: Tolerance(3e-6, 0)))
  }
}

private struct AttentionShape {
  let heads: Int
  let keyValueHeads: Int
  let dimension: Int
  let window: Int?

  var scale: Double { 1 / Double(dimension).squareRoot() }

  /// Returns the first column of a query head's keys and values.
  func column(of head: Int) -> Int { head / (heads / keyValueHeads) * dimension }

  /// Calls the body for every query with the rows it attends to and their probabilities.
  func forEachQuery(
    _ inputs: [Matrix],
    _ body: (_ row: Int, _ head: Int, _ seen: ClosedRange<Int>, _ probabilities: [Double]) -> Void
  ) {
    let (q, k) = (inputs[0], inputs[1])
    let layout = DeclaredOperation.layout
    for sequence in 0..<layout.sequenceCount {
      for row in layout.rows(of: sequence) {
        let seen = max(layout.offsets[sequence], row + 1 - (window ?? row + 1))...row
        for head in 0..<heads {
          let scores = seen.map { other in
            (0..<dimension).reduce(0.0) {
              $0 + q[row, head * dimension + $1] * k[other, column(of: head) + $1]
            } * scale
          }
          let exponentials = scores.map { exp($0) }
          let total = exponentials.reduce(0, +)
          body(row, head, seen, exponentials.map { $0 / total })
        }
      }
    }
  }
}
