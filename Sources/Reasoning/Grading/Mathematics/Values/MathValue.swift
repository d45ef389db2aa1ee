/// A mathematical text as the kind of thing it says.
indirect enum MathValue: Sendable {
  case scalar(Scalar)
  case text(String)
  /// Things in order, in round brackets; two of them are an open interval as well.
  case tuple([MathValue])
  case interval(Interval)
  /// Things without brackets, in any order: `1, 2`, `1 and 2`, `±1`.
  case list([MathValue])
  case set([MathValue])
  case union([MathValue])
  case matrix([[MathNode]])
  case ratio([MathNode])
  case equation([MathNode])
  case order([MathNode], [Relation])
  case unequal(MathNode, MathNode)
  /// Anything else; it is equal to the same thing written with equal parts.
  case other(MathNode)
}

/// One number or expression, without its percent sign, degree sign and unit.
struct Scalar: Sendable {
  var node: MathNode
  var isPercent = false
  var isDegree = false
  /// The name of a known unit of measure.
  var unit: String?
}

struct Interval: Sendable {
  var lower: MathNode
  var upper: MathNode
  var isOpenBelow: Bool
  var isOpenAbove: Bool
}

extension Interval {
  /// Two numbers in round brackets as an interval; nil for other things.
  init?(open ends: [MathValue]) {
    guard ends.count == 2, case .scalar(let lower) = ends[0], case .scalar(let upper) = ends[1]
    else { return nil }
    self.init(lower: lower.node, upper: upper.node, isOpenBelow: true, isOpenAbove: true)
  }
}

extension MathValue {
  /// Reads a tree as the kind of thing it says.
  /// - Throws: if a number in it does not exist, or it asks for too much work.
  init(_ node: MathNode) throws(MathReadingError) {
    switch node {
    case .words(let words): self = .text(Self.normalized(words))
    case .list(let items): self = try .listed(items)
    case .set(let items):
      let values = try Self.all(items).flatMap(\.flattened)
      self = .set(values)
    case .bracket(let open, let items, let close):
      if items.count == 2, open == "[" || close == "]", !items.contains(where: \.hasPlusMinus) {
        self = .interval(
          Interval(
            lower: items[0], upper: items[1], isOpenBelow: open == "(", isOpenAbove: close == ")"))
      } else {
        self = .tuple(try Self.all(items))
      }
    case .matrix(let rows): self = .matrix(rows)
    case .ratio(let parts): self = .ratio(parts)
    case .union(let parts): self = .union(try Self.all(parts))
    case .difference(.symbol("𝔹R"), .set(let gaps)):
      self = Self.realLine(without: gaps) ?? .other(node)
    case .symbol("𝔹R"):
      self = .tuple([
        .scalar(Scalar(node: .negative(.infinity))), .scalar(Scalar(node: .infinity)),
      ])
    case .difference, .intersection: self = .other(node)
    case .builder(_, let conditions):
      let condition = conditions.count == 1 ? try MathValue(conditions[0]) : .other(node)
      self = condition.solved ?? condition
    case .chain(let members, let relations): self = try Self.chained(members, relations)
    default: self = try .scalars(node)
    }
  }

  private static func all(_ nodes: [MathNode]) throws(MathReadingError) -> [MathValue] {
    var values: [MathValue] = []
    for node in nodes { values.append(try MathValue(node)) }
    return values
  }

  private static func listed(_ items: [MathNode]) throws(MathReadingError) -> MathValue {
    let values = try all(items).flatMap(\.flattened)
    return values.count == 1 ? values[0] : .list(values)
  }

  /// The entries of a bare list, or the thing itself.
  var flattened: [MathValue] {
    if case .list(let values) = self { values } else { [self] }
  }

  private static func normalized(_ words: [String]) -> String {
    words.map { $0.lowercased() }.joined(separator: " ")
  }

  // MARK: - Chains

