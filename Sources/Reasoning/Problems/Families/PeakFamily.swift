package import TensorCore

/// Peak problems: find the highest value that a chain of operations reaches, and where.
///
/// `M8+3a*2b-4c?`: from 8 the values are 1 at `a`, 2 at `b` and 8 at `c` (modulo 10); the answer is
/// `8c`. Of equal values the first counts. There are 3, 4, 5, 6, 8 or 10 operations by difficulty.
/// Each value depends on the one before, so the answer cannot be read off the prompt. Partial work
/// gives partial credit, because the peak so far is the best guess at any moment.
package struct PeakFamily: DetourFamily {
  package let name = "peak"
  package let meaning = "the highest value that a chain of operations reaches, and where"

  package init() {}

  /// Number of operations in a prompt, by difficulty.
  static let lengths = [3, 4, 5, 6, 8, 10]

  package func problem(difficulty: Int, using stream: inout RandomStream) -> Problem {
    precondition((1...6).contains(difficulty), "difficulty is 1 to 6")
    var labels = Array("abcdefghijklmnop")
    stream.shuffle(&labels)
    let items = labels.prefix(Self.lengths[difficulty - 1]).map { label in
      PeakPuzzle.Item(
        operation: stream.choose(DigitOperation.allCases), operand: stream.int(in: 1...5),
        label: label)
    }
    let puzzle = PeakPuzzle(value: stream.int(in: 0...9), items: items)
    return Problem(
      family: name, difficulty: difficulty, prompt: puzzle.prompt, answer: puzzle.answer)
  }

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    answer == PeakPuzzle(prompt: problem.prompt)?.answer ? .right : .wrong
  }

  package func trace(
    for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    try trace(for: problem, by: (problem.generator ?? .neutral).process, using: &stream)
  }

  package func trace(
    for problem: Problem, by process: DetourProcess, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    guard let puzzle = PeakPuzzle(prompt: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    return try process.trace(of: puzzle, for: problem, using: &stream)
  }
}
