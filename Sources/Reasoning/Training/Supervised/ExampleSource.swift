package import TensorCore

/// Supervised examples sampled from a pool of problems, shaped by curriculum, drills and
/// truncation.
package struct ExampleSource: Sendable {
  package var pool: ProblemPool
  package var format: any ResponseFormat
  /// Fraction of examples whose thinking is truncated.
  package var truncatedFraction: Double
  package var curriculum: Curriculum?
  package var drills: Drills?
  /// The whole examples that are known already, by their problem.
  package var known: [Problem: SupervisedExample]

  package init(
    pool: ProblemPool, format: any ResponseFormat, truncatedFraction: Double = 0,
    curriculum: Curriculum? = nil, drills: Drills? = nil,
    known: [Problem: SupervisedExample] = [:]
  ) {
    self.pool = pool
    self.format = format
    self.truncatedFraction = truncatedFraction
    self.curriculum = curriculum
    self.drills = drills
    self.known = known
  }

  /// Returns one example. If each example has its own stream, keyed by step and place in the batch,
  /// any example can be made without the ones before it.
  /// - Parameters:
  ///   - given: the problem, unless this is a drill; nil to sample one.
  ///   - progress: fraction of the training that is done, 0 to 1.
  package func example(
    of given: Problem? = nil, progress: Double, using stream: inout RandomStream
  ) throws(ProblemError) -> SupervisedExample {
    if let drills, stream.happens(drills.probability(progress: progress)) {
      return try .drill(in: format, using: &stream)
    }
    let problem =
      given ?? pool.draw(maxDifficulty: maxDifficulty(progress: progress), using: &stream)
    if truncatedFraction == 0, let example = known[problem] { return example }
    let trace = try trace(of: problem, using: &stream)
    let length = format.tokenCount(of: trace.thinking)
    if length > 1, stream.happens(truncatedFraction) {
      return try .truncated(
        problem, trace, cut: stream.int(in: 0...(length - 1)), in: format)
    }
    return try .complete(problem, trace, in: format)
  }

  /// The highest difficulty that may be sampled at this point of the training.
  func maxDifficulty(progress: Double) -> Int {
    curriculum?.maxDifficulty(progress: progress) ?? .max
  }

  /// Returns the problem's own response if it has one, otherwise a trace that its family writes.
  private func trace(
    of problem: Problem, using stream: inout RandomStream
  ) throws(ProblemError) -> TeacherTrace {
    if let response = problem.response {
      return format.trace(ofResponse: response, answer: problem.answer)
    }
    guard let family = ProblemFamilies.all.first(where: { $0.name == problem.family }) else {
      throw .noTeacher(prompt: problem.prompt)
    }
    return try family.trace(for: problem, using: &stream)
  }
}
