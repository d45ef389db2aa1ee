/// Brackets of every kind: groups, tuples, intervals, sets, absolute values, matrices.
extension MathParser {
  /// Reads `(…)`, `[…)`, `\{…\}`; round brackets around one thing group.
  mutating func bracket() throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    guard let token = tokens.popFirst() else { throw .unreadable }
    if token.kind == .command("{") {
      return try nested(barSeparates: true) { parser throws(MathReadingError) in try parser.set() }
    }
    guard case .mark(let open) = token.kind else { throw .unreadable }
    let items = try nested { parser throws(MathReadingError) in try parser.items() }
    guard case .mark(let close)? = tokens.popFirst()?.kind, close == ")" || close == "]" else {
      throw .unreadable
    }
    let isMatched = (open == "(") == (close == ")")
    if items.count == 1 {
      guard isMatched else { throw .unreadable }
      // A list in words stays one: `(1 or 2)`.
      return items[0]
    }
    guard isMatched || items.count == 2 else { throw .unreadable }
    return .bracket(open: open, items, close: close)
  }

  private mutating func set() throws(MathReadingError) -> MathNode {
    if takes(.command("}")) { return .set([]) }
    let items = try items()
    if takes(.command("}")) { return .set(items) }
    guard takes(.mark("|")) || takes(.mark(":")) || takes(.command("mid")), items.count == 1 else {
      throw .unreadable
    }
    barSeparates = false
    let conditions = try self.items()
    try expect(.command("}"))
    return .builder(items[0], conditions)
  }

  mutating func bars(_ mark: MathToken.Kind) throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    tokens.removeFirst()
    let node = try nested(inBars: true) { parser throws(MathReadingError) in try parser.sum() }
    try expect(mark)
    return .function(mark == .mark("|") ? "abs" : "norm", [node])
  }

  /// Reads the rows of a matrix up to its end.
  mutating func matrix(_ name: String) throws(MathReadingError) -> MathNode {
    try enter()
    defer { leave() }
    let names: Set<String> = [
      "pmatrix", "bmatrix", "Bmatrix", "matrix", "array", "smallmatrix", "vmatrix", "Vmatrix",
    ]
    guard names.contains(name) else { throw .unreadable }
    let rows = try nested { parser throws(MathReadingError) in
      try parser.rows(upTo: .command("end:" + name))
    }
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
      throw .unreadable
    }
    let matrix = MathNode.matrix(rows)
    return name == "vmatrix" ? .function("det", [matrix]) : matrix
  }

  private mutating func rows(upTo end: MathToken.Kind) throws(MathReadingError) -> [[MathNode]] {
    var rows: [[MathNode]] = []
    var row: [MathNode] = []
    while true {
      if takes(end) { break }
      if takes(.command("\\")) {
        if !row.isEmpty { rows.append(row) }
        row = []
        continue
      }
      row.append(try sum())
      _ = takes(.mark("&"))
      guard row.count <= MathLimits.entries, rows.count <= MathLimits.entries else {
        throw .unreadable
      }
    }
    if !row.isEmpty { rows.append(row) }
    return rows
  }
}
