/// Sums, differences, multiples, products, powers and transposes of matrices, entry by entry.
enum MatrixAlgebra {
  typealias Rows = [[MathNode]]

  private static let highestPower = 8

  /// Returns the entries of an expression that is a matrix; nil if it is none, or if the shapes of
  /// its parts do not fit.
  /// - Throws: if the entries are too large to be worked out.
  static func value(_ node: MathNode) throws(MathReadingError) -> Rows? {
    switch node {
    case .matrix(let rows): return rows
    case .negative(let part): return try value(part)?.entries { .negative($0) }
    case .sum(let parts): return try sum(parts)
    case .product(let parts): return try product(parts)
    case .quotient(let above, let below):
      guard !below.hasMatrix, let rows = try value(above) else { return nil }
      return rows.entries { .quotient($0, below) }
    case .power(let base, .symbol("T")): return try value(base)?.transposed
    case .power(let base, let exponent):
      guard let count = exponent.fraction, count.isWhole, (1...highestPower).contains(count.above)
      else { return nil }
      return try product(Array(repeating: base, count: count.above))
    default: return nil
    }
  }

  private static func sum(_ parts: [MathNode]) throws(MathReadingError) -> Rows? {
    var sum: Rows?
    for part in parts {
      guard let rows = try value(part) else { return nil }
      guard let first = sum else {
        sum = rows
        continue
      }
      guard first.count == rows.count, first[0].count == rows[0].count else { return nil }
      sum = zip(first, rows).map { row, other in
        zip(row, other).map { MathNode.sum([$0, $1]).folded }
      }
    }
    return sum
  }

  private static func product(_ parts: [MathNode]) throws(MathReadingError) -> Rows? {
    var product: Rows?
    var scalars: [MathNode] = []
    for part in parts {
      guard part.hasMatrix else {
        scalars.append(part)
        continue
      }
      guard let rows = try value(part) else { return nil }
      if let first = product {
        guard let next = try multiply(first, rows) else { return nil }
        product = next
      } else {
        product = rows
      }
    }
    guard let product, !scalars.isEmpty else { return product }
    let factor: MathNode = scalars.count == 1 ? scalars[0] : .product(scalars)
    return product.entries { .product([factor, $0]) }
  }

  private static func multiply(
    _ first: Rows, _ second: Rows
  ) throws(MathReadingError) -> Rows? {
    guard let inner = first.first?.count, inner == second.count, let width = second.first?.count
    else { return nil }
    // Each entry of one stands in as many entries of the product as the other has rows or columns.
    let size =
      first.joined().reduce(0) { $0 + $1.size } * width
      + second.joined().reduce(0) { $0 + $1.size } * first.count
    guard size <= MathLimits.steps else { throw .unreadable }
    return first.map { row in
      (0..<width).map { column in
        let terms = (0..<inner).map { MathNode.product([row[$0], second[$0][column]]) }
        return MathNode.sum(terms).folded
      }
    }
  }
}

extension [[MathNode]] {
  /// The matrix with each entry changed.
  fileprivate func entries(_ changed: (MathNode) -> MathNode) -> Self {
    map { $0.map { changed($0).folded } }
  }

  fileprivate var transposed: Self {
    (self.first ?? []).indices.map { column in map { $0[column] } }
  }
}

extension MathNode {
  fileprivate static func number(_ whole: Int) -> MathNode {
    let number = MathNode.number(NumberText(digits: whole.magnitude.digits))
    return whole < 0 ? .negative(number) : number
  }

  fileprivate var hasMatrix: Bool {
    contains { if case .matrix = $0 { true } else { false } }
  }

  /// The number of parts of the tree.
  fileprivate var size: Int { parts.reduce(1) { $0 + $1.size } }

  /// The fraction that the expression is, as one node; the expression itself if it is none that
  /// fits.
  fileprivate var folded: MathNode {
    guard let fraction else { return self }
    let above = MathNode.number(fraction.above)
    return fraction.isWhole ? above : .quotient(above, .number(fraction.below))
  }
}
