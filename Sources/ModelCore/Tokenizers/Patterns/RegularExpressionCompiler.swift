/// Turns the tree of an expression into steps.
struct RegularExpressionCompiler {
  private static let mostSteps = 20_000

  private(set) var program: [RegularInstruction] = []

  mutating func append(_ tree: RegularTree) throws(RegularExpressionError) {
    guard program.count < Self.mostSteps else {
      throw RegularExpressionError(reason: "more repetitions than can be handled", place: 0)
    }
    switch tree {
    case .empty: break
    case .set(let set): program.append(.set(set))
    case .start: program.append(.start)
    case .end: program.append(.end)
    case .sequence(let parts): for part in parts { try append(part) }
    case .either(let parts): try append(either: parts[...])
    case .look(let part, let isNegated):
      try append(inner: part) { .look(isNegated: isNegated, next: $0) }
    case .atomic(let part): try append(inner: part) { .atomic(next: $0) }
    case .repeated(let part, let least, let most, let kind):
      try append(part, least: least, most: most, kind)
    }
  }

  /// Appends a part that is matched by itself, before which stands a step that knows its end.
  private mutating func append(
    inner part: RegularTree, _ step: (Int) -> RegularInstruction
  ) throws(RegularExpressionError) {
    let start = program.count
    program.append(.match)
    try append(part)
    program.append(.match)
    program[start] = step(program.count)
  }

  private mutating func append(
    either parts: ArraySlice<RegularTree>
  ) throws(RegularExpressionError) {
    guard let first = parts.first else { return }
    guard parts.count > 1 else { return try append(first) }
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      guard index < parts.count - 1 else {
        try append(part)
        break
      }
      let split = program.count
      program.append(.match)
      try append(part)
      jumps.append(program.count)
      program.append(.match)
      program[split] = .split(split + 1, program.count)
    }
    for jump in jumps { program[jump] = .jump(program.count) }
  }

  private mutating func append(
    _ part: RegularTree, least: Int, most: Int, _ kind: RegularTree.RepetitionKind
  ) throws(RegularExpressionError) {
    if kind == .possessive, !isSet(part) {
      return try append(
        .atomic(.repeated(part, least: least, most: most, kind: .greedy)))
    }
    if case .set(let set) = part, kind != .lazy {
      program.append(
        .loop(set, least: least, most: most, isAtomic: kind == .possessive))
      return
    }
    for _ in 0..<least { try append(part) }
    // The rest is tried first, or last if it is lazy.
    func split(_ inside: Int, _ after: Int) -> RegularInstruction {
      kind == .lazy ? .split(after, inside) : .split(inside, after)
    }
    if most == .max {
      let start = program.count
      program.append(.match)
      try append(part)
      program.append(.jump(start))
      program[start] = split(start + 1, program.count)
    } else {
      var splits: [Int] = []
      for _ in least..<most {
        splits.append(program.count)
        program.append(.match)
        try append(part)
      }
      for start in splits { program[start] = split(start + 1, program.count) }
    }
  }

  private func isSet(_ part: RegularTree) -> Bool {
    if case .set = part { true } else { false }
  }
}
