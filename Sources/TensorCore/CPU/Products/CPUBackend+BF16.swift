internal import CKernels
import Synchronization

/// Products of operands rounded to bf16.
extension CPUBackend {
  /// The number of values of a right operand that are packed at a time, about 32 MB.
  private static let packedAtOnce = 1 << 24
  /// The number of values of a kept weight that are widened at a time, 4 MB.
  private static let widenedAtOnce = 1 << 20

  /// c (+)= a · b, where b is used once.
  func product(
    _ a: MatrixView, _ b: MatrixView, in order: ProductOrder, into c: MatrixView,
    accumulating: Bool
  ) {
    // A sum continues from part to part; a multiple of 32 divides it as the kernels do.
    let most = max(32, Self.packedAtOnce / max(1, b.columns) / 32 * 32)
    let storage = makeStorage(
      count: BF16Panels.size(depth: min(most, b.rows), columns: b.columns), zeroed: false)
    var start = 0
    repeat {
      let depth = min(most, b.rows - start)
      let panels = BF16Panels(depth: depth, columns: b.columns, storage: storage)
      var part = b
      part.offset += start * b.rowStride
      part.rows = depth
      panels.pack(part, threads: pool, grain: packingGrain(b.columns))
      var left = a
      left.offset += start * a.columnStride
      left.columns = depth
      multiply(left, panels, in: order, into: c, accumulating: accumulating || start > 0)
      start += depth
    } while start < b.rows
  }

  /// c (+)= a · weight or its transpose, which is packed once and kept until it changes.
  func product(
    _ a: MatrixView, weight: Tensor, transposed: Bool, in order: ProductOrder, into c: MatrixView,
    accumulating: Bool
  ) {
    let panels =
      if transposed {
        weight.packedTransposed.withLock { pack(weight, transposed: true, into: &$0) }
      } else {
        weight.packed.withLock { pack(weight, transposed: false, into: &$0) }
      }
    multiply(a, panels, in: order, into: c, accumulating: accumulating)
  }

  private func pack(
    _ weight: Tensor, transposed: Bool, into found: inout PackedMatrix?
  ) -> BF16Panels {
    let depth = transposed ? weight.columns : weight.rows
    let columns = transposed ? weight.rows : weight.columns
    // A kept weight never changes.
    let changes = weight.isKept ? 0 : weight.storage.changes
    // The memory of fp32 panels is not reused: another backend may be reading them.
    let known = found.flatMap { $0.format == .bfloat16 ? $0 : nil }
    let storage =
      known?.packed ?? FloatStorage(count: BF16Panels.size(depth: depth, columns: columns))
    let panels = BF16Panels(depth: depth, columns: columns, storage: storage)
    if known?.changes == changes { return panels }
    forEachPiece(of: weight) { piece, row, column in
      if transposed {
        panels.pack(
          piece.transposed, row: column, column: row, threads: pool,
          grain: packingGrain(piece.rows))
      } else {
        panels.pack(
          piece, row: row, column: column, threads: pool, grain: packingGrain(piece.columns))
      }
    }
    found = PackedMatrix(packed: storage, changes: changes, format: .bfloat16)
    return panels
  }

  /// Passes a weight's values to `body` as floats, in pieces with the row and column where each
  /// begins. Pieces begin and end at multiples of 32, or at the end. A weight in floats is one
  /// piece; a kept one is widened some outputs at a time.
  private func forEachPiece(of weight: Tensor, _ body: (MatrixView, Int, Int) -> Void) {
    guard case .kept(let matrix, let isTransposed) = weight.content else {
      body(MatrixView(weight), 0, 0)
      return
    }
    let (outputs, inputs) = (matrix.outputs, matrix.inputs)
    let most = max(32, Self.widenedAtOnce / max(1, inputs) / 32 * 32)
    let storage = makeStorage(count: min(most, outputs) * inputs, zeroed: false)
    for first in stride(from: 0, to: outputs, by: most) {
      let count = min(most, outputs - first)
      divideRows(count, columns: inputs) { rows in
        unsafe matrix.panels.copyRows(
          rows.map { Int32(first + $0) }, to: storage.pointer + rows.lowerBound * inputs)
      }
      let piece = MatrixView(storage, rows: count, columns: inputs)
      if isTransposed { body(piece.transposed, 0, first) } else { body(piece, first, 0) }
    }
  }

  private func packingGrain(_ columns: Int) -> Int { grain(columns, least: 64, multiple: 64) }

  private func multiply(
    _ a: MatrixView, _ b: BF16Panels, in order: ProductOrder, into c: MatrixView,
    accumulating: Bool
  ) {
    precondition(a.columns == b.depth && a.rows == c.rows && b.columns == c.columns)
    precondition(c.columnStride == 1)
    divideProduct(rows: c.rows, columns: c.columns, depth: a.columns) { rows, columns in
      let kernel =
        switch order {
        case .chain: unsafe ck_gemm_bf16
        case .steps: unsafe ck_gemm_amx
        }
      unsafe kernel(
        rows.count, columns.count, a.columns,
        a.storage.pointer + a.offset + rows.lowerBound * a.rowStride, a.rowStride, a.columnStride,
        b.storage.halves + columns.lowerBound * b.paddedDepth, b.paddedDepth,
        c.storage.pointer + c.offset + rows.lowerBound * c.rowStride + columns.lowerBound,
        c.rowStride, accumulating ? 1 : 0)
    }
  }
}
