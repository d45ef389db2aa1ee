/// A mathematical text as a tree.
indirect enum MathNode: Sendable, Hashable {
  case number(NumberText)
  /// Decimal digits of which the last repeat for ever: 0.1\overline{6}.
  case repeating(NumberText, period: [UInt8])
  /// Digits in a base that stands below them: 204_5.
  case based(digits: [UInt8], base: Int)
  case symbol(String)
  case infinity
  case words([String])

  case sum([MathNode])
  case negative(MathNode)
  /// ± (or, if opposite, ∓) before a term.
  case plusMinus(MathNode, isOpposite: Bool)
  case product([MathNode])
  case quotient(MathNode, MathNode)
  case power(MathNode, MathNode)
  case root(Int, MathNode)
  case function(String, [MathNode])
  /// A name before parentheses: a function's value, or a product.
  case apply(String, [MathNode])

  case percent(MathNode)
  case degree(MathNode)
  case quantity(MathNode, unit: [String])

  /// Things with commas between them, without brackets.
  case list([MathNode])
  case bracket(open: Character, [MathNode], close: Character)
  case set([MathNode])
  /// { x | conditions }
  case builder(MathNode, [MathNode])
  case matrix([[MathNode]])
  case ratio([MathNode])
  case union([MathNode])
  case intersection([MathNode])
  case difference(MathNode, MathNode)
  case chain([MathNode], [Relation])

  /// The parts of the tree directly below this one.
  var parts: [MathNode] {
    switch self {
    case .number, .repeating, .based, .symbol, .infinity, .words: []
    case .sum(let all), .product(let all), .function(_, let all), .apply(_, let all),
      .list(let all), .set(let all), .ratio(let all), .union(let all), .intersection(let all),
      .bracket(_, let all, _), .chain(let all, _):
      all
    case .negative(let part), .plusMinus(let part, _), .root(_, let part), .percent(let part),
      .degree(let part), .quantity(let part, _):
      [part]
    case .quotient(let first, let second), .power(let first, let second),
      .difference(let first, let second):
      [first, second]
    case .builder(let name, let conditions): [name] + conditions
    case .matrix(let rows): rows.flatMap { $0 }
    }
  }

  /// True if the tree has a part of which `isWanted` is true, itself included.
  func contains(where isWanted: (MathNode) -> Bool) -> Bool {
    isWanted(self) || parts.contains { $0.contains(where: isWanted) }
  }

  /// Returns the tree with `change` applied to every part, from the leaves up.
  func mapped(_ change: (MathNode) -> MathNode) -> MathNode {
    func all(_ nodes: [MathNode]) -> [MathNode] { nodes.map { $0.mapped(change) } }
    let rebuilt: MathNode =
      switch self {
      case .number, .repeating, .based, .symbol, .infinity, .words: self
      case .sum(let parts): .sum(all(parts))
      case .product(let parts): .product(all(parts))
      case .function(let name, let parts): .function(name, all(parts))
      case .apply(let name, let parts): .apply(name, all(parts))
      case .list(let parts): .list(all(parts))
      case .set(let parts): .set(all(parts))
      case .ratio(let parts): .ratio(all(parts))
      case .union(let parts): .union(all(parts))
      case .intersection(let parts): .intersection(all(parts))
      case .bracket(let open, let parts, let close):
        .bracket(open: open, all(parts), close: close)
      case .chain(let parts, let relations): .chain(all(parts), relations)
      case .negative(let part): .negative(part.mapped(change))
      case .plusMinus(let part, let isOpposite):
        .plusMinus(part.mapped(change), isOpposite: isOpposite)
      case .root(let index, let part): .root(index, part.mapped(change))
      case .percent(let part): .percent(part.mapped(change))
      case .degree(let part): .degree(part.mapped(change))
      case .quantity(let part, let unit): .quantity(part.mapped(change), unit: unit)
      case .quotient(let first, let second):
        .quotient(first.mapped(change), second.mapped(change))
      case .power(let first, let second): .power(first.mapped(change), second.mapped(change))
      case .difference(let first, let second):
        .difference(first.mapped(change), second.mapped(change))
      case .builder(let name, let conditions): .builder(name.mapped(change), all(conditions))
      case .matrix(let rows): .matrix(rows.map(all))
      }
    return change(rebuilt)
  }
}
