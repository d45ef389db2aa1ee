package import TensorCore

/// A tensor in memory under its name in a file, where a matrix may be stored the other way round.
package struct TensorInFile {
  package let name: String
  let tensor: Tensor
  /// True if the file holds the transpose of a matrix.
  let isTransposed: Bool

  package init(name: String, _ tensor: Tensor, isTransposed: Bool = false) {
    precondition(!isTransposed || tensor.shape.count == 2, "a matrix is transposed")
    self.name = name
    self.tensor = tensor
    self.isTransposed = isTransposed
  }

  package init(_ parameter: Parameter) {
    self.init(
      name: parameter.name, parameter.tensor, isTransposed: parameter.isTransposedInFiles)
  }

  /// The shape in the file.
  var shape: [Int] { isTransposed ? tensor.shape.reversed() : tensor.shape }

  /// Hands over the values in the order of the file.
  /// - Parameter size: the most values at once, unless a row of a transposed or kept matrix is
  ///   longer.
  func forEachPiece(of size: Int, _ body: ([Float]) throws -> Void) rethrows {
    guard tensor.count > 0 else { return }
    if case .kept(let matrix, let isKeptTransposed) = tensor.content {
      precondition(isKeptTransposed == isTransposed, "a kept matrix has its rows as in files")
      let step = max(1, size / matrix.inputs)
      for first in stride(from: 0, to: matrix.outputs, by: step) {
        try body(matrix.values(rows: first..<min(matrix.outputs, first + step)))
      }
      return
    }
    guard isTransposed else {
      for start in stride(from: 0, to: tensor.count, by: size) {
        try body(tensor.storage.values(in: start..<min(tensor.count, start + size)))
      }
      return
    }
    let (rows, width) = (tensor.shape[0], tensor.shape[1])
    let step = max(1, size / rows)
    for first in stride(from: 0, to: width, by: step) {
      let columns = first..<min(width, first + step)
      try body(tensor.storage.values(transposing: columns, width: width))
    }
  }
}
