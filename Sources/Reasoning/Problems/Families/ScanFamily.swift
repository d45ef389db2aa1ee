package import TensorCore

/// Scan problems: find the largest of a list of two-digit numbers, by a running maximum.
///
/// `M45,12,97?` has 3, 4, 6, 8, 10 or 12 numbers by difficulty. Partial work gives partial credit:
/// the maximum so far is the best guess at any moment.
package struct ScanFamily: ProblemFamily {
  package let name = "scan"
  package let meaning = "the largest of a list of two-digit numbers"
  let process: TraceProcess

  package init(process: TraceProcess = .ladder) { self.process = process }

  /// Count of numbers in a prompt, by difficulty.
  static let lengths = [3, 4, 6, 8, 10, 12]

  package func problem(difficulty: Int, using stream: inout RandomStream) -> Problem {
    precondition((1...6).contains(difficulty), "difficulty is 1 to 6")
    let numbers = (0..<Self.lengths[difficulty - 1]).map { _ in stream.int(in: 10...99) }
    let prompt = "M" + numbers.map(String.init).joined(separator: ",") + "?"
    return Problem(
      family: name, difficulty: difficulty, prompt: prompt, answer: String(numbers.max()!))
  }

  /// An upper bound on the number of lists of two-digit numbers; for the shortest lists (three
  /// numbers) a plan may ask for more than exist.
  package func mostPrompts(difficulty: Int, part: ProblemPart) -> Int? {
    let length = Self.lengths[difficulty - 1]
    return length > 8 ? nil : (0..<length).reduce(1) { count, _ in count * 90 }
  }

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard let maximum = numbers(in: problem.prompt)?.max() else { return .wrong }
    return answer == String(maximum) ? .right : .wrong
  }

  package func trace(
    for problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    guard let numbers = numbers(in: problem.prompt) else {
      throw .unreadablePrompt(family: name, prompt: problem.prompt)
    }
    return try .drawn(
      for: problem, atMost: process.maxThinkingTokens, using: &stream
    ) { stream in
      if stream.happens(process.directProbability(problem.difficulty)) {
        return TeacherTrace(thinking: "", answer: String(numbers.max()!))
      }
      let isTerse = process.style(using: &stream) == .terse
      var thinking: [String] = []
      if stream.happens(process.restart) {
        let (steps, _) = pass(numbers, process.slip, isTerse: isTerse, using: &stream)
        thinking += steps.prefix(stream.int(in: 1...steps.count)) + ["#"]
      }
      var (steps, maximum) = pass(numbers, process.slip, isTerse: isTerse, using: &stream)
      thinking += steps
      while stream.happens(process.loopProbability(problem.difficulty)) {
        let slip = process.slip * process.slipShareInLoops
        (steps, maximum) = pass(numbers, slip, isTerse: isTerse, using: &stream)
        thinking += ["@"] + steps
      }
      return TeacherTrace(thinking: thinking.joined(), answer: String(maximum))
    }
  }

  /// One pass over the list. Terse passes write only the successive maxima.
  private func pass(
    _ numbers: [Int], _ slip: Double, isTerse: Bool, using stream: inout RandomStream
  ) -> (steps: [String], maximum: Int) {
    var maximum = numbers[0]
    var steps = ["\(maximum);"]
    for number in numbers.dropFirst() {
      let isRecord = number > maximum
      if isTerse {
        if isRecord {
          steps.append("\(number);")
          maximum = number
        }
        continue
      }
      let right = max(number, maximum)
      let rightStep = "\(number)\(isRecord ? ">" : "<")\(right)"
      if stream.happens(slip) {
        let wrong = isRecord ? maximum : number
        steps.append("\(number)\(isRecord ? "<" : ">")\(wrong);")
        if stream.happens(process.uncorrected) {
          maximum = wrong
          continue
        }
        steps.append("~\(rightStep)!")
      } else {
        steps.append("\(rightStep);")
        if stream.happens(process.check) { steps.append("~\(rightStep);") }
      }
      maximum = right
    }
    return (steps, maximum)
  }

  /// Parses the numbers of a prompt; nil if there are none or the prompt has another form.
  private func numbers(in prompt: String) -> [Int]? {
    guard prompt.hasPrefix("M"), prompt.hasSuffix("?") else { return nil }
    let texts = prompt.dropFirst().dropLast().split(
      separator: ",", omittingEmptySubsequences: false)
    let numbers = texts.compactMap { $0.utf8.count == 2 ? Int($0) : nil }
    return numbers.count == texts.count && numbers.allSatisfy { $0 >= 10 } ? numbers : nil
  }
}
