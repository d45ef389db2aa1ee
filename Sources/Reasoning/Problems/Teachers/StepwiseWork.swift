package import TensorCore

/// Work in steps, each of which takes one state to the next: the content of a pass over a problem,
/// without the teacher's detours.
protocol StepwiseWork {
  associatedtype State

  var start: State { get }
  var stepCount: Int { get }

  /// Returns the state after a step.
  /// - Parameter excess: how much the step's result is too large; 0 for a correct one.
  func state(after step: Int, from state: State, excess: Int) -> State

  /// Returns the text of a step. It names the values it uses, so that the model need not look far
  /// back.
  func text(of step: Int, from state: State, to next: State, isTerse: Bool) -> String

  /// Returns the text that follows a step which was repeated with a different result.
  func correction(to state: State) -> String

  /// Returns the text written before the first pass.
  func opening(
    _ process: DetourProcess, isTerse: Bool, using stream: inout RandomStream
  ) -> String

  func answer(_ state: State) -> String
}

/// A family whose teachers write by a `DetourProcess`.
package protocol DetourFamily: ProblemFamily {
  /// Returns a worked solution, at most `process.maxThinkingTokens` tokens of thinking.
  func trace(
    for problem: Problem, by process: DetourProcess, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace
}

extension DetourProcess {
  /// Writes a teacher's trace, `STEPS[#]STEPS@STEPS`, and the answer of its last pass.
  ///
  /// A repeated step begins with `~`. `#` ends the beginning of an abandoned pass, and the full
  /// pass follows it. Each repetition of the work follows an `@`.
  func trace(
    of work: some StepwiseWork, for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    try .drawn(for: problem, atMost: maxThinkingTokens, using: &stream) { stream in
      if stream.happens(probability(direct, problem.difficulty)) {
        let end = pass(over: work, slip: 0, isTerse: true, using: &stream).states.last
        return TeacherTrace(thinking: "", answer: work.answer(end ?? work.start))
      }
      let isTerse = stream.happens(terse)
      var thinking = work.opening(self, isTerse: isTerse, using: &stream)
      var (steps, states) = pass(
        over: work, slip: slip, check: isTerse ? check / 3 : check, isTerse: isTerse,
        using: &stream)
      if stream.happens(restart) {
        thinking += steps.prefix(stream.int(in: 1...steps.count)).joined() + "#"
      }
      thinking += steps.joined()
      for _ in 0..<loopCount(problem.difficulty, using: &stream) {
        switch detours {
        case .copied:
          steps = (0..<work.stepCount).map {
            work.text(of: $0, from: states[$0], to: states[$0 + 1], isTerse: isTerse)
          }
        case .reworked(let slip):
          (steps, states) = pass(over: work, slip: slip, isTerse: isTerse, using: &stream)
        }
        thinking += "@" + steps.joined()
      }
      return TeacherTrace(thinking: thinking, answer: work.answer(states[states.count - 1]))
    }
  }

  /// Runs one pass. Returns the text of each step with its check, and the states before the first
  /// step and after each step.
  private func pass<Work: StepwiseWork>(
    over work: Work, slip: Double, check: Double = 0, isTerse: Bool,
    using stream: inout RandomStream
  ) -> (steps: [String], states: [Work.State]) {
    var steps: [String] = []
    var states = [work.start]
    for step in 0..<work.stepCount {
      let from = states[step]
      let excess = stream.happens(slip) ? 1 : 0
      let written = work.state(after: step, from: from, excess: excess)
      var text = work.text(of: step, from: from, to: written, isTerse: isTerse)
      var state = written
      if stream.happens(check) {
        let excessAgain =
          switch detours {
          case .copied: excess
          case .reworked(let slip): stream.happens(slip) ? 1 : 0
          }
        state = work.state(after: step, from: from, excess: excessAgain)
        text += "~" + work.text(of: step, from: from, to: state, isTerse: false)
        if excessAgain != excess { text += work.correction(to: state) }
      }
      steps.append(text)
      states.append(state)
    }
    return (steps, states)
  }
}
