import TensorCore

/// A peak problem parsed from its prompt: a start value and labelled operations on it.
struct PeakPuzzle: StepwiseWork {
  struct Item {
    let operation: DigitOperation
    let operand: Int
    let label: Character

    var text: String { "\(operation.symbol)\(operand)\(label)" }
  }

  /// The running value, and the highest value so far with the label where it was first reached.
  struct State {
    var value: Int
    var peak: (value: Int, label: Character)?
  }

  let value: Int
  let items: [Item]

  init(value: Int, items: [Item]) {
    self.value = value
    self.items = items
  }

  init?(prompt: String) {
    var rest = Array(prompt)
    guard rest.count >= 6, rest.count % 3 == 0, rest.first == "M", rest.last == "?",
      let value = rest[1].wholeNumberValue
    else { return nil }
    rest = Array(rest[2..<(rest.count - 1)])
    var items: [Item] = []
    for start in stride(from: 0, to: rest.count, by: 3) {
      guard
        let operation = DigitOperation(rawValue: rest[start]),
        let operand = rest[start + 1].wholeNumberValue, ("a"..."p").contains(rest[start + 2]),
        !items.contains(where: { $0.label == rest[start + 2] })
      else { return nil }
      items.append(Item(operation: operation, operand: operand, label: rest[start + 2]))
    }
    self.value = value
    self.items = items
  }

  var prompt: String { "M\(value)" + items.map(\.text).joined() + "?" }

  var answer: String {
    answer(
      items.indices.reduce(start) { state(after: $1, from: $0, excess: 0) })
  }

  var start: State { State(value: value) }
  var stepCount: Int { items.count }

  func state(after step: Int, from state: State, excess: Int) -> State {
    let item = items[step]
    let value = (item.operation(state.value, item.operand) + excess) % 10
    if let peak = state.peak, value <= peak.value { return State(value: value, peak: peak) }
    return State(value: value, peak: (value, item.label))
  }

  /// A step as `v o k = w x`, or if terse as `w x`, followed by `>` if the value is the highest so
  /// far and by `<` otherwise.
  func text(of step: Int, from state: State, to next: State, isTerse: Bool) -> String {
    let item = items[step]
    let work = isTerse ? "" : "\(state.value)\(item.operation.symbol)\(item.operand)="
    return work + "\(next.value)\(item.label)" + (next.peak?.label == item.label ? ">" : "<")
  }

  /// The highest value once more, so that the last `>` always marks it.
  func correction(to state: State) -> String { "!" + answer(state) + ">" }

  func opening(
    _ process: DetourProcess, isTerse: Bool, using stream: inout RandomStream
  ) -> String { "" }

  func answer(_ state: State) -> String { state.peak.map { "\($0.value)\($0.label)" } ?? "" }
}
