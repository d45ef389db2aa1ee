/// The evaluation of a tree at a point. It is total: every tree has a value or an error, after a
/// bounded number of steps.
struct Evaluation {
  let point: SamplePoint
  private(set) var steps = 0

  var field: PrimeField { point.field }

  init(_ point: SamplePoint) { self.point = point }

  mutating func value(_ node: MathNode) throws(MathReadingError) -> Residue {
    try step()
    switch node {
    case .number(let number): return point.value(number)
    case .repeating(let number, let period): return point.value(number, period: period)
    case .based(let digits, let base):
      guard (2...36).contains(base), digits.allSatisfy({ $0 < base }) else { throw .undefined }
      return Residue(real: point.value(digits, base: UInt64(base)))
    case .symbol(let name): return symbol(name)
    case .infinity: return Residue(real: point.random("∞", isConstant: true))
    case .sum(let parts):
      var sum = Residue.zero
      for part in parts { sum = field.add(sum, try value(part)) }
      return sum
    case .negative(let part): return field.negate(try value(part))
    case .product(let parts):
      var product = Residue.one
      for part in parts { product = field.multiply(product, try value(part)) }
      return product
    case .quotient(let above, let below):
      return field.multiply(try value(above), try inverse(try value(below)))
    case .power(let base, let exponent): return try power(base, exponent)
    case .root(let index, let part):
      guard let exponent = SmallFraction(1, index) else { throw .undefined }
      return try root(part, exponent)
    case .function(let name, let arguments): return try function(name, arguments)
    case .apply(let name, let arguments): return try applied(name, arguments)
    case .percent(let part):
      return field.multiply(try value(part), point.value(SmallFraction(1, 100)!))
    case .degree(let part):
      let radian = field.multiply(symbol("π"), point.value(SmallFraction(1, 180)!))
      return field.multiply(try value(part), radian)
    case .quantity(let part, _): return try value(part)
    case .ratio(let parts) where parts.count == 2:
      return field.multiply(try value(parts[0]), try inverse(try value(parts[1])))
    default: throw .notScalar
    }
  }

  mutating func step(_ count: Int = 1) throws(MathReadingError) {
    steps += count
    guard steps <= MathLimits.steps else { throw .unreadable }
  }

  func inverse(_ value: Residue) throws(MathReadingError) -> Residue {
    guard let inverse = field.inverse(value) else { throw .undefined }
    return inverse
  }

  mutating func values(_ nodes: [MathNode]) throws(MathReadingError) -> [Residue] {
    var values: [Residue] = []
    for node in nodes { values.append(try value(node)) }
    return values
  }

  func symbol(_ name: String) -> Residue {
    switch name {
    case "i": .i
    case "π", "e", "∅", "…": Residue(real: point.random(name, isConstant: true))
    default: Residue(real: point.random(name))
    }
  }

  /// `f(x)` is a name of its own for every value of x; `x(x + 1)` is a product.
  private mutating func applied(
    _ name: String, _ arguments: [MathNode]
  ) throws(MathReadingError) -> Residue {
    let isFunction =
      arguments.count != 1
      || name.first.map { MathVocabulary.functionLetters.contains(String($0)) }
        ?? false
    guard isFunction else {
      return field.multiply(symbol(name), try value(arguments[0]))
    }
    let values = try values(arguments)
    return Residue(real: point.random("apply " + name, [symbol(name)] + values))
  }

