internal import CKernels
import Synchronization

extension CPUBackend {
  /// c (+)= a · Wᵀ, or a · W with `overOutputs`, for a kept matrix W of [outputs, inputs], with the
  /// bits of `exact`.
  func exactProduct(
    _ a: MatrixView, kept matrix: KeptMatrix, overOutputs: Bool, into c: MatrixView,
    accumulating: Bool
  ) {
    precondition(a.columnStride == 1 && c.columnStride == 1 && a.rows == c.rows)
    precondition(a.columns == (overOutputs ? matrix.outputs : matrix.inputs))
    precondition(c.columns == (overOutputs ? matrix.inputs : matrix.outputs))
    let panels = matrix.panels
    divideProduct(rows: c.rows, columns: c.columns, depth: a.columns) { rows, columns in
      let from = unsafe a.storage.pointer + a.offset + rows.lowerBound * a.rowStride
      let to =
        unsafe c.storage.pointer + c.offset + rows.lowerBound * c.rowStride
        + columns.lowerBound
      let adding: Int32 = accumulating ? 1 : 0
      if matrix.form == .float32, !overOutputs {
        unsafe ck_gemm_packed_f32(
          panels.variant.rawValue, rows.count, columns.count, a.columns, from, a.rowStride, 1,
          panels.packedFloats + columns.lowerBound * a.columns, to, c.rowStride, adding)
        return
      }
      unsafe panels.withKernelMatrix { matrix in
        if overOutputs {
          unsafe ck_kept_product_transposed_f32(
            rows.count, columns.lowerBound, columns.count, matrix, from, a.rowStride, to,
            c.rowStride, adding)
        } else {
          unsafe ck_kept_product_f32(
            rows.count, columns.lowerBound, columns.count, matrix, from, a.rowStride, to,
            c.rowStride, adding)
        }
      }
    }
  }

  /// The weight as a matrix of floats that stay in memory, for numerics of other libraries.
  func lastingFloats(of weight: Tensor) -> MatrixView {
    switch weight.content {
    case .floats: return MatrixView(weight)
    case .kept(let matrix, let isTransposed):
      let storage = matrix.widened.withLock { found in
        let storage = found ?? widened(matrix)
        found = storage
        return storage
      }
      return view(storage, of: matrix, isTransposed: isTransposed)
    }
  }

  private func view(
    _ storage: FloatStorage, of matrix: KeptMatrix, isTransposed: Bool
  ) -> MatrixView {
    let rows = MatrixView(storage, rows: matrix.outputs, columns: matrix.inputs)
    return isTransposed ? rows.transposed : rows
  }

  private func widened(_ matrix: KeptMatrix) -> FloatStorage {
    let storage = FloatStorage(count: matrix.outputs * matrix.inputs, pool: nil, zeroed: false)
    divideRows(matrix.outputs, columns: matrix.inputs) { rows in
      unsafe matrix.panels.copyRows(
        rows.map { Int32($0) }, to: storage.pointer + rows.lowerBound * matrix.inputs)
    }
    return storage
  }
}
