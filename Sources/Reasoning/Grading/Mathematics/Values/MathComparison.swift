/// Decides if an answer is the value of the reference, kind by kind.
struct MathComparison {
  private let allowances: MathAllowances
  private var scalars = ScalarEquality()

  init(_ allowances: MathAllowances) { self.allowances = allowances }

  /// Returns true if the answer says what the reference says. The order of the two matters where
  /// an answer may say more than it is asked, or would repeat the question: see `docs/grading.md`.
  mutating func areEqual(
    answer: MathValue, reference: MathValue
  ) throws(MathReadingError) -> Bool {
    do {
      return try compare(answer, reference)
    } catch .notScalar {
      return false
    }
  }

  private mutating func compare(
    _ answer: MathValue, _ reference: MathValue
  ) throws(MathReadingError) -> Bool {
    switch (answer, reference) {
    case (.equation, _), (_, .equation): return try compareEquations(answer, reference)
    case (.scalar(let first), .scalar(let second)): return try compareScalars(first, second)
    case (.text(let first), .text(let second)): return first == second
    case (.order(let first, let one), .order(let second, let other)):
      return try compareOrders((first, one), (second, other))
    case (.unequal(let one, let two), .unequal(let three, let four)):
      return try compareSides((one, two), (three, four))
    case (.interval, .order), (.tuple, .order), (.union, .order), (.union, .list):
      // An interval solves the reference's inequality; an inequality does not solve an interval.
      guard let solved = reference.solved else { return false }
      return try compare(answer, solved)
    case (.interval(let first), .interval(let second)):
      return try compareIntervals(first, second)
    case (.tuple(let ends), .interval(let second)):
      guard let first = Interval(open: ends) else { return false }
      return try compareIntervals(first, second)
    case (.interval(let first), .tuple(let ends)):
      guard let second = Interval(open: ends) else { return false }
      return try compareIntervals(first, second)
    case (.tuple(let first), .tuple(let second)), (.list(let first), .tuple(let second)),
      (.tuple(let first), .list(let second)):
      return try compareInOrder(first, second)
    case (.list(let first), .list(let second)):
      // A solution said twice is said once, unless the reference repeats entries itself.
      let isRepeating = try distinct(second).count < second.count
      return try compareInAnyOrder(isRepeating ? first : try distinct(first), second)
    case (.set(let first), .set(let second)), (.list(let first), .set(let second)),
      (.set(let first), .list(let second)):
      return try compareInAnyOrder(try distinct(first), try distinct(second))
    case (.set(let one), let other) where one.count == 1: return try compare(one[0], other)
    case (let other, .set(let one)) where one.count == 1: return try compare(other, one[0])
    case (.set(let none), .scalar(let empty)) where none.isEmpty:
      return empty.node == .symbol("∅")
    case (.scalar(let empty), .set(let none)) where none.isEmpty:
      return empty.node == .symbol("∅")
    case (.union, .union), (.union, .set), (.union, .tuple), (.union, .interval), (.set, .union),
      (.tuple, .union), (.interval, .union):
      return try compareInAnyOrder(try merged(answer), try merged(reference))
    case (.order, .interval), (.order, .tuple), (.order, .union), (.list, .union):
      guard allowances.inequality, let solved = answer.solved else { return false }
      return try compare(solved, reference)
    case (.matrix(let first), .matrix(let second)): return try compareMatrices(first, second)
    case (.matrix(let rows), .tuple(let entries)):
      guard let vector = vector(rows) else { return false }
      return try compareInOrder(vector, entries)
    case (.tuple(let entries), .matrix(let rows)):
      guard let vector = vector(rows) else { return false }
      return try compareInOrder(entries, vector)
    case (.ratio(let first), .ratio(let second)): return try compareRatios(first, second)
    case (.ratio(let parts), .scalar(let number)) where parts.count == 2:
      return try compareScalars(Scalar(node: .quotient(parts[0], parts[1])), number)
    case (.scalar(let number), .ratio(let parts)) where parts.count == 2:
      return try compareScalars(number, Scalar(node: .quotient(parts[0], parts[1])))
    case (.other(let first), .other(let second)): return try compareTrees(first, second)
    default: return false
    }
  }

  // MARK: - Scalars

