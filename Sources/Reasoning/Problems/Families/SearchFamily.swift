package import TensorCore

/// Search problems: fill the gaps between digits with operators so that the expression reaches a
/// target.
///
/// `O4_4=6?`: put `+ - *` in the gaps; the expression is evaluated from left to right, modulo 10.
/// The answer is one character per gap, and every assignment that reaches the target is correct.
/// The first operand is 0 to 9, the others 1 to 5.
///
/// The number of gaps grows with the difficulty: 1; 1 or 2; 2; 2 or 3 (two to one); 2 or 3
/// (evenly); 3. There are only 136, 1 450 and 10 527 prompts with one, two and three gaps, so a
/// prompt's digest decides which of the difficulties with its number of gaps it belongs to. No two
/// difficulties share a prompt, and each keeps its mix however many prompts are sampled from it.
package struct SearchFamily: ProblemFamily {
  package let name = "search"
  package let meaning = "fill the gaps between digits with operators to reach a target"
  let process: TraceProcess

  package init(process: TraceProcess = .ladder) { self.process = process }

  /// Possible numbers of gaps by difficulty, sampled uniformly.
  static let gapCounts = [[1], [1, 2], [2], [2, 2, 3], [2, 3], [3]]

  /// For each number of gaps, the percentage of its prompts that each difficulty owns. The values
  /// make a difficulty's prompts with two and with three gaps run out at about the same time.
  static let shares: [[(difficulty: Int, percent: Int)]] = [
    [(1, 75), (2, 25)],
    [(2, 25), (3, 30), (4, 25), (5, 20)],
    [(4, 2), (5, 3), (6, 95)],
  ]

  package func problem(difficulty: Int, using stream: inout RandomStream) -> Problem {
    precondition((1...6).contains(difficulty), "difficulty is 1 to 6")
    let gapCount = stream.choose(Self.gapCounts[difficulty - 1])
    while true {
      let operands =
        [stream.int(in: 0...9)] + (0..<gapCount).map { _ in stream.int(in: 1...5) }
      let operations = (0..<gapCount).map { _ in stream.choose(DigitOperation.allCases) }
      let target = zip(operations, operands.dropFirst()).reduce(operands[0]) { $1.0($0, $1.1) }
      let prompt = SearchPuzzle(operands: operands, target: target).prompt
      if owner(of: prompt, gapCount: gapCount) == difficulty {
        return Problem(
          family: name, difficulty: difficulty, prompt: prompt, answer: text(operations))
      }
    }
  }

  package func mostPrompts(difficulty: Int, part: ProblemPart) -> Int? {
    Self.promptCounts[part]?[difficulty]
  }

  /// The number of prompts that each difficulty has in a part, found by enumeration.
  private static let promptCounts: [ProblemPart: [Int: Int]] = {
    var counts: [ProblemPart: [Int: Int]] = [:]
    let family = SearchFamily()
    for gapCount in 1...shares.count {
      var starts = (0...9).map { ([$0], Set([$0])) }
      for _ in 0..<gapCount {
        starts = starts.flatMap { operands, values in
          (1...5).map { next in
            (
              operands + [next],
              Set(values.flatMap { value in DigitOperation.allCases.map { $0(value, next) } })
            )
          }
        }
      }
      for (operands, targets) in starts {
        for target in targets {
          let prompt = SearchPuzzle(operands: operands, target: target).prompt
          let owner = family.owner(of: prompt, gapCount: gapCount)
          counts[ProblemPart(of: prompt), default: [:]][owner, default: 0] += 1
        }
      }
    }
    return counts
  }()

  private func owner(of prompt: String, gapCount: Int) -> Int {
    var percentile = PromptDigest.ownerPercentile(PromptDigest.of(prompt))
    for share in Self.shares[gapCount - 1] {
      percentile -= share.percent
      if percentile < 0 { return share.difficulty }
    }
    preconditionFailure("shares add up to 100")
  }

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard let puzzle = SearchPuzzle(prompt: problem.prompt) else { return .wrong }
    let operations = answer.compactMap(DigitOperation.init(rawValue:))
    return operations.count == answer.count && puzzle.isSolved(by: operations) ? .right : .wrong
  }

  package func trace(
    for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    if let generator = problem.generator {
      return try trace(for: problem, by: generator.process, using: &stream)
    }
    guard let puzzle = SearchPuzzle(prompt: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    let assignments = puzzle.assignments
    guard assignments.contains(where: puzzle.isSolved) else {
      throw .noSolution(prompt: problem.prompt)
    }
    return try .drawn(
      for: problem, atMost: process.maxThinkingTokens, using: &stream
    ) { stream in
      search(puzzle, among: assignments, problem.difficulty, using: &stream)
    }
  }

  /// Tries assignments in random order until one is accepted as a solution, then repeats that one.
  private func search(
    _ puzzle: SearchPuzzle, among assignments: [[DigitOperation]], _ difficulty: Int,
    using stream: inout RandomStream
  ) -> TeacherTrace {
    var candidates = assignments
    stream.shuffle(&candidates)
    // The caller has made sure that there is a solution.
    let solution = candidates.first(where: puzzle.isSolved)!
    if stream.happens(process.directProbability(difficulty)) {
      return TeacherTrace(thinking: "", answer: text(solution))
    }
    let isTerse = stream.happens(
      puzzle.gapCount == 1 ? process.terseSearchOfOne : process.terseSearch)
    func attempt(_ operations: [DigitOperation], succeeds: Bool) -> String {
      let steps = puzzle.steps(operations).map {
        isTerse ? "\($0.result)" : "\($0.left)\($0.operation.symbol)\($0.right)=\($0.result);"
      }
      return text(operations) + ":" + steps.joined() + (succeeds ? "y" : "n")
    }

    var thinking = ""
    var found = solution
    var failures: [[DigitOperation]] = []
    for candidate in candidates {
      if puzzle.isSolved(by: candidate) {
        thinking += attempt(candidate, succeeds: true)
        found = candidate
        break
      }
      if stream.happens(process.slip * process.falsePositiveShare) {
        thinking += attempt(candidate, succeeds: true)
        if stream.happens(process.uncorrected) {
          found = candidate
          break
        }
        thinking += "!"
        failures.append(candidate)
        continue
      }
      thinking += attempt(candidate, succeeds: false)
      failures.append(candidate)
      if stream.happens(process.repeatedTry) {
        thinking += attempt(stream.choose(failures), succeeds: false)
      }
    }
    while stream.happens(process.loopProbability(difficulty)) {
      let isRight = puzzle.isSolved(by: found)
      thinking += "@" + attempt(found, succeeds: isRight)
      if !isRight {
        found = solution
        thinking += "!" + attempt(found, succeeds: true)
      }
    }
    return TeacherTrace(thinking: thinking, answer: text(found))
  }

  private func text(_ operations: [DigitOperation]) -> String {
    String(operations.map(\.symbol))
  }
}
