/// The first result that was not finite, as found by a checking tape.
package struct NonFiniteResult: Sendable, CustomStringConvertible {
  package enum Direction: String, Sendable {
    case forward, backward
  }

  /// The operation; nil if the input of the backward pass, the derivative of the loss, was already
  /// not finite.
  package let operation: TapeOperation?
  /// The part of the model it ran in, `model.layers.3.mlp`; nil outside every scope.
  package let scope: String?
  package let direction: Direction
  /// The value itself: NaN or an infinity.
  package let value: Float

  /// A sentence such as `swiGLU of model.layers.3.mlp gave inf on the way forward`.
  package var description: String {
    guard let operation else { return "the derivative of the loss is \(value)" }
    let place = scope.map { " of \($0)" } ?? ""
    let way = direction == .forward ? "on the way forward" : "on the way back"
    return "\(operation.rawValue)\(place) gave \(value) \(way)"
  }
}