  private mutating func compareScalars(
    _ answer: Scalar, _ reference: Scalar
  ) throws(MathReadingError) -> Bool {
    if let one = answer.unit, let other = reference.unit, one != other { return false }
    if try compareNumbers(answer.node, reference.node) { return true }
    if allowances.renamed, let renamed = answer.node.renamed(as: reference.node),
      try compareNumbers(renamed, reference.node)
    {
      return true
    }
    // The sign may be left out, or the share be meant: 50%, 50, 1/2.
    if answer.isPercent != reference.isPercent {
      return try compareNumbers(
        answer.isPercent ? .percent(answer.node) : answer.node,
        reference.isPercent ? .percent(reference.node) : reference.node)
    }
    if answer.isDegree != reference.isDegree {
      return try compareNumbers(
        answer.isDegree ? .degree(answer.node) : answer.node,
        reference.isDegree ? .degree(reference.node) : reference.node)
    }
    return false
  }

  private mutating func compareNumbers(
    _ answer: MathNode, _ reference: MathNode
  ) throws(MathReadingError) -> Bool {
    // Numbers in a base are texts of digits; the base may be left out.
    switch (answer, reference) {
    case (.based(let one, let base), .based(let other, let second)):
      return one == other && base == second
    case (.based(let digits, _), .number(let number)), (.number(let number), .based(let digits, _)):
      return number.isWhole && Array(number.significant) == digits
    case (.based, _), (_, .based): return false
    default: break
    }
    if let one = answer.plainNumber, let other = reference.plainNumber {
      return one == other || allowances.accepts(answer, for: reference)
    }
    if try scalars.areEqual(answer, reference) { return true }
    return DecimalRounding.areEqual(answer: answer, reference: reference)
      || allowances.accepts(answer, for: reference)
  }

  // MARK: - Collections

  private mutating func compareInOrder(
    _ first: [MathValue], _ second: [MathValue]
  ) throws(MathReadingError) -> Bool {
    guard first.count == second.count else { return false }
    for (one, other) in zip(first, second) {
      guard try areEqual(answer: one, reference: other) else { return false }
    }
    return true
  }

  private mutating func compareInAnyOrder(
    _ first: [MathValue], _ second: [MathValue]
  ) throws(MathReadingError) -> Bool {
    try pairsOff(first, second) { comparison, one, other throws(MathReadingError) in
      try comparison.areEqual(answer: one, reference: other)
    }
  }

  /// True if each entry of one has a partner of its own in the other.
  private mutating func pairsOff<Entry>(
    _ first: [Entry], _ second: [Entry],
    _ areEqual: (inout MathComparison, Entry, Entry) throws(MathReadingError) -> Bool
  ) throws(MathReadingError) -> Bool {
    guard first.count == second.count else { return false }
    var rest = second
    for one in first {
      var partner: Int?
      for (index, other) in rest.enumerated() where try areEqual(&self, one, other) {
        partner = index
        break
      }
      guard let partner else { return false }
      rest.remove(at: partner)
    }
    return true
  }

  private mutating func distinct(
    _ values: [MathValue]
  ) throws(MathReadingError) -> [MathValue] {
    var kept: [MathValue] = []
    for value in values {
      var isNew = true
      for other in kept where try areEqual(answer: value, reference: other) { isNew = false }
      if isNew { kept.append(value) }
    }
    return kept
  }

  /// The intervals of a union and the points of its sets.
  private func pieces(_ parts: [MathValue]) -> [MathValue] {
    parts.flatMap { part in
      switch part {
      case .union(let inner): pieces(inner)
      case .set(let points): points
      default: [part]
      }
    }
  }

  /// The pieces of a union, with what touches or overlaps as one.
  private mutating func merged(_ value: MathValue) throws(MathReadingError) -> [MathValue] {
    try RealPieces.merged(pieces([value]), with: &scalars)
  }

  private mutating func compareIntervals(
    _ first: Interval, _ second: Interval
  ) throws(MathReadingError) -> Bool {
    guard first.isOpenBelow == second.isOpenBelow, first.isOpenAbove == second.isOpenAbove else {
      return false
    }
    guard try compareNumbers(first.lower, second.lower) else { return false }
    return try compareNumbers(first.upper, second.upper)
  }

  private mutating func compareMatrices(
    _ first: [[MathNode]], _ second: [[MathNode]]
  ) throws(MathReadingError) -> Bool {
    guard first.count == second.count, first.first?.count == second.first?.count else {
      return false
    }
    for (row, other) in zip(first, second) {
      for (one, two) in zip(row, other) {
        guard try compareNumbers(one, two) else { return false }
      }
    }
    return true
  }

