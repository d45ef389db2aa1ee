import TensorCore

/// A matrix of random values in a kept form, and the floats that it stands for by the form's
/// definition.
struct KeptSample {
  let matrix: KeptMatrix
  /// [outputs, inputs]
  let values: [Float]
  /// The weight of a linear layer: [inputs, outputs].
  let weight: Tensor
  /// A table with a row for each output.
  let table: Tensor
  /// The same in 32 bits.
  let wideWeight: Tensor
  let wideTable: Tensor

  static let forms: [KeptMatrix.Form] = [
    .float32, .bfloat16, .float16, .blocks(size: 32, hasAdded: false),
    .blocks(size: 32, hasAdded: true), .blocks(size: 16, hasAdded: false),
  ]

  init(_ form: KeptMatrix.Form, outputs: Int, inputs: Int) {
    let count = outputs * inputs
    var stream = RandomStream(seed: 5, purpose: "kept \(form)")
    func bits(_ exponent: UInt16) -> [UInt16] {
      (0..<count).map { _ in
        let bits = UInt16(stream.int(in: 0...0xffff))
        // Neither infinite nor NaN.
        return bits & exponent == exponent ? bits & ~exponent : bits
      }
    }
    let rows: (Range<Int>) -> KeptMatrix.Rows
    func places(_ range: Range<Int>) -> Range<Int> {
      range.lowerBound * inputs..<range.upperBound * inputs
    }
    switch form {
    case .float32:
      let floats = noise(count, "kept")
      values = floats
      rows = { .floats(Array(floats[places($0)])) }
    case .bfloat16:
      let halves = bits(0x7f80).map { $0 & 0x8fff | 0x3000 }
      values = halves.map { Float(bitPattern: UInt32($0) << 16) }
      rows = { .halves(Array(halves[places($0)])) }
    case .float16:
      let halves = bits(0x7c00)
      values = halves.map(Self.widened)
      rows = { .halves(Array(halves[places($0)])) }
    case .blocks(let size, let hasAdded):
      let blocks = (inputs + size - 1) / size
      let integers = (0..<count).map { _ in Int8(stream.int(in: -128...127)) }
      let scales = noise(outputs * blocks, "scales")
      let added = hasAdded ? noise(outputs * blocks, "added", scale: 20) : []
      values = (0..<count).map { place in
        let block = place / inputs * blocks + place % inputs / size
        let product = scales[block] * Float(integers[place])
        return hasAdded ? product + added[block] : product
      }
      rows = { range in
        let numbers = range.lowerBound * blocks..<range.upperBound * blocks
        return .blocks(
          KeptMatrix.QuantizedRows(
            values: Array(integers[places(range)]), scales: Array(scales[numbers]),
            added: hasAdded ? Array(added[numbers]) : []))
      }
    }
    matrix = KeptMatrix(outputs: outputs, inputs: inputs, form: form, rows: rows)
    weight = Tensor(matrix, isTransposed: true)
    table = Tensor(matrix, isTransposed: false)
    wideTable = Tensor(shape: [outputs, inputs], values: values)
    var turned = [Float](repeating: 0, count: count)
    for output in 0..<outputs {
      for input in 0..<inputs { turned[input * outputs + output] = values[output * inputs + input] }
    }
    wideWeight = Tensor(shape: [inputs, outputs], values: turned)
  }

  /// The value of a number of IEEE 754 binary16.
  private static func widened(_ bits: UInt16) -> Float {
    let fraction = Float(bits & 0x3ff)
    let exponent = Int(bits >> 10 & 0x1f)
    let magnitude =
      exponent == 0
      ? fraction * 0x1p-24
      : Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
