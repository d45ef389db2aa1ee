import TensorCore

/// A format of integers of a few bits: value = scale · q, or scale · q + added, where neighbouring
/// values share the two numbers. The product and the sum are rounded to 32 bits.
protocol QuantizedFormat: TensorFormat {
  /// The number of values that share a scale.
  static var valuesPerScale: Int { get }
  /// True if there are numbers to add.
  static var hasAdded: Bool { get }

  /// Unpacks the block that begins at `start`: its integers to the places from `first` on, its
  /// scales in their order.
  static func unpack(
    _ bytes: Span<UInt8>, at start: Int, into values: inout MutableSpan<Int8>, at first: Int,
    _ scales: inout BlockScales)
  /// Unpacks whole blocks. The default fits every format; it is a requirement so that each format
  /// gets a loop of its own.
  static func unpacked(_ bytes: [UInt8]) -> KeptMatrix.QuantizedRows
}

/// The scales of blocks, and the numbers to add, if a format has them.
struct BlockScales {
  fileprivate(set) var scales: [Float] = []
  fileprivate(set) var added: [Float] = []

  mutating func append(_ scale: Float) { scales.append(scale) }

  mutating func append(_ scale: Float, added number: Float) {
    scales.append(scale)
    added.append(number)
  }
}

extension QuantizedFormat {
  static var hasAdded: Bool { false }

  static var keptForm: KeptMatrix.Form { .blocks(size: valuesPerScale, hasAdded: hasAdded) }

  static func keptRows(decoding bytes: [UInt8]) -> KeptMatrix.Rows { .blocks(unpacked(bytes)) }

  static func unpacked(_ bytes: [UInt8]) -> KeptMatrix.QuantizedRows {
    precondition(bytes.count % bytesPerBlock == 0, "whole blocks")
    let blocks = bytes.count / bytesPerBlock
    var values = [Int8](repeating: 0, count: blocks * valuesPerBlock)
    var scales = BlockScales()
    let source = bytes.span
    var target = values.mutableSpan
    for block in 0..<blocks {
      unpack(
        source, at: block * bytesPerBlock, into: &target, at: block * valuesPerBlock, &scales)
    }
    return KeptMatrix.QuantizedRows(values: values, scales: scales.scales, added: scales.added)
  }

  static func values(decoding bytes: [UInt8]) -> [Float] {
    let rows = unpacked(bytes)
    var values = rows.values.map { Float($0) }
    for (block, scale) in rows.scales.enumerated() {
      let places = block * valuesPerScale..<(block + 1) * valuesPerScale
      if hasAdded {
        let added = rows.added[block]
        for place in places { values[place] = scale * values[place] + added }
      } else {
        for place in places { values[place] *= scale }
      }
    }
    return values
  }
}
