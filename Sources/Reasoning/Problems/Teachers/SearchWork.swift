package import TensorCore

extension SearchFamily: DetourFamily {
  package func trace(
    for problem: Problem, by process: DetourProcess, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    guard let puzzle = SearchPuzzle(prompt: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    guard puzzle.assignments.contains(where: puzzle.isSolved) else {
      throw .noSolution(prompt: problem.prompt)
    }
    return try process.trace(of: puzzle, for: problem, using: &stream)
  }
}

extension DetourProcess {
  /// Tries assignments in random order until one is claimed as the solution, then checks the claim
  /// again and again.
  ///
  /// When the search reaches a solution, a slip in any step makes it claim a wrong assignment
  /// instead, so the search is not longer for it.
  ///
  /// If detours are reworked, checking finds a false claim and the search continues; with the
  /// probability of a slip a false claim is believed, or a true claim is rejected and a wrong
  /// assignment is claimed next. If detours are copied, the claim is written once more.
  func trace(
    of puzzle: SearchPuzzle, for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    try .drawn(for: problem, atMost: maxThinkingTokens, using: &stream) { stream in
      var candidates = puzzle.assignments
      stream.shuffle(&candidates)
      let wrong = candidates.filter { !puzzle.isSolved(by: $0) }
      // The caller has made sure that there is a solution.
      let place = candidates.firstIndex(where: puzzle.isSolved)!
      if stream.happens(probability(direct, problem.difficulty)) {
        return TeacherTrace(thinking: "", answer: text(candidates[place]))
      }
      let isTerse = stream.happens(puzzle.gapCount == 1 ? terse : terseSearch)
      var thinking = ""
      /// Returns true if any step of a try slips.
      func slips(_ probability: Double) -> Bool {
        (0..<puzzle.gapCount).contains { _ in stream.happens(probability) }
      }
      func attempt(_ operations: [DigitOperation], isClaimed: Bool) {
        thinking += puzzle.text(of: operations, isClaimed: isClaimed, isTerse: isTerse)
      }

      var failures = Array(candidates[..<place])
      if stream.happens(restart), let first = failures.first {
        attempt(first, isClaimed: false)
        thinking += "#"
      }
      for candidate in failures { attempt(candidate, isClaimed: false) }
      let untriedWrong = wrong.filter { !failures.contains($0) }
      var claimed = candidates[place]
      if !untriedWrong.isEmpty, slips(slip) { claimed = stream.choose(untriedWrong) }
      attempt(claimed, isClaimed: true)

      for _ in 0..<loopCount(problem.difficulty, using: &stream) {
        thinking += "@"
        guard case .reworked(let slip) = detours else {
          attempt(claimed, isClaimed: true)
          continue
        }
        let isSolution = puzzle.isSolved(by: claimed)
        let isBelieved = slips(slip) ? !isSolution : isSolution
        attempt(claimed, isClaimed: isBelieved)
        if isBelieved { continue }
        if isSolution {
          guard !wrong.isEmpty else { continue }
          claimed = stream.choose(wrong)
        } else {
          failures.append(claimed)
          var rest = candidates.filter { !failures.contains($0) }
          stream.shuffle(&rest)
          for candidate in rest {
            claimed = candidate
            if puzzle.isSolved(by: candidate) { break }
            attempt(candidate, isClaimed: false)
            failures.append(candidate)
          }
        }
        attempt(claimed, isClaimed: true)
      }
      return TeacherTrace(thinking: thinking, answer: text(claimed))
    }
  }

  private func text(_ operations: [DigitOperation]) -> String {
    String(operations.map(\.symbol))
  }
}

extension SearchPuzzle {
  /// A try as `ops:STEPSy`, or with `n` at its end if it is rejected. Each step is `a o b = c ;`,
  /// or if terse only its result. A false claim shows the target as its last result; the rejection
  /// of a solution shows another value.
  fileprivate func text(
    of operations: [DigitOperation], isClaimed: Bool, isTerse: Bool
  ) -> String {
    let steps = steps(operations)
    var text = String(operations.map(\.symbol)) + ":"
    for (index, step) in steps.enumerated() {
      var result = step.result
      if index == steps.count - 1, isClaimed != (result == target) {
        result = isClaimed ? target : (target + 1) % 10
      }
      text += isTerse ? "\(result)" : "\(step.left)\(step.operation.symbol)\(step.right)=\(result);"
    }
    return text + (isClaimed ? "y" : "n")
  }
}
