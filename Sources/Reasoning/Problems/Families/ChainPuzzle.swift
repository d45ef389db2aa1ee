/// A chain problem parsed from its prompt.
struct ChainPuzzle {
  struct Edge {
    let source: Character
    let operation: DigitOperation
    let operand: Int
    let target: Character

    var text: String { "\(source)\(operation.symbol)\(operand)\(target);" }
  }

  /// The edges from the start to the target, in order.
  let path: [Edge]
  /// The other edges, in the prompt's order.
  let distractors: [Edge]
  /// The value at the start.
  let value: Int

  var answer: Int { path.reduce(value) { $1.operation($0, $1.operand) } }

  init?(prompt: String) {
    let halves = prompt.split(separator: "?", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].first == "C" else { return nil }
    let question = Array(halves[1])
    guard question.count == 4, question[2] == ">", let value = question[1].wholeNumberValue
    else { return nil }

    var edges: [Edge] = []
    for text in halves[0].dropFirst().split(separator: ";") {
      let parts = Array(text)
      guard
        parts.count == 4, let operation = DigitOperation(rawValue: parts[1]),
        let operand = parts[2].wholeNumberValue
      else { return nil }
      edges.append(
        Edge(source: parts[0], operation: operation, operand: operand, target: parts[3]))
    }

    var remaining = edges
    var path: [Edge] = []
    var node = question[0]
    while node != question[3] {
      guard let index = remaining.firstIndex(where: { $0.source == node }) else { return nil }
      let edge = remaining.remove(at: index)
      path.append(edge)
      node = edge.target
    }
    guard !path.isEmpty else { return nil }
    self.path = path
    self.distractors = remaining
    self.value = value
  }
}
