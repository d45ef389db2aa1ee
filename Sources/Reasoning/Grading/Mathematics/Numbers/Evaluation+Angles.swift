/// Trigonometric functions, by e^(iφ): a sum of angles is a product of turns, so that the theorems
/// of addition, and sin² + cos² = 1, hold exactly.
extension Evaluation {
  /// A multiple of a name in a sum; the key of numbers is nil.
  struct Term {
    var key: Residue?
    var coefficient: SmallFraction
  }

  /// Takes an expression apart as a sum of multiples of names with fractions before them.
  mutating func terms(_ node: MathNode) throws(MathReadingError) -> [Term] {
    var terms: [Term] = []
    try collect(node, .one, into: &terms)
    return terms
  }

  private mutating func collect(
    _ node: MathNode, _ scale: SmallFraction, into terms: inout [Term]
  ) throws(MathReadingError) {
    try step()
    if let fraction = node.fraction, let scaled = fraction.multiplied(by: scale) {
      return try add(nil, scaled, to: &terms)
    }
    switch node {
    case .sum(let parts):
      for part in parts { try collect(part, scale, into: &terms) }
    case .negative(let part): try collect(part, scale.negated, into: &terms)
    case .degree(let part):
      guard let scaled = scale.multiplied(by: SmallFraction(1, 180)!) else { throw .unfit }
      try collect(.product([part, .symbol("π")]), scaled, into: &terms)
    case .quotient, .product:
      let (content, rest) = Self.content(node)
      guard let rest, let scaled = content.multiplied(by: scale) else {
        return try add(try value(node), scale, to: &terms)
      }
      if case .sum = rest { return try collect(rest, scaled, into: &terms) }
      try add(try value(rest), scaled, to: &terms)
    default: try add(try value(node), scale, to: &terms)
    }
  }

  private func add(
    _ key: Residue?, _ coefficient: SmallFraction, to terms: inout [Term]
  ) throws(MathReadingError) {
    guard let index = terms.firstIndex(where: { $0.key == key }) else {
      guard terms.count < MathLimits.entries else { throw .unreadable }
      return terms.append(Term(key: key, coefficient: coefficient))
    }
    guard let sum = terms[index].coefficient.adding(coefficient) else { throw .unfit }
    terms[index].coefficient = sum
  }

  /// Splits a product into the fraction before it and the rest; no rest if it does not fit.
  private static func content(_ node: MathNode) -> (SmallFraction, MathNode?) {
    if let fraction = node.fraction { return (fraction, .product([])) }
    switch node {
    case .negative(let part):
      let (content, rest) = content(part)
      return (content.negated, rest)
    case .product(let parts):
      var total = SmallFraction.one
      var others: [MathNode] = []
      for part in parts {
        let (content, rest) = content(part)
        guard let rest, let product = total.multiplied(by: content) else { return (.one, nil) }
        total = product
        if rest != .product([]) { others.append(rest) }
      }
      return (total, others.count == 1 ? others[0] : .product(others))
    case .quotient(let above, let below):
      let (first, rest) = content(above)
      let (second, divisor) = content(below)
      guard let rest, let divisor, let inverse = second.inverse,
        let total = first.multiplied(by: inverse)
      else { return (.one, nil) }
      return (total, divisor == .product([]) ? rest : .quotient(rest, divisor))
    default: return (.one, node)
    }
  }

  /// The expression divided by i; nil if it has no factor i.
  static func withoutImaginaryUnit(_ node: MathNode) -> MathNode? {
    switch node {
    case .symbol("i"): return .number(NumberText(digits: [1]))
    case .negative(let part): return withoutImaginaryUnit(part).map(MathNode.negative)
    case .product(let parts):
      guard let index = parts.firstIndex(where: { withoutImaginaryUnit($0) != nil }),
        let rest = withoutImaginaryUnit(parts[index])
      else { return nil }
      var others = parts
      others[index] = rest
      return .product(others)
    case .quotient(let above, let below):
      return withoutImaginaryUnit(above).map { .quotient($0, below) }
    default: return nil
    }
  }

  // MARK: - Turns

  /// e^(iφ) for the angle with these terms.
  mutating func rotation(_ terms: [Term]) throws(MathReadingError) -> Residue {
    let circle = try Circle.of(field)
    var result = Residue.one
    for term in terms {
      // Angles are counted in parts of 1/5040, so that halves and thirds of them exist.
      guard let steps = term.coefficient.multiplied(by: SmallFraction(Circle.parts)) else {
        throw .unfit
      }
      guard steps.isWhole else {
        let key = [term.key ?? .one, point.value(term.coefficient)]
        result = field.multiply(result, try circle.turn(point.random("angle", key), in: field))
        continue
      }
      let turn: Residue
      if term.key == symbol("π") {
        turn = circle.root
      } else {
        turn = try circle.turn(point.random("turn", [term.key ?? .one]), in: field)
      }
      guard let power = field.power(turn, steps.above) else { throw .undefined }
      result = field.multiply(result, power)
    }
    return result
  }

