internal import CKernels

extension CPUBackend {
  package func product(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, accumulating: Bool
  ) {
    precondition(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns)
    precondition(c.columnStride == 1)
    guard c.rows > 0, c.columns > 0 else { return }
    if numerics == .blas, a.columns > 0 {
      OpenBLAS.product(a, b, into: c, accumulating: accumulating)
      return
    }
    let b = b.columnStride == 1 ? b : transposedCopy(b)
    // 12 is a multiple of every variant's block of rows, 64 of every block of columns. Neither
    // decides bits, only how work divides.
    let work = a.columns * c.rows * c.columns
    let byRows = c.rows >= c.columns || c.rows >= 96 * threads
    let extent = byRows ? c.rows : c.columns
    let multiple = byRows ? 12 : 64
    let least = max(multiple, extent * 65536 / max(1, work))
    pool.run(extent, grain: grain(extent, least: least, multiple: multiple)) { range in
      let rows = byRows ? range : 0..<c.rows
      let columns = byRows ? 0..<c.columns : range
      unsafe ck_gemm_f32(
        rows.count, columns.count, a.columns,
        a.storage.pointer + a.offset + rows.lowerBound * a.rowStride, a.rowStride, a.columnStride,
        b.storage.pointer + b.offset + columns.lowerBound, b.rowStride,
        c.storage.pointer + c.offset + rows.lowerBound * c.rowStride + columns.lowerBound,
        c.rowStride, accumulating ? 1 : 0)
    }
  }

  /// A row-major copy of a matrix that is stored transposed.
  private func transposedCopy(_ view: MatrixView) -> MatrixView {
    let storage = makeStorage(count: view.rows * view.columns, zeroed: false)
    let copy = MatrixView(storage, rows: view.rows, columns: view.columns)
    // In memory: `columns` rows of length `rows`, `columnStride` apart.
    pool.run(view.columns, grain: grain(view.columns, least: 64, multiple: 16)) { range in
      unsafe ck_transpose_f32(
        range.count, view.rows,
        view.storage.pointer + view.offset + range.lowerBound * view.columnStride,
        view.columnStride, storage.pointer + range.lowerBound, copy.rowStride)
    }
    return copy
  }

  package func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor?, into y: Tensor) {
    if let bias {
      // The chain of every output starts from its bias.
      unsafe ck_add_row_f32(y.rows, y.columns, bias.storage.pointer, y.storage.pointer, 0)
    }
    product(MatrixView(x), MatrixView(weight), into: MatrixView(y), accumulating: bias != nil)
  }

  package func add(_ a: Tensor, _ b: Tensor, into y: Tensor) {
    precondition(a.count == y.count && b.count == y.count)
    divideElements(y.count) { range in
      let start = range.lowerBound
      unsafe ck_sum_f32(
        range.count, a.storage.pointer + start, b.storage.pointer + start,
        y.storage.pointer + start)
    }
  }

  package func accumulate(_ x: FloatStorage, into target: GradientTarget) {
    precondition(x.count == target.storage.count)
    divideElements(x.count) { range in
      let start = range.lowerBound
      unsafe ck_add_f32(
        range.count, x.pointer + start, target.storage.pointer + start,
        target.accumulating ? 1 : 0)
    }
  }

  package func sumRows(_ x: FloatStorage, columns: Int, into target: GradientTarget) {
    precondition(columns > 0 && target.storage.count == columns && x.count % columns == 0)
    if !target.accumulating { target.storage.fill(with: 0) }
    divideColumns(columns, rows: x.count / columns) { range in
      unsafe ck_sum_rows_f32(
        x.count / columns, columns, x.pointer, target.storage.pointer, range.lowerBound,
        range.upperBound)
    }
  }

  /// Divides columns of a sum over rows: each column's sum is one thread's.
  func divideColumns(_ columns: Int, rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let least = max(16, 16384 / max(1, rows))
    pool.run(columns, grain: grain(columns, least: least, multiple: 16), body)
  }

  package func gather(_ table: Tensor, _ ids: [Int32], into y: Tensor) {
    precondition(y.rows == ids.count && y.columns == table.columns)
    precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rows })
    unsafe ids.withUnsafeBufferPointer { ids in
      guard let base = ids.baseAddress else { return }
      unsafe ck_gather_f32(
        ids.count, table.columns, table.storage.pointer, base, y.storage.pointer)
    }
  }

  package func scatterAdd(
    _ x: FloatStorage, _ ids: [Int32], columns: Int, into target: FloatStorage
  ) {
    precondition(x.count == ids.count * columns)
    precondition(ids.allSatisfy { $0 >= 0 && (Int($0) + 1) * columns <= target.count })
    divideColumns(columns, rows: ids.count) { range in
      unsafe ids.withUnsafeBufferPointer { ids in
        guard let base = ids.baseAddress else { return }
        unsafe ck_scatter_add_f32(
          ids.count, columns, x.pointer, base, target.pointer, range.lowerBound, range.upperBound)
      }
    }
  }
}
