import Foundation
import TensorCore

// y[r] = log softmax(hidden[rows[r]] · tableᵀ / T)[targets[r]], without banned ids in the sum.
//
// With p the softmax: d logit[i] = dy · (1[i = target] - p[i]) / T, which the products propagate.

extension DeclaredOperation {
  static let logProbabilities =
    logProbabilities("log probabilities", temperature: 1, banned: [])
  static let temperedLogProbabilities = logProbabilities(
    "log probabilities, tempered and banned", temperature: 0.8, banned: [7, 8])

  private static let rows: [Int32] = [0, 2, 2, 5]
  private static let targets: [Int32] = [1, 4, 22, 0]

  private static func logProbabilities(
    _ name: String, temperature: Double, banned: [Int32]
  ) -> DeclaredOperation {
    /// Returns the distribution over the vocabulary for row `index` of the output.
    @Sendable func probabilities(_ inputs: [Matrix], _ index: Int) -> [Double] {
      let (hidden, table) = (inputs[0], inputs[1])
      let weights = (0..<table.rows).map { id in
        guard !banned.contains(Int32(id)) else { return 0.0 }
        return exp(
          (0..<table.columns).reduce(0.0) { $0 + hidden[Int(rows[index]), $1] * table[id, $1] }
            / temperature)
      }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    return DeclaredOperation(
      name: name, operation: .logProbabilities,
      inputs: [("hidden", [6, 20]), ("table", [23, 20])],
      call: { tape, inputs in
        try tape.logProbabilities(
          inputs[0], table: inputs[1], rows: rows, targets: targets,
          temperature: Float(temperature), banned: banned)
      },
      formula: { inputs in
        var y = Matrix(1, rows.count)
        for (index, target) in targets.enumerated() {
          y[0, index] = log(probabilities(inputs, index)[Int(target)])
        }
        return y
      },
      derivative: { inputs, dy in
        let (hidden, table) = (inputs[0], inputs[1])
        var dHidden = Matrix(hidden.rows, hidden.columns)
        var dTable = Matrix(table.rows, table.columns)
        for (index, target) in targets.enumerated() {
          let row = Int(rows[index])
          for (id, p) in probabilities(inputs, index).enumerated() {
            let dLogit = dy[0, index] * ((id == Int(target) ? 1 : 0) - p) / temperature
            for column in 0..<hidden.columns {
              dHidden[row, column] += dLogit * table[id, column]
              dTable[id, column] += dLogit * hidden[row, column]
            }
          }
        }
        return [dHidden, dTable]
      },
      tolerance: OperationTolerance(output: Tolerance(1.5e-6, 0), gradient: Tolerance(8e-7, 0)),
      narrowTolerance: OperationTolerance(output: Tolerance(0.05, 0), gradient: Tolerance(0.05, 0)))
  }
}
