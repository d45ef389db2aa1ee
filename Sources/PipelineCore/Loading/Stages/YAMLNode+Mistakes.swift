/// A position in a file, for finding out whether a diagnostic already exists there.
struct Position: Hashable {
  let file: ObjectIdentifier
  let range: SourceRange

  init(_ file: SourceFile, _ range: SourceRange) {
    self.file = ObjectIdentifier(file)
    self.range = range
  }
}

extension YAMLNode {
  /// A copy without the places of mistakes that were reported: unknown keys are dropped, and wrong
  /// values are marked as refused.
  func removingMistakes(_ mistakes: some Sequence<Diagnostic>) -> YAMLNode {
    let wrong = Set(mistakes.map { Position($0.file, $0.range) })
    return wrong.isEmpty ? self : removing(wrong)
  }

  private func removing(_ wrong: Set<Position>) -> YAMLNode {
    if wrong.contains(Position(file, range)), !range.isEmpty { return refused }
    switch content {
    case .scalar, .refused: return self
    case .sequence(let elements): return with(.sequence(elements.map { $0.removing(wrong) }))
    case .mapping(let entries):
      let (bad, good) = entries.reduce(into: ([Entry](), [Entry]())) { parts, entry in
        if wrong.contains(Position(entry.key.file, entry.key.range)) {
          parts.0.append(entry)
        } else {
          parts.1.append(Entry(key: entry.key, value: entry.value.removing(wrong)))
        }
      }
      return YAMLNode(
        .mapping(good), file: file, range: range, dropped: dropped + bad, references: references,
        home: home)
    }
  }
}
