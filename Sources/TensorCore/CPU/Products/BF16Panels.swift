internal import CKernels

/// A right operand of products in bf16, 2 bytes a value: panels of 16 columns, whose depth is
/// padded to a multiple of 32. All kernels and both orders read the same panels.
struct BF16Panels: Sendable {
  let depth: Int
  let columns: Int
  /// The values, two in the place of a float.
  let storage: FloatStorage

  /// The number of floats that the panels take the place of.
  static func size(depth: Int, columns: Int) -> Int {
    ck_packed_depth_bf16(depth) * ((columns + 15) / 16 * 16) / 2
  }

  /// The depth of a panel in memory, in values.
  var paddedDepth: Int { ck_packed_depth_bf16(depth) }

  /// Rounds and packs a part of the operand that begins at (`row`, `column`), multiples of 32 and
  /// 16. Parts end at such multiples too, or where the operand ends.
  func pack(_ part: MatrixView, row: Int = 0, column: Int = 0, threads: ThreadPool, grain: Int) {
    precondition(row % 32 == 0 && column % 16 == 0)
    precondition(row + part.rows <= depth && column + part.columns <= columns)
    precondition(part.rows % 32 == 0 || row + part.rows == depth)
    precondition(part.columns % 16 == 0 || column + part.columns == columns)
    threads.run(part.columns, grain: grain) { range in
      unsafe ck_pack_bf16(
        range.count, part.rows,
        part.storage.pointer + part.offset + range.lowerBound * part.columnStride, part.rowStride,
        part.columnStride,
        storage.halves + (column + range.lowerBound) * paddedDepth + row * 16, paddedDepth)
    }
  }
}