  private static func chained(
    _ members: [MathNode], _ relations: [Relation]
  ) throws(MathReadingError) -> MathValue {
    if let last = relations.lastIndex(of: .implies) {
      let rest = Array(members[(last + 1)...])
      return try rest.count == 1
        ? MathValue(rest[0]) : chained(rest, Array(relations[(last + 1)...]))
    }
    // A rounded value after an exact one is a remark: x = 1/3 ≈ 0.33.
    if let about = relations.firstIndex(of: .about) {
      let exact = Array(members[...about])
      if exact.count > 1 { return try chained(exact, Array(relations[..<about])) }
      return isName(members[0])
        ? .equation([members[0], members[about + 1]]) : try MathValue(members[0])
    }
    if relations == [.member] { return try MathValue(members[1]) }
    if relations == [.unequal] { return .unequal(members[0], members[1]) }
    if relations.allSatisfy({ $0 == .equal }) {
      let isFlipped = members.count == 2 && isName(members[1]) && !isName(members[0])
      let ordered = isFlipped ? members.reversed() : members
      // x = 1 ± 2 names two values.
      if isName(ordered[0]), let last = ordered.last, last.hasPlusMinus {
        return try MathValue(last)
      }
      return .equation(ordered)
    }
    if relations.allSatisfy(\.isOrder) { return .order(members, relations) }
    return .other(.chain(members, relations))
  }

  /// True for what names a value: `x`, `f(x)`, `|AB|`, `\sin A`, `(x, y)`, `m:n`.
  static func isName(_ node: MathNode) -> Bool {
    switch node {
    case .symbol(let name): !["π", "e", "i", "∅"].contains(name)
    case .apply, .words: true
    case .function(let name, let parts):
      (MathVocabulary.functions.contains(name) || ["abs", "norm", "'", "det"].contains(name))
        && parts.allSatisfy(isName)
    case .product(let parts):
      parts.allSatisfy { part in
        guard case .symbol(let name) = part, let first = name.first else { return false }
        return first.isUppercase || ["angle", "triangle", "m"].contains(name) || name.count > 3
      }
    case .quotient(let above, let below): isName(above) && isName(below)
    case .ratio(let parts), .bracket("(", let parts, ")"): parts.allSatisfy(isName)
    default: false
    }
  }

  // MARK: - Intervals

  /// The interval of a solved inequality, such as `1 < x ≤ 2` or `x ≥ 5`; nil for anything else.
  var solved: MathValue? {
    switch self {
    case .list(let values):
      let parts = values.compactMap(\.solved)
      return parts.count == values.count && parts.count > 1 ? .union(parts) : nil
    case .order(let members, let relations):
      return Self.solved(members, relations)
    default: return nil
    }
  }

  private static func solved(_ members: [MathNode], _ relations: [Relation]) -> MathValue? {
    guard let solved = ordered(members, relations) else { return nil }
    let isSize = members.contains { member in
      if case .function("abs", let parts) = member, case .symbol? = parts.first {
        true
      } else {
        false
      }
    }
    guard isSize, case .interval(let interval) = solved else { return solved }
    return mirrored(interval)
  }

  /// The numbers whose size is in an interval: 1 ≤ |x| ≤ 2 is [-2, -1] ∪ [1, 2].
  /// - Returns: nil if the interval's sign is unknown.
  private static func mirrored(_ interval: Interval) -> MathValue? {
    let lower = interval.lower.isInfinite ? .negative(interval.upper) : interval.lower
    let above = Interval(
      lower: lower, upper: interval.upper,
      isOpenBelow: interval.lower.isInfinite ? interval.isOpenAbove : interval.isOpenBelow,
      isOpenAbove: interval.isOpenAbove)
    if interval.lower.isInfinite { return .interval(above) }
    var evaluation = ApproximateEvaluation(point: 0)
    guard let size = evaluation.value(lower), size.value >= 0,
      size.hasSign || lower.fraction?.isZero ?? false
    else { return nil }
    let below = Interval(
      lower: .negative(interval.upper), upper: .negative(lower),
      isOpenBelow: interval.isOpenAbove, isOpenAbove: interval.isOpenBelow)
    return .union([.interval(below), .interval(above)])
  }