  /// The entries of a matrix of one row or one column.
  private func vector(_ rows: [[MathNode]]) -> [MathValue]? {
    guard rows.count == 1 || rows.first?.count == 1 else { return nil }
    return rows.flatMap { $0 }.map { .scalar(Scalar(node: $0)) }
  }

  /// Ratios are equal if they are proportional and the reference is in lowest terms; otherwise,
  /// as for times of day, if their parts are equal.
  private mutating func compareRatios(
    _ answer: [MathNode], _ reference: [MathNode]
  ) throws(MathReadingError) -> Bool {
    guard answer.count == reference.count else { return false }
    let parts = reference.compactMap(\.wholeNumber)
    let isReduced =
      parts.count < reference.count
      || !parts.contains(0) && parts.reduce(0, { $0.greatestCommonDivisor(with: $1) }) == 1
    let isTime = reference.contains { node in
      if case .number(let number) = node { number.digits.first == 0 } else { false }
    }
    for (one, other) in zip(answer, reference) {
      let isProportional = isReduced && !isTime
      let left: MathNode = isProportional ? .product([one, reference[0]]) : one
      let right: MathNode = isProportional ? .product([other, answer[0]]) : other
      guard try scalars.areEqual(left, right) else { return false }
      if isProportional, try scalars.areEqual(one, .number(NumberText(digits: [0]))) {
        return false
      }
    }
    return true
  }

  /// True if two trees have the same form and equal numbers.
  private mutating func compareTrees(
    _ first: MathNode, _ second: MathNode
  ) throws(MathReadingError) -> Bool {
    if first == second { return true }
    let shapes = (first.parts, second.parts)
    guard first.isSameKind(as: second), shapes.0.count == shapes.1.count, !shapes.0.isEmpty else {
      return false
    }
    for (one, other) in zip(shapes.0, shapes.1) {
      guard try areEqual(answer: MathValue(one), reference: MathValue(other)) else {
        return false
      }
    }
    return true
  }
}

extension MathComparison {
  // MARK: - Relations

  /// Compares where one side, or both, is an equation.
  private mutating func compareEquations(
    _ answer: MathValue, _ reference: MathValue
  ) throws(MathReadingError) -> Bool {
    switch (answer, reference) {
    case (.equation(let first), .equation(let second)):
      return try compareEquations(first, second)
    case (.equation(let members), let other):
      // The last member of a chain that leads to the reference's value.
      guard let last = members.last, isSolution(members) else { return false }
      return try compare(MathValue(last), other)
    case (let other, .equation(let members)):
      guard let last = members.last, MathValue.isName(members[0]) || isOfNames(members) else {
        return false
      }
      return try compare(other, MathValue(last))
    default: return false
    }
  }

  /// True if the chain is no equation to solve: it begins with a name or a number, has more than
  /// two members, or no number on its left.
  private func isSolution(_ members: [MathNode]) -> Bool {
    MathValue.isName(members[0]) || members.count > 2 || !members[0].hasVariable
      || !members[0].hasCoefficient
  }

  /// True if a name and numbers alone are set equal: `1 = a = x = 0`.
  private func isOfNames(_ members: [MathNode]) -> Bool {
    members.contains(where: MathValue.isName)
      && members.allSatisfy { MathValue.isName($0) || $0.plainNumber != nil }
  }

  private mutating func compareEquations(
    _ answer: [MathNode], _ reference: [MathNode]
  ) throws(MathReadingError) -> Bool {
    guard let value = answer.last, let wanted = reference.last else { return false }
    let isNamed = (MathValue.isName(answer[0]), MathValue.isName(reference[0]))
    if isNamed.0, isNamed.1 {
      if let renamed = Self.renamed(value, from: answer[0], to: reference[0]),
        try compare(MathValue(renamed), MathValue(wanted))
      {
        return true
      }
    }
    // x = 5 is solved; 2x = 10 is not.
    guard !(isNamed.1 && !wanted.hasVariable), answer.count == 2, reference.count == 2 else {
      return false
    }
    return try compareSides((answer[0], answer[1]), (reference[0], reference[1]))
  }

  /// Returns a value with the arguments of its name, `x` of `f(x)`, called as in another name.
  /// - Returns: nil if the names are different.
  private static func renamed(
    _ value: MathNode, from name: MathNode, to other: MathNode
  ) -> MathNode? {
    if name == other { return value }
    guard case .apply(let head, let arguments) = name, case .apply(let second, let names) = other,
      head == second, arguments.count == names.count,
      Set(arguments).count == arguments.count,
      (arguments + names).allSatisfy({ if case .symbol = $0 { true } else { false } })
    else { return nil }
    let pairs = Dictionary(zip(arguments, names), uniquingKeysWith: { first, _ in first })
    return value.mapped { pairs[$0] ?? $0 }
  }

