/// A change of a stop token's logit that depends on the length of the response so far. Methods that
/// control length during sampling work this way.
package struct StopTokenScale: Sendable, Hashable {
  package enum Operation: String, Sendable, Hashable {
    /// The value is added to the logit.
    case add
    /// The value multiplies the logit.
    case multiply
  }

  /// The value at one position of the response.
  package struct Knot: Sendable, Hashable {
    package let position: Int
    package let value: Double

    package init(position: Int, value: Double) {
      self.position = position
      self.value = value
    }
  }

  package let token: Int32
  package let operation: Operation
  /// The knots in order of position. The value is linear between knots, constant before the first
  /// and after the last.
  package let knots: [Knot]

  package init(token: Int32, operation: Operation, knots: [Knot]) {
    self.token = token
    self.operation = operation
    self.knots = knots
  }

  /// - Parameter position: the position of the token that is about to be sampled, from 0.
  package func value(at position: Int) -> Double? {
    guard let next = knots.firstIndex(where: { $0.position > position }) else {
      return knots.last?.value
    }
    if next == 0 { return knots[0].value }
    let (left, right) = (knots[next - 1], knots[next])
    let share = Double(position - left.position) / Double(right.position - left.position)
    return left.value + share * (right.value - left.value)
  }
}

/// Applies a `StopTokenScale` to the logits.
package struct ScaledStopToken: LogitProcessor {
  private let scale: StopTokenScale

  package init?(_ settings: SamplingSettings) {
    guard let scale = settings.stopTokenScale else { return nil }
    self.scale = scale
  }

  package func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {
    guard let value = scale.value(at: context.position) else { return }
    switch scale.operation {
    case .add: logits[Int(scale.token)] += Float(value)
    case .multiply: logits[Int(scale.token)] *= Float(value)
    }
  }
}