  private mutating func function(
    _ name: String, _ arguments: [MathNode]
  ) throws(MathReadingError) -> Residue {
    switch (name, arguments.count) {
    case ("sin", 1), ("cos", 1), ("tan", 1), ("cot", 1), ("sec", 1), ("csc", 1):
      return try trigonometric(name, arguments[0])
    case ("ln", 1): return try logarithm(arguments[0])
    case ("log", 2):
      return field.multiply(
        try logarithm(arguments[1]), try inverse(try logarithm(arguments[0])))
    case ("lg", 1):
      return field.multiply(
        try logarithm(arguments[0]), try inverse(try logarithm(of: SmallFraction(10))))
    case ("log", 1):
      // The base is not said: it is a name.
      let base = Residue(real: point.random("base of log", isConstant: true))
      return field.multiply(try logarithm(arguments[0]), try inverse(base))
    case ("abs", 1): return try absolute(arguments[0])
    case ("!", 1): return try factorial(arguments[0])
    case ("binom", 2): return try binomial(arguments[0], arguments[1])
    case ("sinh", 1), ("cosh", 1), ("tanh", 1), ("coth", 1):
      return try hyperbolic(name, arguments[0])
    case ("arcsin", 1), ("arccos", 1), ("arctan", 1):
      return try inverseTrigonometric(name, arguments[0])
    case ("det", 1):
      if case .matrix(let rows) = arguments[0] { return try determinant(rows) }
    default: break
    }
    return Residue(real: point.random("function " + name, try values(arguments)))
  }

  /// |x| is the square root of x² that is a square, so that |xy| = |x| |y| and |-x| = |x|.
  private mutating func absolute(_ node: MathNode) throws(MathReadingError) -> Residue {
    let inside = try value(node)
    if let fraction = node.fraction {
      return point.value(fraction.above < 0 ? fraction.negated : fraction)
    }
    guard inside.isReal else { return Residue(real: point.random("abs", [inside])) }
    return field.isSquare(inside.real) ? inside : field.negate(inside)
  }

  // MARK: - Factorials

  private mutating func factorial(_ node: MathNode) throws(MathReadingError) -> Residue {
    guard let fraction = node.fraction else {
      return Residue(real: point.random("!", [try value(node)]))
    }
    guard fraction.isWhole, fraction.above >= 0 else { throw .undefined }
    guard fraction.above <= MathLimits.factorial else {
      return Residue(real: point.random("!", [try value(node)]))
    }
    try step(fraction.above / 4)
    return Residue(real: product(1...max(1, fraction.above)))
  }

  private func product(_ range: ClosedRange<Int>) -> UInt64 {
    range.reduce(1) { field.multiply($0, UInt64($1)) }
  }

  private mutating func binomial(
    _ above: MathNode, _ below: MathNode
  ) throws(MathReadingError) -> Residue {
    guard let count = below.fraction, count.isWhole, count.above >= 0 else {
      return Residue(real: point.random("binom", [try value(above), try value(below)]))
    }
    if let total = above.fraction, total.isWhole, total.above >= 0, total.above < count.above {
      return .zero
    }
    // n (n - 1) … (n - k + 1) / k!, with the smaller of k and n - k.
    var chosen = count.above
    if let total = above.fraction, total.isWhole, total.above >= 0 {
      chosen = min(chosen, total.above - chosen)
    }
    guard chosen <= MathLimits.factorial else {
      return Residue(real: point.random("binom", [try value(above), try value(below)]))
    }
    try step(chosen / 2)
    let top = try value(above)
    var (result, divisor): (Residue, UInt64) = (.one, 1)
    for index in 0..<max(0, chosen) {
      let factor = field.add(top, Residue(real: field.reduced(-index)))
      result = field.multiply(result, factor)
      divisor = field.multiply(divisor, UInt64(index + 1))
    }
    return field.multiply(result, Residue(real: field.inverse(divisor)))
  }

  /// Expands along the first row; larger matrices than 5 × 5 have no value.
  private mutating func determinant(_ rows: [[MathNode]]) throws(MathReadingError) -> Residue {
    guard rows.count == rows.first?.count, rows.count <= 5 else { throw .notScalar }
    if rows.count == 1 { return try value(rows[0][0]) }
    var sum = Residue.zero
    for column in rows.indices {
      let minor = rows.dropFirst().map { row in
        row.indices.filter { $0 != column }.map { row[$0] }
      }
      let term = field.multiply(try value(rows[0][column]), try determinant(minor))
      sum = field.add(sum, column.isMultiple(of: 2) ? term : field.negate(term))
    }
    return sum
  }
}
