import TensorCore

/// The weights of a model in files. Values are read in pieces, so that a model that is read takes
/// little more memory than its own weights.
///
/// Names, shapes and the order of values are those of Hugging Face's files. A row is as many values
/// as the last dimension; a vector is one row.
protocol StoredWeights {
  /// The file that errors name if the tensors do not make a model.
  var file: String { get }
  /// The shape of every tensor by its name.
  var shapes: [String: [Int]] { get }
  /// The file that has a tensor.
  func file(of name: String) -> String
  /// Returns the values of some rows of a tensor, in 32 bits.
  /// - Precondition: the tensor is in `shapes` and has these rows.
  func values(of name: String, rows: Range<Int>) throws(ModelFileError) -> [Float]
}

extension StoredWeights {
  /// The number of values that are read at once, unless a row is longer. They stay in the
  /// processor's cache, and in memory that is not given back to the system after each piece.
  private static var pieceSize: Int { 1 << 14 }

  /// The rows of a tensor in pieces of moderate size; no piece if the tensor has no values.
  func pieces(of name: String) -> [Range<Int>] {
    let shape = shapes[name] ?? [0]
    let count = shape.reduce(1, *)
    let columns = shape.last ?? 1
    guard count > 0 else { return [] }
    let rows = count / columns
    let step = max(1, Self.pieceSize / columns)
    return stride(from: 0, to: rows, by: step).map { $0..<min(rows, $0 + step) }
  }

  /// Reads a parameter into memory.
  /// - Precondition: the weights have the parameter in its shape.
  func tensor(of parameter: ParameterDescription) throws(ModelFileError) -> Tensor {
    let storage = FloatStorage(count: parameter.shape.reduce(1, *), pool: nil, zeroed: false)
    var place = 0
    for rows in pieces(of: parameter.name) {
      let values = try finiteValues(of: parameter.name, rows: rows)
      if parameter.isTransposedInFiles {
        storage.copy(
          transposing: values, columns: parameter.shape[0], to: rows.lowerBound,
          width: parameter.shape[1])
      } else {
        storage.copy(from: values, to: place)
      }
      place += values.count
    }
    return Tensor(shape: parameter.shape, storage: storage)
  }

  private func finiteValues(
    of name: String, rows: Range<Int>
  ) throws(ModelFileError) -> [Float] {
    let values = try values(of: name, rows: rows)
    guard values.allSatisfy(\.isFinite) else {
      throw ModelFileError(
        file(of: name), .malformed("tensor '\(name)' holds values that are not finite"))
    }
    return values
  }
}
