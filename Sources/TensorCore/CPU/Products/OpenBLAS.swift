internal import COpenBLAS

/// The only code that calls OpenBLAS.
enum OpenBLAS {
  static func setThreads(_ threads: Int) {
    openblas_set_num_threads(Int32(threads))
  }

  /// Version, build options and selected core type: everything its bits depend on.
  static var description: String {
    let configuration = unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "unknown"
    let core = unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
    return "\(configuration) core=\(core)"
  }

  /// c (+)= a · b, where `a` and `b` are row-major or transposes of row-major matrices.
  static func product(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, accumulating: Bool
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, a.columnStride == 1 ? CblasNoTrans : CblasTrans,
      b.columnStride == 1 ? CblasNoTrans : CblasTrans, blasint(c.rows), blasint(c.columns),
      blasint(a.columns), 1, a.storage.pointer + a.offset, leading(a),
      b.storage.pointer + b.offset, leading(b), accumulating ? 1 : 0,
      c.storage.pointer + c.offset, leading(c))
  }

  private static func leading(_ view: MatrixView) -> blasint {
    let isRowMajor = view.columnStride == 1
    let width = isRowMajor ? view.columns : view.rows
    return blasint(max(1, width, isRowMajor ? view.rowStride : view.columnStride))
  }
}
