import TensorCore
import Testing

/// Compares products in bf16 with their scalar definitions on every instruction set, bit by bit.
///
/// Serialized because the selected kernels belong to the whole process.
@Suite(.serialized) struct `Products in bf16` {
  @Test func `have the definition's bits on portable kernels`() throws {
    try expectDefinitions(.portable)
  }

  @Test(.enabled(if: KernelVariant.avx2.isAvailable, "this processor has no AVX2"))
  func `have the definition's bits on AVX2`() throws {
    try expectDefinitions(.avx2)
  }

  @Test(.enabled(if: KernelVariant.avx512.isAvailable, "this processor has no AVX-512"))
  func `have the definition's bits on AVX-512`() throws {
    try expectDefinitions(.avx512)
  }

  @Test(.enabled(if: KernelVariant.avx512BF16.isAvailable, "this processor has no AVX-512 BF16"))
  func `have the definition's bits on AVX-512 BF16`() throws {
    try expectDefinitions(.avx512BF16)
  }

  @Test(.enabled(if: KernelVariant.amx.isAvailable, "this processor or system grants no AMX"))
  func `have the definition's bits on AMX`() throws {
    try expectDefinitions(.amx)
  }

  @Test(arguments: [MatrixNumerics.bf16, .bf16AMX])
  func `do not depend on threads, rows beside or their position`(numerics: MatrixNumerics) throws {
    var source = Values(family: .moderate)
    let (rows, inner, columns) = (70, 100, 130)
    let a = Tensor(shape: [rows, inner], values: source.next(rows * inner))
    let weight = Tensor(shape: [inner, columns], values: source.next(inner * columns))
    let whole = Tensor(shape: [rows, columns])
    CPUBackend(numerics: numerics).linear(a, weight, bias: nil, into: whole)
    for threads in 1...3 {
      let backend = CPUBackend(numerics: numerics, threads: threads)
      for range in [0..<1, 3..<5, 7..<24, 20..<53, 1..<70] {
        let part = Tensor(shape: [range.count, columns])
        let view = MatrixView(
          a.storage, offset: range.lowerBound * inner, rows: range.count, columns: inner)
        backend.product(view, MatrixView(weight), into: MatrixView(part), accumulating: false)
        let expected = bits(whole)[range.lowerBound * columns..<range.upperBound * columns]
        #expect(bits(part) == Array(expected), "rows \(range), \(threads) threads")
      }
    }
  }

  @Test(
    arguments: [
      (MatrixNumerics.bf16, [0, 1, 34, 77, 100]), (.bf16AMX, [0, 32, 96, 100]),
    ])
  func `may be continued from part to part of the depth`(
    numerics: MatrixNumerics, bounds: [Int]
  ) {
    var source = Values(family: .moderate)
    let backend = CPUBackend(numerics: numerics, threads: 2)
    let a = Tensor(shape: [100, 20], values: source.next(2000))
    let b = Tensor(shape: [100, 41], values: source.next(4100))
    let whole = Tensor(shape: [20, 41])
    backend.product(
      MatrixView(a).transposed, MatrixView(b), into: MatrixView(whole), accumulating: false)
    let sum = Tensor(shape: [20, 41])
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      backend.product(
        MatrixView(a.storage, offset: start * 20, rows: end - start, columns: 20).transposed,
        MatrixView(b.storage, offset: start * 41, rows: end - start, columns: 41),
        into: MatrixView(sum), accumulating: true)
    }
    #expect(bits(sum) == bits(whole))
  }

  @Test func `only some numerics continue sums in other passes`() {
    let continuing = MatrixNumerics.allCases.filter { CPUBackend(numerics: $0).continuesSums }
    #expect(continuing == [.exact, .bf16])
  }

  @Test func `differ between the two orders`() throws {
    var source = Values(family: .moderate)
    let (a, b) = (source.next(64 * 64), source.next(64 * 64))
    let chain = Definition(numerics: .bf16).product(a, b, rows: 64, depth: 64, columns: 64)
    let steps = Definition(numerics: .bf16AMX).product(a, b, rows: 64, depth: 64, columns: 64)
    #expect(chain.map(\.bitPattern) != steps.map(\.bitPattern))
  }

  // MARK: Comparing

  private static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 130, 33), (2, 70, 64), (3, 65, 2), (5, 16, 31), (12, 33, 300), (13, 48, 7),
    (16, 63, 32), (17, 100, 65), (29, 31, 257), (33, 17, 40), (64, 64, 96), (200, 15, 9),
    (4, 5, 0),
  ]

  /// Compares both orders with their definitions, for operands in either order of memory, in views
  /// with room between rows, replacing and adding to the output.
  private func expectDefinitions(_ variant: KernelVariant) throws {
    let selection = KernelSelection()
    defer { selection.end() }
    #expect(variant.select())
    for numerics in [MatrixNumerics.bf16, .bf16AMX] {
      for family in Values.Family.allCases {
        var source = Values(family: family)
        for (index, (m, n, k)) in Self.shapes.enumerated() {
          let (a, b, c) = (source.next(m * k), source.next(k * n), source.next(m * n))
          let backend = CPUBackend(numerics: numerics, threads: 1 + index % 2)
          let what = "\(numerics), \(family), \(m) × \(n) × \(k)"
          for adding in [false, true] {
            let expected = Definition(numerics: numerics).product(
              a, b, rows: m, depth: k, columns: n, addingTo: adding ? c : nil)
            for (left, right) in [
              (view(a, m, k), view(b, k, n)),
              (turnedView(a, m, k), turnedView(b, k, n)),
            ] {
              let found = view(c, m, n)
              backend.product(left, right, into: found, accumulating: adding)
              #expect(isSame(found, expected), "\(what), adding \(adding)")
            }
          }
          let y = Tensor(shape: [m, n])
          backend.linear(
            Tensor(shape: [m, k], values: a), Tensor(shape: [k, n], values: b), bias: nil, into: y)
          let expected = Definition(numerics: numerics).product(a, b, rows: m, depth: k, columns: n)
          #expect(isSame(MatrixView(y), expected), "\(what), packed")
        }
      }
    }
  }

  /// The values as a view whose rows are three floats further apart than they are long.
  private func view(_ values: [Float], _ rows: Int, _ columns: Int) -> MatrixView {
    let storage = FloatStorage(count: rows * (columns + 3))
    for row in 0..<rows {
      for column in 0..<columns {
        storage[row * (columns + 3) + column] = values[row * columns + column]
      }
    }
    var view = MatrixView(storage, rows: rows, columns: columns)
    view.rowStride = columns + 3
    return view
  }

  private func turnedView(_ values: [Float], _ rows: Int, _ columns: Int) -> MatrixView {
    var turned = [Float](repeating: 0, count: values.count)
    for row in 0..<rows {
      for column in 0..<columns { turned[column * rows + row] = values[row * columns + column] }
    }
    return view(turned, columns, rows).transposed
  }

  /// True if all values have the same bits, or are both NaN.
  private func isSame(_ found: MatrixView, _ expected: [Float]) -> Bool {
    for row in 0..<found.rows {
      for column in 0..<found.columns {
        let value = found.storage[found.offset + row * found.rowStride + column]
        let other = expected[row * found.columns + column]
        if value.bitPattern != other.bitPattern, !(value.isNaN && other.isNaN) { return false }
      }
    }
    return true
  }
}

