package import TensorCore

/// Work that goes step by step, each step taking a state to the next one: what a pass over a problem
/// is made of, without the teacher's habits.
protocol StepwiseWork {
  associatedtype State

  var start: State { get }
  var stepCount: Int { get }

  /// The state after a step.
  /// - Parameter excess: how much too large the step's result is; 0 for a right one.
  func state(after step: Int, from state: State, excess: Int) -> State

  /// A step as it is written. It names the values it uses, so that a reader need not look far back.
  func text(of step: Int, from state: State, to next: State, isTerse: Bool) -> String

  /// What follows a step that was done again and came out differently.
  func correction(to state: State) -> String

  /// What is written before the first pass.
  func opening(
    _ process: DetourProcess, isTerse: Bool, using stream: inout RandomStream
  ) -> String

  func answer(_ state: State) -> String
}

/// A family whose teachers write by a `DetourProcess`.
package protocol DetourFamily: ProblemFamily {
  /// A worked solution, at most `process.maxThinkingTokens` tokens of thinking.
  func trace(
    for problem: Problem, by process: DetourProcess, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace
}

extension DetourProcess {
  /// A teacher's trace: `STEPS[#]STEPS@STEPS`, steps done again begin with `~`, after `#` stands the
  /// pass whose beginning was before it, after `@` the work once more. The answer is that of the
  /// last pass.
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

  /// One pass: each step with its check, and the state before the first step and after each.
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
