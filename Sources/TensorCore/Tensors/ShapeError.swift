/// The error of an operation whose tensors do not fit together.
package struct ShapeError: Error, CustomStringConvertible, Equatable {
  package let operation: String
  package let description: String

  /// An error such as `linear: input [4, 8] does not fit weight [16, 32]`.
  package init(_ operation: String, _ first: (String, [Int]), _ second: (String, [Int])) {
    self.operation = operation
    description = "\(operation): \(first.0) \(first.1) does not fit \(second.0) \(second.1)"
  }

  package init(_ operation: String, _ sentence: String) {
    self.operation = operation
    description = "\(operation): \(sentence)"
  }
}