  mutating func trigonometric(
    _ name: String, _ angle: MathNode
  ) throws(MathReadingError) -> Residue {
    let turn = try rotation(try terms(angle))
    let back = try inverse(turn)
    let half = point.value(SmallFraction(1, 2)!)
    let cosine = field.multiply(half, field.add(turn, back))
    // (e^(iφ) - e^(-iφ)) / 2i
    let difference = field.add(turn, field.negate(back))
    let sine = field.multiply(field.negate(field.multiply(half, .i)), difference)
    switch name {
    case "sin": return sine
    case "cos": return cosine
    case "tan": return field.multiply(sine, try inverse(cosine))
    case "cot": return field.multiply(cosine, try inverse(sine))
    case "sec": return try inverse(cosine)
    default: return try inverse(sine)
    }
  }

  /// The angle of a known value: arcsin 1/2 is π/6; that of others is a name.
  mutating func inverseTrigonometric(
    _ name: String, _ argument: MathNode
  ) throws(MathReadingError) -> Residue {
    let inside = try value(argument)
    var evaluation = ApproximateEvaluation(point: 0)
    // Floating point proposes the one angle that may be it, in parts of π/24.
    if let angle = evaluation.value(.function(name, [argument]))?.value ?? Self.end(name, argument)
    {
      let count = (angle * 24 / .pi).rounded()
      let multiple = MathNode.quotient(
        .product([.number(NumberText(digits: UInt(abs(count)).digits)), .symbol("π")]),
        .number(NumberText(digits: [2, 4])))
      let signed: MathNode = count < 0 ? .negative(multiple) : multiple
      let isTangentOfRight = name == "arctan" && abs(count) == 12
      if !isTangentOfRight, try trigonometric(String(name.dropFirst(3)), signed) == inside {
        return try value(signed)
      }
    }
    return Residue(real: point.random("function " + name, [inside]))
  }

  /// The angles of sine and cosine 1 and -1, near which floating point is not sure.
  private static func end(_ name: String, _ argument: MathNode) -> Double? {
    guard let value = argument.fraction, abs(value.value) == 1 else { return nil }
    return name == "arcsin" ? value.value * .pi / 2 : value.value < 0 ? .pi : 0
  }
}

/// The elements of norm 1: the turns about the origin of the field with P² elements.
struct Circle: Sendable {
  /// The parts of π in which angles are counted.
  static let parts = 5040

  /// e^(iπ/5040): a root of unity of order 10080 whose multiples agree with the square roots of 2,
  /// 3 and 5: cos π/4 = √2/2, cos π/6 = √3/2, cos π/5 = (1 + √5)/4.
  let root: Residue

  /// The circles of the first primes; the others are kept for expressions without angles.
  private static let all: [PrimeField: Circle] = Dictionary(
    uniqueKeysWithValues: PrimeField.all.prefix(12).map { ($0, Circle($0)) })

  static func of(_ field: PrimeField) throws(MathReadingError) -> Circle {
    guard let circle = all[field] else { throw .unfit }
    return circle
  }

  private init(_ field: PrimeField) {
    var start: UInt64 = 2
    var primitive = Residue.one
    let order = UInt64(2 * Self.parts)
    // A root of the full order: none of its powers by a prime share is 1.
    repeat {
      let element = Residue(real: start, imaginary: 1)
      let turn = field.power(element, field.prime - 1)
      primitive = field.power(turn, (field.prime + 1) / order)
      start += 1
    } while [2, 3, 5, 7].contains { field.power(primitive, order / $0) == .one }
    // The conjugate that agrees with the roots and with i.
    root =
      (1...order).lazy.filter { exponent in
        [2, 3, 5, 7].allSatisfy { !exponent.isMultiple(of: $0) }
      }.map { field.power(primitive, $0) }.first { Self.agrees($0, field) } ?? primitive
  }

  private static func agrees(_ root: Residue, _ field: PrimeField) -> Bool {
    func cosine(_ share: UInt64) -> Residue {
      let turn = field.power(root, UInt64(parts) / share)
      return field.add(turn, field.inverse(turn) ?? .zero)
    }
    func radical(_ prime: UInt64) -> Residue {
      Residue(real: field.power(prime, (field.prime + 1) / 4))
    }
    // 2 cos π/4 = √2, 2 cos π/6 = √3, 4 cos π/5 = 1 + √5, e^(iπ/2) = i
    return field.power(root, UInt64(parts) / 2) == .i
      && cosine(4) == radical(2) && cosine(6) == radical(3)
      && field.add(cosine(5), cosine(5)) == field.add(.one, radical(5))
  }

  /// A turn that belongs to a random value t: (t + i) / (t - i).
  func turn(_ value: UInt64, in field: PrimeField) throws(MathReadingError) -> Residue {
    let above = Residue(real: value, imaginary: 1)
    let below = Residue(real: value, imaginary: field.subtract(0, 1))
    guard let inverse = field.inverse(below) else { throw .unfit }
    return field.multiply(above, inverse)
  }
}
