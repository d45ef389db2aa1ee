/// Decides if two expressions are equal as numbers or as functions of their names.
///
/// They are if they are equal at two points modulo two primes, and nowhere certainly different in
/// floating point. For roots of sums each point must take the root that a real number would, which
/// one of two random points does; more points are tried until two agree.
struct ScalarEquality {
  /// Parts of trees that may still be evaluated.
  private var budget = MathLimits.work

  /// Differing points after which two expressions with roots of sums are different.
  private static let mismatches = 10

  mutating func areEqual(_ first: MathNode, _ second: MathNode) throws(MathReadingError) -> Bool {
    if first == second { return true }
    for point in 0..<ApproximateEvaluation.points {
      var one = ApproximateEvaluation(point: point)
      var other = ApproximateEvaluation(point: point)
      let approximations = (one.value(first), other.value(second))
      // A comparison costs something even if floating point decides it.
      budget -= 2 + (one.steps + other.steps) / 2
      guard budget > 0 else { throw .unreadable }
      if let one = approximations.0, let other = approximations.1, one.differs(from: other) {
        return false
      }
    }
    let mayDiffer = first.hasRoot || second.hasRoot
    var (matches, misses) = (0, 0)
    for (point, _) in SamplePoint.pairs {
      guard let one = try value(first, at: point), let other = try value(second, at: point) else {
        continue
      }
      if one == other { matches += 1 } else { misses += 1 }
      if matches == 2 { return true }
      if misses >= (mayDiffer ? Self.mismatches : 1) { return false }
    }
    return false
  }

  /// The value at a point; nil if the point is unfit.
  mutating func value(
    _ node: MathNode, at point: SamplePoint
  ) throws(MathReadingError) -> Residue? {
    var evaluation = Evaluation(point)
    defer { budget -= evaluation.steps }
    guard budget > 0 else { throw .unreadable }
    do {
      return try evaluation.value(node)
    } catch .unfit {
      return nil
    }
  }

  /// The number c if first = c · second for every value of their names, as a sign: 1, -1, or 0 if
  /// its sign is unknown; nil if there is no such number or one of the two is a constant.
  mutating func ratio(
    _ first: MathNode, _ second: MathNode
  ) throws(MathReadingError) -> Int? {
    var matches = 0
    let mayDiffer = first.hasRoot || second.hasRoot
    var misses = 0
    for (left, right) in SamplePoint.pairs where matches < 2 {
      guard let one = try value(first, at: left), let two = try value(first, at: right),
        let three = try value(second, at: left), let four = try value(second, at: right)
      else { continue }
      let field = left.field
      guard let above = field.inverse(three), let below = field.inverse(four), one != .zero,
        one != two
      else { return nil }
      if field.multiply(one, above) == field.multiply(two, below) {
        matches += 1
      } else {
        misses += 1
        if misses >= (mayDiffer ? Self.mismatches : 1) { return nil }
      }
    }
    guard matches == 2 else { return nil }
    return try sign(first, second)
  }

  /// The sign of the quotient where both are certainly not 0; nil if it is not the same everywhere.
  private mutating func sign(
    _ first: MathNode, _ second: MathNode
  ) throws(MathReadingError) -> Int? {
    var ratio: Approximation?
    for point in 0..<ApproximateEvaluation.points {
      var one = ApproximateEvaluation(point: point)
      var other = ApproximateEvaluation(point: point)
      guard let above = one.value(first), let below = other.value(second), above.hasSign,
        below.hasSign,
        let next = Approximation(
          above.value / below.value,
          error: abs(above.value / below.value)
            * (above.error / abs(above.value) + below.error / abs(below.value)) * 2)
      else { continue }
      if let known = ratio, known.differs(from: next) { return nil }
      ratio = next
    }
    return ratio.map { $0.value < 0 ? -1 : 1 } ?? 0
  }
}

extension MathNode {
  /// True if a root of anything but a number is in it.
  var hasRoot: Bool {
    contains { node in
      switch node {
      case .root(_, let part): part.fraction == nil
      case .power(let base, let exponent):
        exponent.fraction.map { !$0.isWhole && base.fraction == nil } ?? false
      case .function(let name, _): name == "abs"
      default: false
      }
    }
  }

  /// True if a name other than those of constants is in it.
  var hasVariable: Bool {
    contains { node in
      switch node {
      case .symbol(let name): !["π", "e", "i"].contains(name)
      case .apply, .infinity: true
      default: false
      }
    }
  }
}