  /// True if two equations have the same solutions because their sides differ by a factor.
  private mutating func compareSides(
    _ first: (MathNode, MathNode), _ second: (MathNode, MathNode)
  ) throws(MathReadingError) -> Bool {
    if try scalars.ratio(.difference(first), .difference(second)) != nil { return true }
    guard try scalars.areEqual(first.0, second.0) else { return false }
    return try scalars.areEqual(first.1, second.1)
  }

  /// Compares chains of inequalities link by link; a link may be written from the other end, and
  /// multiplied by a number.
  private mutating func compareOrders(
    _ answer: ([MathNode], [Relation]), _ reference: ([MathNode], [Relation])
  ) throws(MathReadingError) -> Bool {
    let links = (Self.links(answer.0, answer.1), Self.links(reference.0, reference.1))
    return try pairsOff(links.0, links.1) { comparison, link, other throws(MathReadingError) in
      guard other.isStrict == link.isStrict else { return false }
      return try comparison.isSameLink(link.difference, other.difference)
    }
  }

  private mutating func isSameLink(
    _ first: MathNode, _ second: MathNode
  ) throws(MathReadingError) -> Bool {
    // Names of functions have no sign that is known.
    if let sign = try scalars.ratio(first, second), sign != 0 { return sign > 0 }
    return try scalars.areEqual(first, second)
  }

  /// The greater side less the smaller one of each link.
  private static func links(
    _ members: [MathNode], _ relations: [Relation]
  ) -> [(difference: MathNode, isStrict: Bool)] {
    relations.indices.map { index in
      let sides = (members[index + 1], members[index])
      let relation = relations[index]
      let difference = MathNode.difference(relation.ascends ? sides : (sides.1, sides.0))
      return (difference, relation.isStrict)
    }
  }
}

extension MathNode {
  /// Returns the first less the second.
  fileprivate static func difference(_ sides: (MathNode, MathNode)) -> MathNode {
    .sum([sides.0, .negative(sides.1)])
  }

  /// True if a number stands anywhere but in an exponent.
  fileprivate var hasCoefficient: Bool {
    switch self {
    case .number, .quotient: true
    case .power(let base, _): base.hasCoefficient
    default: parts.contains(where: \.hasCoefficient)
    }
  }

  /// The expression with its names called as those of another, in the order in which they come.
  /// - Returns: nil if the two have not as many names.
  fileprivate func renamed(as other: MathNode) -> MathNode? {
    let (own, names) = (names, other.names)
    guard own.count == names.count, own != names else { return nil }
    let pairs = Dictionary(zip(own, names), uniquingKeysWith: { first, _ in first })
    return mapped { pairs[$0] ?? $0 }
  }

  /// The names in the expression, each once.
  private var names: [MathNode] {
    var names: [MathNode] = []
    func collect(_ node: MathNode) {
      if case .symbol = node, node.hasVariable, !names.contains(node) { names.append(node) }
      node.parts.forEach(collect)
    }
    collect(self)
    return names
  }

  fileprivate var wholeNumber: Int? {
    guard let fraction, fraction.isWhole else { return nil }
    return fraction.above
  }

  /// The number as sign, digits and power of ten, if digits are all that is written.
  fileprivate var plainNumber: [Int]? {
    switch self {
    case .number(let number):
      var digits = Array(number.significant)
      var power = number.exponent.subtractingReportingOverflow(number.places).partialValue
      while digits.last == 0 {
        digits.removeLast()
        power += 1
      }
      return digits.isEmpty ? [0] : [1, power] + digits.map(Int.init)
    case .negative(let part):
      guard var digits = part.plainNumber, digits != [0] else { return part.plainNumber }
      digits[0] = -digits[0]
      return digits
    default: return nil
    }
  }

  fileprivate func isSameKind(as other: MathNode) -> Bool {
    switch (self, other) {
    case (.intersection, .intersection), (.difference, .difference), (.builder, .builder),
      (.sum, .sum), (.product, .product), (.quotient, .quotient), (.power, .power):
      true
    case (.chain(_, let first), .chain(_, let second)): first == second
    case (.function(let first, _), .function(let second, _)): first == second
    case (.negative, .negative): true
    default: false
    }
  }
}