  /// The interval of the name in the middle, or on one side, of a chain.
  private static func ordered(_ members: [MathNode], _ relations: [Relation]) -> MathValue? {
    let ascends = relations[0].ascends
    guard relations.allSatisfy({ $0.ascends == ascends }) else { return nil }
    let ordered = ascends ? members : members.reversed()
    let strict = (ascends ? relations : relations.reversed()).map(\.isStrict)
    let isKnown = ordered.map { !$0.hasVariable || $0.isInfinite }
    let infinity = MathNode.infinity
    switch isKnown {
    case [true, false, true] where isName(ordered[1]):
      return .interval(
        Interval(
          lower: ordered[0], upper: ordered[2], isOpenBelow: strict[0], isOpenAbove: strict[1]))
    case [true, false] where isName(ordered[1]):
      return .interval(
        Interval(lower: ordered[0], upper: infinity, isOpenBelow: strict[0], isOpenAbove: true))
    case [false, true] where isName(ordered[0]):
      return .interval(
        Interval(
          lower: .negative(infinity), upper: ordered[1], isOpenBelow: true,
          isOpenAbove: strict[0]))
    default: return nil
    }
  }

  /// The real numbers without some, as a union of intervals.
  private static func realLine(without gaps: [MathNode]) -> MathValue? {
    let placed = gaps.compactMap { gap -> (MathNode, Double)? in
      var evaluation = ApproximateEvaluation(point: 0)
      guard !gap.hasVariable, let place = evaluation.value(gap) else { return nil }
      return (gap, place.value)
    }
    guard placed.count == gaps.count, !gaps.isEmpty else { return nil }
    let ends =
      [MathNode.negative(.infinity)] + placed.sorted { $0.1 < $1.1 }.map(\.0) + [.infinity]
    return .union(
      zip(ends, ends.dropFirst()).map { lower, upper in
        .interval(Interval(lower: lower, upper: upper, isOpenBelow: true, isOpenAbove: true))
      })
  }

  // MARK: - Scalars

  /// A number with its decorations; two of them for ±.
  private static func scalars(_ node: MathNode) throws(MathReadingError) -> MathValue {
    guard node.hasPlusMinus else { return try scalar(node) }
    let upper = try scalar(node.withSign(isUpper: true))
    let lower = try scalar(node.withSign(isUpper: false))
    return .list([upper, lower])
  }

  private static func scalar(_ node: MathNode) throws(MathReadingError) -> MathValue {
    var scalar = Scalar(node: node)
    scalar.strip()
    switch scalar.node {
    case .bracket, .set, .list, .matrix, .ratio, .chain, .union, .words:
      return try MathValue(scalar.node)
    default: break
    }
    do {
      var equality = ScalarEquality()
      _ = try equality.value(scalar.node, at: SamplePoint.pairs[0].0)
    } catch .notScalar {
      return try MatrixAlgebra.value(scalar.node).map { .matrix($0) } ?? .other(scalar.node)
    }
    return .scalar(scalar)
  }
}

extension Scalar {
  /// Takes the unit, the percent sign and the degree sign off.
  fileprivate mutating func strip() {
    while true {
      switch node {
      case .quantity(let part, let words):
        unit = MathUnits.name(words)
        node = part
      case .percent(let part): (node, isPercent) = (part, true)
      case .degree(let part): (node, isDegree) = (part, true)
      case .negative(.percent(let part)): (node, isPercent) = (.negative(part), true)
      case .negative(.degree(let part)): (node, isDegree) = (.negative(part), true)
      case .negative(.quantity(let part, let words)):
        unit = MathUnits.name(words)
        node = .negative(part)
      case .product(let parts):
        // `2\frac{1}{2}\%`, `\frac{1}{2}x^\circ`
        switch parts.last {
        case .percent(let last): (node, isPercent) = (.product(parts.dropLast() + [last]), true)
        case .degree(let last): (node, isDegree) = (.product(parts.dropLast() + [last]), true)
        default: return
        }
      default: return
      }
    }
  }
}

extension MathNode {
  var hasPlusMinus: Bool {
    contains { if case .plusMinus = $0 { true } else { false } }
  }

  var isInfinite: Bool {
    switch self {
    case .infinity: true
    case .negative(let part): part.isInfinite
    default: false
    }
  }

  /// Chooses the upper or the lower of all double signs.
  func withSign(isUpper: Bool) -> MathNode {
    mapped { node in
      guard case .plusMinus(let part, let isOpposite) = node else { return node }
      return isUpper == isOpposite ? .negative(part) : part
    }
  }
}
