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
  /// The format of a tensor.
  func format(of name: String) throws(ModelFileError) -> any TensorFormat.Type
  /// Returns the bytes of some rows of a tensor.
  /// - Precondition: the tensor is in `shapes` and has these rows.
  func bytes(of name: String, rows: Range<Int>) throws(ModelFileError) -> [UInt8]
  /// The number that files add to the values of a tensor.
  func offset(of name: String) -> Float
}

extension StoredWeights {
  func offset(of name: String) -> Float { 0 }

  /// Returns the values of some rows of a tensor, in 32 bits.
  /// - Precondition: the tensor is in `shapes` and has these rows.
  func values(of name: String, rows: Range<Int>) throws(ModelFileError) -> [Float] {
    var values = try format(of: name).values(decoding: try bytes(of: name, rows: rows))
    let offset = offset(of: name)
    if offset != 0 {
      for index in values.indices { values[index] -= offset }
    }
    return values
  }

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

  /// Reads a parameter into memory, in the form for its use.
  /// - Precondition: the weights have the parameter in its shape.
  func tensor(
    of parameter: ParameterDescription, for use: WeightUse
  ) throws(ModelFileError) -> Tensor {
    use == .onlyRead && parameter.mayBeKept
      ? try keptTensor(of: parameter) : try tensor(of: parameter)
  }

  /// Reads a matrix into the kept form of its format.
  private func keptTensor(
    of parameter: ParameterDescription
  ) throws(ModelFileError) -> Tensor {
    let name = parameter.name
    let shape = parameter.shapeInFiles
    let format = try format(of: name)
    let matrix = try KeptMatrix(
      outputs: shape[0], inputs: shape[1], form: format.keptForm
    ) { range throws(ModelFileError) in
      let rows = format.keptRows(decoding: try bytes(of: name, rows: range))
      guard rows.isFinite(in: format.keptForm) else { throw notFinite(name) }
      return rows
    }
    return Tensor(matrix, isTransposed: parameter.isTransposedInFiles)
  }

  /// Reads a parameter into memory, in 32 bits.
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
    guard values.allSatisfy(\.isFinite) else { throw notFinite(name) }
    return values
  }

  private func notFinite(_ name: String) -> ModelFileError {
    ModelFileError(
      file(of: name), .malformed("tensor '\(name)' holds values that are not finite"))
  }
}
