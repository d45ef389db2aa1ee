/// A search problem parsed from its prompt: operands and the target to reach.
struct SearchPuzzle {
  let operands: [Int]
  let target: Int

  init(operands: [Int], target: Int) {
    self.operands = operands
    self.target = target
  }

  init?(prompt: String) {
    let halves = prompt.split(separator: "=", omittingEmptySubsequences: false)
    guard
      halves.count == 2, halves[0].first == "O", halves[1].utf8.count == 2,
      halves[1].last == "?", let target = halves[1].first?.wholeNumberValue
    else { return nil }
    let texts = halves[0].dropFirst().split(separator: "_", omittingEmptySubsequences: false)
    let operands = texts.compactMap { $0.utf8.count == 1 ? $0.first?.wholeNumberValue : nil }
    // The suite has at most three gaps. With five there would be 243 assignments, and a trace would
    // not fit.
    guard operands.count == texts.count, (2...5).contains(operands.count) else { return nil }
    self.operands = operands
    self.target = target
  }

  var prompt: String { "O" + operands.map(String.init).joined(separator: "_") + "=\(target)?" }
  var gapCount: Int { operands.count - 1 }

  /// One step of an evaluation from left to right.
  struct Step {
    let left: Int
    let operation: DigitOperation
    let right: Int
    let result: Int
  }

  /// Returns the steps of evaluating an assignment (one operation per gap) from left to right.
  func steps(_ operations: [DigitOperation]) -> [Step] {
    var value = operands[0]
    return zip(operations, operands.dropFirst()).map { operation, operand in
      let step = Step(
        left: value, operation: operation, right: operand, result: operation(value, operand))
      value = step.result
      return step
    }
  }

  func isSolved(by operations: [DigitOperation]) -> Bool {
    operations.count == gapCount && steps(operations).last?.result == target
  }

  /// Every assignment of operations to the gaps, in a fixed order.
  var assignments: [[DigitOperation]] {
    (0..<gapCount).reduce([[]]) { partial, _ in
      partial.flatMap { head in DigitOperation.allCases.map { head + [$0] } }
    }
  }
}
