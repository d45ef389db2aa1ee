import TensorCore

/// The probabilities by which a teacher's trace is drawn: where it slips, checks itself, repeats
/// itself. The redundancy is deliberate: it is what reinforcement learning can later remove.
///
/// The defaults are those of the ladder suite. Arrays are indexed by difficulty, 1 first.
package struct TraceProcess: Sendable, Hashable {
  /// No thinking at all: the answer is given at once.
  package var direct = [0.15, 0.15, 0.04, 0.04, 0.04, 0.04]
  /// Going through the whole pass once more, again and again.
  package var loop = [0.6, 0.6, 0.45, 0.45, 0.3, 0.3]
  /// A step's result is wrong.
  package var slip = 0.10
  /// A slip stays uncorrected, and the trace goes on from the wrong value.
  package var uncorrected = 0.35
  /// A correct step is done a second time.
  package var check = 0.35
  /// Chain: an edge off the path is copied first, and discarded.
  package var falseStart = 0.2
  /// A pass is begun, abandoned somewhere, and begun again.
  package var restart = 0.15
  /// Copying the path before computing along it; then, without that, every step in full; the rest
  /// of the traces are terse.
  package var planStyle = 0.5
  package var verboseStyle = 0.3
  /// A single step is terse in a trace that otherwise is not.
  package var terseStep = 0.12
  /// Re-verification loops slip less.
  package var slipShareInLoops = 0.25
  /// Terse steps are checked less.
  package var checkShareOfTerse = 1.0 / 3
  /// Search: a whole trace is terse, with one gap and with more.
  package var terseSearchOfOne = 0.3
  package var terseSearch = 0.7
  /// Search: a wrong try is taken for a right one, as a share of `slip`.
  package var falsePositiveShare = 0.15
  /// Search: an earlier failed try is made once more after a failure.
  package var repeatedTry = 0.15
  /// Longer thinking is drawn again.
  package var maxThinkingTokens = 150

  package init() {}

  package static let ladder = TraceProcess()

  func directProbability(_ difficulty: Int) -> Double { direct[index(difficulty, in: direct)] }
  func loopProbability(_ difficulty: Int) -> Double { loop[index(difficulty, in: loop)] }

  private func index(_ difficulty: Int, in table: [Double]) -> Int {
    min(max(difficulty, 1), table.count) - 1
  }

  /// Style of a whole trace; families without a plan treat `plan` as `verbose`.
  func style(using stream: inout RandomStream) -> TraceStyle {
    let draw = stream.nextUniform()
    if draw < planStyle { return .plan }
    return draw < planStyle + verboseStyle ? .verbose : .terse
  }
}

/// How much of each step a trace writes down.
enum TraceStyle { case plan, verbose, terse }

extension TeacherTrace {
  /// Draws until the thinking fits. At most three draws in ten are too long in the suites, so running
  /// out of tries means that the prompt is far larger than theirs.
  static func drawn(
    for problem: Problem, atMost maxThinkingTokens: Int, using stream: inout RandomStream,
    draw: (inout RandomStream) -> TeacherTrace
  ) throws(ProblemError) -> TeacherTrace {
    for _ in 0..<1000 {
      let trace = draw(&stream)
      // Every token of a trace is one ASCII character.
      if trace.thinking.utf8.count <= maxThinkingTokens { return trace }
    }
    throw .traceTooLong(prompt: problem.prompt, maxThinkingTokens: maxThinkingTokens)
  }
}

extension RandomStream {
  /// True with the given probability.
  mutating func happens(_ probability: Double) -> Bool { nextUniform() < probability }
}
