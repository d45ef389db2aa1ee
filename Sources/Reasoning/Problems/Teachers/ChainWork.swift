package import TensorCore

extension ChainFamily: DetourFamily {
  package func trace(
    for problem: Problem, by process: DetourProcess, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    guard let puzzle = ChainPuzzle(prompt: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    return try process.trace(of: puzzle, for: problem, using: &stream)
  }
}

/// The steps along a chain's path. The state is the value at a node.
extension ChainPuzzle: StepwiseWork {
  var start: Int { value }
  var stepCount: Int { path.count }

  func state(after step: Int, from state: Int, excess: Int) -> Int {
    (path[step].operation(state, path[step].operand) + excess) % 10
  }

  /// A step as `x v o k = w y ;`, or if terse as `x v > w y ;`.
  func text(of step: Int, from state: Int, to next: Int, isTerse: Bool) -> String {
    let edge = path[step]
    let work = isTerse ? ">" : "\(edge.operation.symbol)\(edge.operand)="
    return "\(edge.source)\(state)\(work)\(next)\(edge.target);"
  }

  func correction(to state: Int) -> String { "!" }

  /// With probability `falseStart` an edge off the path, discarded by `!`; with probability `plan`
  /// the path's edges, then `:`.
  func opening(
    _ process: DetourProcess, isTerse: Bool, using stream: inout RandomStream
  ) -> String {
    var text = ""
    if !distractors.isEmpty, stream.happens(process.falseStart) {
      text += stream.choose(distractors).text + "!"
    }
    if !isTerse, stream.happens(process.plan) { text += path.map(\.text).joined() + ":" }
    return text
  }

  func answer(_ state: Int) -> String { String(state) }
}
