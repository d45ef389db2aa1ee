/// A strided view of a matrix inside a storage: a tensor, some of its rows, or its transpose.
package struct MatrixView: Sendable {
  package var storage: FloatStorage
  package var offset: Int
  package var rows: Int
  package var columns: Int
  package var rowStride: Int
  package var columnStride: Int

  /// A row-major matrix of `rows` × `columns` that begins at `offset`.
  package init(_ storage: FloatStorage, offset: Int = 0, rows: Int, columns: Int) {
    precondition(offset >= 0 && rows >= 0 && columns >= 0)
    precondition(offset + rows * columns <= storage.count)
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
    rowStride = columns
    columnStride = 1
  }

  /// The tensor as a matrix: its first dimension by the product of the others.
  package init(_ tensor: Tensor) {
    self.init(tensor.storage, rows: tensor.rows, columns: tensor.columns)
  }

  package var transposed: MatrixView {
    var view = self
    swap(&view.rows, &view.columns)
    swap(&view.rowStride, &view.columnStride)
    return view
  }
}