/// The scalar definition of a product in bf16.
private struct Definition {
  let numerics: MatrixNumerics

  func product(
    _ a: [Float], _ b: [Float], rows: Int, depth: Int, columns: Int, addingTo c: [Float]? = nil
  ) -> [Float] {
    let (a, b) = (a.map(rounded), b.map(rounded))
    var result = c ?? [Float](repeating: 0, count: rows * columns)
    guard depth > 0 else { return result }
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = flushed(result[row * columns + column])
        func fuse(_ k: Int, into sum: inout Float) {
          sum = fused(a[row * depth + k], b[k * columns + column], sum)
        }
        if numerics == .bf16 {
          for k in 0..<depth { fuse(k, into: &sum) }
        } else {
          for first in stride(from: 0, to: depth, by: 32) {
            var (even, odd): (Float, Float) = (0, 0)
            for k in first..<min(first + 32, depth) {
              if k % 2 == 0 { fuse(k, into: &even) } else { fuse(k, into: &odd) }
            }
            sum = flushed(sum + flushed(even + odd))
          }
        }
        result[row * columns + column] = sum
      }
    }
    return result
  }

  private func flushed(_ x: Float) -> Float {
    x.isSubnormal ? Float(signOf: x, magnitudeOf: 0) : x
  }

  private func rounded(_ x: Float) -> Float {
    if x.isNaN { return x }
    let bits = x.bitPattern
    return flushed(Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16) & 1) & 0xffff_0000))
  }

  /// One rounding; a result below the smallest normal number is zero even if the coarser steps of
  /// denormal numbers would round it up.
  private func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
    let result = c.addingProduct(a, b)
    if result.magnitude == .leastNormalMagnitude {
      let sum = Double(a) * Double(b) + Double(c)
      if sum.magnitude < 0x1p-126 - 0x1p-151 { return Float(signOf: result, magnitudeOf: 0) }
    }
    return flushed(result)
  }
}

/// A source of values on which products may differ.
private struct Values {
  enum Family: CaseIterable {
    case moderate, anyFinite, huge, tiny, atTheEdge, cancelling, nonFinite
  }

  let family: Family
  private var state: UInt64 = 88_172_645_463_325_252

  init(family: Family) { self.family = family }

  mutating func next(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  private mutating func bits() -> UInt32 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt32(truncatingIfNeeded: state >> 16)
  }

  private mutating func below(_ bound: UInt32) -> UInt32 { bits() % bound }

  /// A value with a random sign, this exponent field and these bits of the fraction.
  private mutating func value(exponent: UInt32, fraction: UInt32 = 0x7f_ffff) -> Float {
    let random = bits()
    return Float(bitPattern: random & 0x8000_0000 | exponent << 23 | bits() & fraction)
  }

  private mutating func next() -> Float {
    switch family {
    case .moderate: value(exponent: 120 + below(12))
    case .anyFinite: value(exponent: below(255))
    case .huge: value(exponent: 185 + below(8))
    // Products of about the smallest normal number, and denormal operands.
    case .tiny: below(5) == 0 ? value(exponent: 0) : value(exponent: 61 + below(4))
    // Products of the smallest normal number and of fractions of its last place.
    case .atTheEdge:
      below(3) == 0
        ? value(exponent: 64, fraction: 0) : value(exponent: 50 + below(6), fraction: 0x7f_0000)
    case .cancelling: value(exponent: 127 + below(2), fraction: 0x3_0000)
    case .nonFinite:
      switch below(40) {
      case 0: .infinity
      case 1: -.infinity
      case 2: .nan
      case 3: Float(bitPattern: 0x7f80_0001)
      default: value(exponent: 127)
      }
    }
  }
}
