/// Double-precision values in rows, for formulas that use no code of the library.
struct Matrix {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: 0, count: rows * columns)
  }

  /// A vector becomes one row.
  init(shape: [Int], values: [Double]) {
    rows = shape.count < 2 ? 1 : shape[0]
    columns = shape[shape.count - 1]
    self.values = values
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  var transposed: Matrix {
    var result = Matrix(columns, rows)
    for row in 0..<rows { for column in 0..<columns { result[column, row] = self[row, column] } }
    return result
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    var result = Matrix(a.rows, b.columns)
    for row in 0..<a.rows {
      for inner in 0..<a.columns {
        for column in 0..<b.columns { result[row, column] += a[row, inner] * b[inner, column] }
      }
    }
    return result
  }

  static func + (a: Matrix, b: Matrix) -> Matrix {
    var result = a
    for index in result.values.indices { result.values[index] += b.values[index] }
    return result
  }

  /// The sum of each column, as one row.
  var columnSums: Matrix {
    var result = Matrix(1, columns)
    for row in 0..<rows { for column in 0..<columns { result[0, column] += self[row, column] } }
    return result
  }
}
