import ModelCore
import TensorCore

/// A loss or gradient that is no longer finite. Training stops, because continuing would only hide
/// it.
package struct DivergenceError: Error, CustomStringConvertible {
  package enum Quantity: String, Sendable {
    case loss = "the loss"
    case gradient = "the gradient"
  }

  /// The step, counted from 1.
  package let step: Int
  package let quantity: Quantity
  /// The cause; nil if repeating the passes gives only finite numbers.
  package internal(set) var cause: DivergenceCause?

  package init(step: Int, quantity: Quantity) {
    self.step = step
    self.quantity = quantity
  }

  package var description: String {
    let place =
      cause.map { ": \($0)" } ?? ", though no operation gives such a number when it is run again"
    return
      "\(quantity.rawValue) is not finite at step \(step)\(place); the weights are as the last "
      + "update left them; lower learning_rate, or raise warmup_steps, and run again"
  }
}

/// The place where a step first became non-finite.
package struct DivergenceCause: Sendable, CustomStringConvertible {
  /// The first non-finite result: `swiGLU of model.layers.3.mlp gave inf on the way forward`.
  package let finding: String
  /// A weight that was already not finite before the step.
  package let weight: String?
  /// The micro-batch, as places in the batch of the update.
  package let sequences: Range<Int>
  package let batchSize: Int
  /// The first of them that fails in the same way by itself; nil if only their sum does.
  package let sequence: Int?
  /// The beginning of that sequence.
  package let opening: String?

  package var description: String {
    var text = finding
    if let weight { text += ", where '\(weight)' is not finite itself" }
    text +=
      sequences.count == 1
      ? ", in sequence \(sequences.upperBound)"
      : ", in sequences \(sequences.lowerBound + 1) to \(sequences.upperBound)"
    text += " of \(batchSize)"
    if let sequence, let opening {
      text += sequences.count == 1 ? "" : ", first in \(sequence + 1)"
      text += " ('\(opening)')"
    } else {
      text += ", though in none of them alone"
    }
    return text
  }
}

/// Repeats the micro-batches of a failed update on tapes that check every result.
///
/// It costs a few times the update and happens once in a run that ends; normal steps have no cost.
struct DivergenceSearch {
  let optimization: TrainingState
  let backend: any Backend
  /// The sequences of the batch, in order.
  let sequences: [[Int32]]

  /// Finds the cause, and leaves the gradients at zero.
  /// - Parameter pass: runs forward and backward over some of the sequences and returns their part
  ///   of the loss.
  func cause(_ pass: (Range<Int>, Tape) throws -> Double) throws -> DivergenceCause? {
    defer { optimization.zeroGradients() }
    optimization.zeroGradients()
    for range in optimization.passes.ranges(of: sequences.map(\.count)) {
      guard let finding = try finding(in: range, pass) else { continue }
      let first = try range.first { index in
        optimization.zeroGradients()
        return try self.finding(in: index..<index + 1, pass)?.isAlike(finding) == true
      }
      return DivergenceCause(
        finding: finding.description,
        weight: optimization.model.parameters.first {
          $0.tensor.storage.firstNonFinite != nil
        }?.name, sequences: range, batchSize: sequences.count, sequence: first,
        opening: first.map { opening(of: sequences[$0]) })
    }
    return nil
  }

  private func finding(
    in range: Range<Int>, _ pass: (Range<Int>, Tape) throws -> Double
  ) throws -> Finding? {
    let tape = Tape(backend: backend, checking: true)
    let loss = try pass(range, tape)
    if let result = tape.nonFinite { return .result(result) }
    return loss.isFinite ? nil : .loss(loss)
  }

  private enum Finding: CustomStringConvertible {
    case result(NonFiniteResult)
    case loss(Double)

    /// Returns true if both failed at the same place. The value may differ: the sum over several
    /// sequences may be another infinity.
    func isAlike(_ other: Finding) -> Bool {
      switch (self, other) {
      case (.result(let a), .result(let b)):
        a.operation == b.operation && a.scope == b.scope && a.direction == b.direction
      case (.loss, .loss): true
      default: false
      }
    }

    var description: String {
      switch self {
      case .result(let result): result.description
      case .loss(let loss): "the loss is \(loss) while every log-probability is finite"
      }
    }
  }

  private func opening(of tokens: [Int32]) -> String {
    let most = 40
    let text = optimization.format.tokenizer.decode(tokens.prefix(most))
    return text.count > most || tokens.count > most ? String(text.prefix(most)) + "…" : text
  }
}
