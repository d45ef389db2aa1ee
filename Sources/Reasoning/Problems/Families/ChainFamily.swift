package import TensorCore

/// Chain problems: follow labelled edges from a start node and value to the target's value.
///
/// `Cj-4b;l-4o;b*1l;k-5b;?j8>o`: an edge `x o k y;` means "from x apply o k (modulo 10), go to y".
/// Start at `j` with 8; the answer is the value on reaching `o`. The path has `difficulty` edges;
/// up to 2 + difficulty/2 further edges start at nodes that the path never reaches. The computation
/// is sequential: no part of the work helps without the part before it.
package struct ChainFamily: ProblemFamily {
  package let name = "chain"
  package let meaning = "follow labelled edges from a start value to the value at a target"
  let process: TraceProcess

  package init(process: TraceProcess = .ladder) { self.process = process }

  package func problem(difficulty: Int, using stream: inout RandomStream) -> Problem {
    precondition((1...6).contains(difficulty), "difficulty is 1 to 6")
    var letters = Array("abcdefghijklmnop")
    stream.shuffle(&letters)
    let names = Array(letters.prefix(difficulty + 1 + stream.int(in: 0...(2 + difficulty / 2))))
    var edges: [ChainPuzzle.Edge] = []
    for (index, node) in names.enumerated() where index != difficulty {
      let target =
        index < difficulty ? names[index + 1] : stream.choose(names.filter { $0 != node })
      edges.append(
        ChainPuzzle.Edge(
          source: node, operation: stream.choose(DigitOperation.allCases),
          operand: stream.int(in: 1...5), target: target))
    }
    let value = stream.int(in: 0...9)
    let answer = edges.prefix(difficulty).reduce(value) { $1.operation($0, $1.operand) }
    stream.shuffle(&edges)
    let prompt =
      "C" + edges.map(\.text).joined() + "?\(names[0])\(value)>\(names[difficulty])"
    return Problem(
      family: name, difficulty: difficulty, prompt: prompt, answer: String(answer))
  }

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard let puzzle = ChainPuzzle(prompt: problem.prompt) else { return .wrong }
    return answer == String(puzzle.answer) ? .right : .wrong
  }

  package func trace(
    for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    if let generator = problem.generator {
      return try trace(for: problem, by: generator.process, using: &stream)
    }
    guard let puzzle = ChainPuzzle(prompt: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    return try .drawn(
      for: problem, atMost: process.maxThinkingTokens, using: &stream
    ) { stream in
      if stream.happens(process.directProbability(problem.difficulty)) {
        return TeacherTrace(thinking: "", answer: String(puzzle.answer))
      }
      let style = process.style(using: &stream)
      var thinking: [String] = []
      if !puzzle.distractors.isEmpty, stream.happens(process.falseStart) {
        thinking.append(stream.choose(puzzle.distractors).text + "!")
      }
      if stream.happens(process.restart) {
        let (steps, _) = pass(puzzle, style, process.slip, copiesPath: true, using: &stream)
        thinking += steps.prefix(stream.int(in: 1...steps.count)) + ["#"]
      }
      var (steps, value) = pass(puzzle, style, process.slip, copiesPath: true, using: &stream)
      thinking += steps
      while stream.happens(process.loopProbability(problem.difficulty)) {
        let slip = process.slip * process.slipShareInLoops
        (steps, value) = pass(puzzle, style, slip, copiesPath: false, using: &stream)
        thinking += ["@"] + steps
      }
      return TeacherTrace(thinking: thinking.joined(), answer: String(value))
    }
  }

  /// One pass along the path. Every step points forward: it names the node it leaves, the value
  /// there and the node it reaches.
  private func pass(
    _ puzzle: ChainPuzzle, _ style: TraceStyle, _ slip: Double, copiesPath: Bool,
    using stream: inout RandomStream
  ) -> (steps: [String], value: Int) {
    var steps = style == .plan && copiesPath ? puzzle.path.map(\.text) + [":"] : []
    var value = puzzle.value
    for edge in puzzle.path {
      let right = edge.operation(value, edge.operand)
      let isTerse = style == .terse || stream.happens(process.terseStep)
      let hasSlipped = stream.happens(slip)
      let written = hasSlipped ? (right + stream.int(in: 1...9)) % 10 : right
      let inFull =
        "\(edge.source)\(value)\(edge.operation.symbol)\(edge.operand)="
      steps.append(
        isTerse
          ? "\(edge.source)\(value)>\(written)\(edge.target);"
          : "\(inFull)\(written)\(edge.target);")
      var next = right
      if hasSlipped {
        if stream.happens(process.uncorrected) {
          next = written
        } else {
          steps.append("~\(inFull)\(right)\(edge.target)!")
        }
      } else if stream.happens(process.check * (isTerse ? process.checkShareOfTerse : 1)) {
        steps.append("~\(inFull)\(right)\(edge.target);")
      }
      value = next
    }
    return (steps, value)
  }
}
