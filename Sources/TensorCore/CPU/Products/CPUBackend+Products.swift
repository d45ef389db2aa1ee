internal import CKernels
import Synchronization

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
    if let order = numerics.order {
      product(a, b, in: order, into: c, accumulating: accumulating)
      return
    }
    divideProduct(rows: c.rows, columns: c.columns, depth: a.columns) { rows, columns in
      unsafe ck_gemm_f32(
        rows.count, columns.count, a.columns,
        a.storage.pointer + a.offset + rows.lowerBound * a.rowStride, a.rowStride, a.columnStride,
        b.storage.pointer + b.offset + columns.lowerBound * b.columnStride, b.rowStride,
        b.columnStride,
        c.storage.pointer + c.offset + rows.lowerBound * c.rowStride + columns.lowerBound,
        c.rowStride, accumulating ? 1 : 0)
    }
  }

  /// c (+)= a · b, where b is a tensor that many products share (a weight) or its transpose: it is
  /// packed once and kept until it changes.
  func product(
    _ a: MatrixView, weight: Tensor, transposed: Bool = false, into c: MatrixView,
    accumulating: Bool = false
  ) {
    guard numerics != .blas else {
      let view = lastingFloats(of: weight)
      product(a, transposed ? view.transposed : view, into: c, accumulating: accumulating)
      return
    }
    let (depth, columns) =
      transposed ? (weight.columns, weight.rows) : (weight.rows, weight.columns)
    precondition(a.columns == depth && a.rows == c.rows && columns == c.columns)
    if let order = numerics.order {
      product(
        a, weight: weight, transposed: transposed, in: order, into: c, accumulating: accumulating)
      return
    }
    if case .kept(let matrix, let isTransposed) = weight.content {
      exactProduct(
        a, kept: matrix, overOutputs: isTransposed == transposed, into: c,
        accumulating: accumulating)
      return
    }
    let variant = KernelVariant.selected
    let b = packed(weight, for: variant, transposed: transposed)
    divideProduct(rows: c.rows, columns: c.columns, depth: a.columns) { rows, columns in
      unsafe ck_gemm_packed_f32(
        variant.rawValue, rows.count, columns.count, a.columns,
        a.storage.pointer + a.offset + rows.lowerBound * a.rowStride, a.rowStride, a.columnStride,
        b.packed.pointer + columns.lowerBound * a.columns,
        c.storage.pointer + c.offset + rows.lowerBound * c.rowStride + columns.lowerBound,
        c.rowStride, accumulating ? 1 : 0)
    }
  }

  package func product(
    _ a: MatrixView, once weight: Tensor, transposed: Bool, into c: MatrixView, accumulating: Bool
  ) {
    guard case .floats = weight.content else {
      product(a, weight: weight, transposed: transposed, into: c, accumulating: accumulating)
      return
    }
    let view = MatrixView(weight)
    product(a, transposed ? view.transposed : view, into: c, accumulating: accumulating)
  }

  private func packed(
    _ weight: Tensor, for variant: KernelVariant, transposed: Bool
  ) -> PackedMatrix {
    if transposed {
      weight.packedTransposed.withLock { pack(weight, for: variant, transposed: true, into: &$0) }
    } else {
      weight.packed.withLock { pack(weight, for: variant, transposed: false, into: &$0) }
    }
  }

  private func pack(
    _ weight: Tensor, for variant: KernelVariant, transposed: Bool, into found: inout PackedMatrix?
  ) -> PackedMatrix {
    let changes = weight.storage.changes
    let known = found.flatMap { $0.format == .float32(variant) ? $0 : nil }
    if let known, known.changes == changes { return known }
    let view = transposed ? MatrixView(weight).transposed : MatrixView(weight)
    // Another backend may still be reading a packing in another format, so its memory is not
    // reused.
    let storage =
      known?.packed ?? FloatStorage(count: ck_packed_size(view.columns, view.rows))
    pool.run(view.columns, grain: grain(view.columns, least: 64, multiple: 64)) { range in
      unsafe ck_pack_f32(
        variant.rawValue, range.count, view.rows,
        view.storage.pointer + view.offset + range.lowerBound * view.columnStride, view.rowStride,
        view.columnStride, storage.pointer + range.lowerBound * view.rows)
    }
    let made = PackedMatrix(packed: storage, changes: changes, format: .float32(variant))
    found = made
    return made
  }

  /// Divides an output by rows or by columns, whichever leaves less work to the busiest thread. 12
  /// rows and 64 columns are multiples of every variant's block; neither choice changes bits.
  func divideProduct(
    rows: Int, columns: Int, depth: Int, _ body: @Sendable (Range<Int>, Range<Int>) -> Void
  ) {
    guard rows > 0, columns > 0 else { return }
    let least = 65536 / max(1, depth)  // outputs worth waking a thread for
    let byRows = division(of: rows, unit: 12, least: least / columns)
    let byColumns = division(of: columns, unit: 64, least: least / rows)
    // Every part by rows copies B once more; every part by columns reads A once more.
    let rowsCost = byRows.share * (1 + 12 / Double(byRows.grain))
    let columnsCost = byColumns.share * (1 + 16 / Double(byColumns.grain))
    if rowsCost <= columnsCost {
      pool.run(rows, grain: byRows.grain) { body($0, 0..<columns) }
    } else {
      pool.run(columns, grain: byColumns.grain) { body(0..<rows, $0) }
    }
  }

  /// Divides into parts of at least `least`, a multiple of `unit`. Returns their size and the
  /// busiest thread's fraction of the whole.
  private func division(of count: Int, unit: Int, least: Int) -> (grain: Int, share: Double) {
    let least = max(unit, (least + unit - 1) / unit * unit)
    var best = (grain: max(count, 1), share: 1.0)
    for parts in [threads, 2 * threads, 4 * threads] {
      let even = (count + parts - 1) / parts
      let grain = max(least, (even + unit - 1) / unit * unit)
      let rounds = ((count + grain - 1) / grain + threads - 1) / threads
      let share = min(1, Double(rounds * grain) / Double(count))
      if share < best.share - 1e-9 { best = (grain, share) }
    }
    return best
  }

  package func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor?, into y: Tensor) {
    if let bias {
      // The sum of every output starts from its bias.
      unsafe ck_add_row_f32(y.rows, y.columns, bias.storage.pointer, y.storage.pointer, 0)
    }
    product(MatrixView(x), weight: weight, into: MatrixView(y), accumulating: bias != nil)
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

  /// Divides columns of a sum over rows, so that one thread computes all of a column's sum.
  func divideColumns(_ columns: Int, rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let least = max(16, 16384 / max(1, rows))
    pool.run(columns, grain: grain(columns, least: least, multiple: 16), body)
  }

  package func gather(_ table: Tensor, _ ids: [Int32], into y: Tensor) {
    precondition(y.rows == ids.count && y.columns == table.columns)
    precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rows })
    if case .kept(let matrix, let isTransposed) = table.content {
      precondition(!isTransposed, "rows that lie together")
      unsafe matrix.panels.copyRows(ids, to: y.storage.pointer)
      return
    }
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
