import Synchronization

/// A matrix of weights that is only read, kept once in the precision it came in, in the order of
/// the product kernels. Products widen a small piece of it at a time; their bits are those of
/// products with the widened matrix.
///
/// A row has the weights of one output, as in files. Values are in panels of outputs that lie side
/// by side.
package final class KeptMatrix: Sendable {
  /// The precision of the values.
  package enum Form: Sendable, Hashable {
    case float32
    case bfloat16
    case float16
    /// value = scale · q, or scale · q + added, of 8-bit numbers q with a sign: the product is
    /// rounded to 32 bits, then the sum. Every `size` inputs share the two numbers.
    case blocks(size: Int, hasAdded: Bool)
  }

  /// Some rows in a matrix's form.
  package enum Rows: Sendable {
    case floats([Float])
    /// For `bfloat16` and `float16`.
    case halves([UInt16])
    case blocks(QuantizedRows)
  }

  /// Rows of quantised values, of which each begins a new block.
  package struct QuantizedRows: Sendable {
    package var values: [Int8]
    /// A number for every block, row by row.
    package var scales: [Float]
    /// Empty if the form has no added numbers.
    package var added: [Float]

    package init(values: [Int8] = [], scales: [Float] = [], added: [Float] = []) {
      self.values = values
      self.scales = scales
      self.added = added
    }
  }

  package let outputs: Int
  package let inputs: Int
  package let form: Form
  let panels: KeptPanels
  /// The widened matrix, for products of other libraries; made when first needed.
  let widened = Mutex<FloatStorage?>(nil)

  /// Makes a matrix, reading few rows at a time.
  /// - Parameter rows: returns some rows in the matrix's form. It is asked for all, in order.
  package init<Failure: Error>(
    outputs: Int, inputs: Int, form: Form, rows: (Range<Int>) throws(Failure) -> Rows
  ) throws(Failure) {
    precondition(outputs >= 0 && inputs >= 0)
    self.outputs = outputs
    self.inputs = inputs
    self.form = form
    panels = KeptPanels(outputs: outputs, inputs: inputs, form: form)
    guard inputs > 0 else { return }
    let step = max(1, Self.pieceSize / inputs / Self.sideBySide) * Self.sideBySide
    for first in stride(from: 0, to: outputs, by: step) {
      let range = first..<min(outputs, first + step)
      panels.store(try rows(range), of: range)
    }
  }

  /// The number of outputs whose values lie side by side.
  static let sideBySide = 16
  /// The number of values that are read at once, unless rows are longer.
  private static let pieceSize = 1 << 16

  /// The number of bytes that the matrix takes.
  package var byteCount: Int { form.byteCount(outputs: outputs, inputs: inputs) }

  /// The values of some rows, widened.
  package func values(rows: Range<Int>) -> [Float] {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= outputs)
    return panels.values(rows: rows)
  }
}

extension KeptMatrix.Form {
  /// The number of bytes that a matrix of this form takes.
  /// - Parameters:
  ///   - outputs: the number of rows; the last panel is filled up.
  package func byteCount(outputs: Int, inputs: Int) -> Int {
    let side = KeptMatrix.sideBySide
    let padded = (outputs + side - 1) / side * side
    return padded * (inputs * bytesPerValue + blockCount(inputs: inputs) * bytesPerBlock)
  }

  var bytesPerValue: Int {
    switch self {
    case .float32: 4
    case .bfloat16, .float16: 2
    case .blocks: 1
    }
  }

  /// The number of blocks of a row.
  func blockCount(inputs: Int) -> Int {
    guard case .blocks(let size, _) = self else { return 0 }
    return (inputs + size - 1) / size
  }

  /// The bytes of the numbers that a block has besides its values.
  private var bytesPerBlock: Int {
    guard case .blocks(_, let hasAdded) = self else { return 0 }
    return (hasAdded ? 2 : 1) * MemoryLayout<Float>.size
  }
}
