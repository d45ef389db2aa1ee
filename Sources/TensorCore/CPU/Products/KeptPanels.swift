internal import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// The memory of a kept matrix: its values in panels, and the numbers of its blocks.
///
/// It is written only while the matrix is made.
@safe final class KeptPanels: @unchecked Sendable {
  /// The kernels whose packed matrices have the order of the values, if these are floats; other
  /// forms have the same order for all kernels.
  let variant: KernelVariant
  private let outputs: Int
  private let inputs: Int
  private let form: KeptMatrix.Form
  /// The number of outputs of a panel.
  private let width: Int
  private let values: UnsafeMutableRawPointer
  /// [outputs / 16][blocks][16]; empty if there are no blocks.
  private let scales: UnsafeMutablePointer<Float>
  private let added: UnsafeMutablePointer<Float>

  init(outputs: Int, inputs: Int, form: KeptMatrix.Form) {
    self.outputs = outputs
    self.inputs = inputs
    self.form = form
    variant = KernelVariant.selected
    let side = KeptMatrix.sideBySide
    if case .float32 = form {
      width = ck_panel_width(variant.rawValue)
    } else {
      width = side
    }
    let padded = (outputs + side - 1) / side * side
    unsafe values = Self.allocate(bytes: padded * inputs * form.bytesPerValue)
    var (scaleCount, addedCount) = (0, 0)
    if case .blocks(let size, let hasAdded) = form {
      precondition(size > 0 && size % side == 0, "blocks of whole vectors")
      scaleCount = padded * form.blockCount(inputs: inputs)
      addedCount = hasAdded ? scaleCount : 0
    }
    unsafe scales = Self.allocate(bytes: 4 * scaleCount)
      .bindMemory(to: Float.self, capacity: scaleCount)
    unsafe added = Self.allocate(bytes: 4 * addedCount)
      .bindMemory(to: Float.self, capacity: addedCount)
  }

  deinit {
    unsafe values.deallocate()
    unsafe scales.deallocate()
    unsafe added.deallocate()
  }

  /// Allocates zeroed memory of exactly this size, large blocks in huge pages as in `StoragePool`.
  private static func allocate(bytes: Int) -> UnsafeMutableRawPointer {
    let largePage = 2 << 20
    let isLarge = bytes >= 2 * largePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(bytes, 64), alignment: isLarge ? largePage : 64)
    #if canImport(Glibc)
      if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(bytes, 64))
    return unsafe memory
  }

  /// The address of the first panel, for products with packed floats.
  /// - Precondition: the form is `float32`.
  var packedFloats: UnsafePointer<Float> {
    precondition(form == .float32)
    return unsafe UnsafePointer(values.assumingMemoryBound(to: Float.self))
  }

  /// Calls `body` with the matrix as the kernels read it.
  func withKernelMatrix<Result>(_ body: (UnsafePointer<ck_kept>) -> Result) -> Result {
    var matrix = unsafe ck_kept()
    unsafe matrix.form = kernelForm
    unsafe matrix.outputs = outputs
    unsafe matrix.inputs = inputs
    unsafe matrix.width = width
    unsafe matrix.values = UnsafeRawPointer(values)
    if case .blocks(let size, let hasAdded) = form {
      unsafe matrix.block = size
      unsafe matrix.scales = UnsafePointer(scales)
      if hasAdded { unsafe matrix.added = UnsafePointer(added) }
    }
    return unsafe withUnsafePointer(to: &matrix) { unsafe body($0) }
  }

  func values(rows: Range<Int>) -> [Float] {
    let ids = rows.map { Int32($0) }
    return unsafe [Float](unsafeUninitializedCapacity: rows.count * inputs) { target, count in
      count = rows.count * inputs
      guard let base = target.baseAddress, count > 0 else { return }
      unsafe copyRows(ids, to: base)
    }
  }

  /// Writes widened rows one after another.
  func copyRows(_ ids: [Int32], to target: UnsafeMutablePointer<Float>) {
    unsafe ids.withUnsafeBufferPointer { ids in
      guard let base = ids.baseAddress else { return }
      unsafe withKernelMatrix { unsafe ck_kept_rows_f32(ids.count, $0, base, target) }
    }
  }

  private var kernelForm: Int32 {
    switch form {
    case .float32: Int32(CK_KEPT_F32)
    case .bfloat16: Int32(CK_KEPT_BF16)
    case .float16: Int32(CK_KEPT_F16)
    case .blocks: Int32(CK_KEPT_INT8)
    }
  }

  // MARK: Storing

  /// Stores rows, of which the first is a multiple of 16.
  func store(_ rows: KeptMatrix.Rows, of range: Range<Int>) {
    switch (rows, form) {
    case (.floats(let floats), .float32):
      precondition(floats.count == range.count * inputs, "values of all rows")
      unsafe floats.withUnsafeBytes { unsafe store($0, of: range) }
    case (.halves(let halves), .bfloat16), (.halves(let halves), .float16):
      precondition(halves.count == range.count * inputs, "values of all rows")
      unsafe halves.withUnsafeBytes { unsafe store($0, of: range) }
    case (.blocks(let rows), .blocks(_, let hasAdded)):
      let blocks = form.blockCount(inputs: inputs)
      precondition(rows.values.count == range.count * inputs, "values of all rows")
      precondition(rows.scales.count == range.count * blocks, "a scale for every block")
      precondition(rows.added.count == (hasAdded ? rows.scales.count : 0))
      unsafe rows.values.withUnsafeBytes { unsafe store($0, of: range) }
      unsafe store(rows.scales, of: range, to: scales)
      unsafe store(rows.added, of: range, to: added)
    default: preconditionFailure("rows in the matrix's form")
    }
  }

  private func store(_ rows: UnsafeRawBufferPointer, of range: Range<Int>) {
    let (side, size) = (KeptMatrix.sideBySide, form.bytesPerValue)
    let padded = (outputs + side - 1) / side * side
    guard let base = rows.baseAddress else { return }
    for first in stride(from: range.lowerBound, to: range.upperBound, by: side) {
      let panel = first / width * width
      let from = unsafe base + (first - range.lowerBound) * inputs * size
      let to = unsafe values + (panel * inputs + first - panel) * size
      unsafe ck_keep_rows_f32(
        min(side, range.upperBound - first), inputs, size, from, to, min(width, padded - panel))
    }
  }

  private func store(
    _ numbers: [Float], of range: Range<Int>, to target: UnsafeMutablePointer<Float>
  ) {
    guard !numbers.isEmpty else { return }
    let side = KeptMatrix.sideBySide
    let blocks = numbers.count / range.count
    for (index, row) in range.enumerated() {
      let panel = unsafe target + row / side * blocks * side + row % side
      for block in 0..<blocks { unsafe panel[block * side] = numbers[index * blocks + block] }
    }
  }
}
