import TensorCore

/// The probabilities by which a teacher's trace is sampled: where it makes mistakes, checks itself
/// or repeats itself. The redundancy is deliberate: reinforcement learning can later remove it.
///
/// The defaults are those of the ladder suite. Arrays are indexed by difficulty, 1 first.
package struct TraceProcess: Sendable, Hashable {
  /// Probability of a trace without thinking, which gives the answer at once.
  package var direct = [0.15, 0.15, 0.04, 0.04, 0.04, 0.04]
  /// Probability that the whole pass is repeated, and repeated again after that.
  package var loop = [0.6, 0.6, 0.45, 0.45, 0.3, 0.3]
  /// Probability that a step's result is wrong.
  package var slip = 0.10
  /// Probability that a wrong result stays uncorrected, so that the trace continues from it.
  package var uncorrected = 0.35
  /// Probability that a correct step is repeated.
  package var check = 0.35
  /// Chain: probability that an edge off the path is copied first and then discarded.
  package var falseStart = 0.2
  /// Probability that a pass is begun, abandoned somewhere, and begun again.
  package var restart = 0.15
  /// Probability of copying the path before computing it, and of writing every step in full without
  /// that. All other traces are terse.
  package var planStyle = 0.5
  package var verboseStyle = 0.3
  /// Probability that a single step is terse in a trace that is not.
  package var terseStep = 0.12
  /// Factor on `slip` in repetitions, which are more often correct.
  package var slipShareInLoops = 0.25
  /// Factor on `check` for terse steps, which are checked less often.
  package var checkShareOfTerse = 1.0 / 3
  /// Search: probability that a whole trace is terse, with one gap and with more.
  package var terseSearchOfOne = 0.3
  package var terseSearch = 0.7
  /// Search: probability that a wrong assignment is accepted as a solution, as a factor on `slip`.
  package var falsePositiveShare = 0.15
  /// Search: probability that an earlier failed try is repeated after a failure.
  package var repeatedTry = 0.15
  /// Longer thinking is rejected and sampled again.
  package var maxThinkingTokens = 150

  package init() {}

  package static let ladder = TraceProcess()

  func directProbability(_ difficulty: Int) -> Double { direct[index(difficulty, in: direct)] }
  func loopProbability(_ difficulty: Int) -> Double { loop[index(difficulty, in: loop)] }

  private func index(_ difficulty: Int, in table: [Double]) -> Int {
    min(max(difficulty, 1), table.count) - 1
  }

  /// Samples the style of a whole trace; families without a plan treat `plan` as `verbose`.
  func style(using stream: inout RandomStream) -> TraceStyle {
    let draw = stream.nextUniform()
    if draw < planStyle { return .plan }
    return draw < planStyle + verboseStyle ? .verbose : .terse
  }
}

/// The amount of detail that a trace writes for each step.
enum TraceStyle { case plan, verbose, terse }

extension TeacherTrace {
  /// Draws traces until the thinking fits. At most three draws in ten are too long in the suites,
  /// so running out of tries means that the prompt is far larger than theirs.
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
  /// Returns true with the given probability.
  mutating func happens(_ probability: Double) -> Bool { nextUniform() < probability }
}
