package import TensorCore

/// Supervised examples sampled from a pool of problems, shaped by curriculum, drills and
/// truncation.
package struct ExampleSource: Sendable {
  package var pool: ProblemPool
  /// Fraction of examples whose thinking is truncated.
  package var truncatedFraction: Double
  package var curriculum: Curriculum?
  package var drills: Drills?

  package init(
    pool: ProblemPool, truncatedFraction: Double = 0, curriculum: Curriculum? = nil,
    drills: Drills? = nil
  ) {
    self.pool = pool
    self.truncatedFraction = truncatedFraction
    self.curriculum = curriculum
    self.drills = drills
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
      return try .drill(using: &stream)
    }
    let problem =
      given ?? pool.draw(maxDifficulty: maxDifficulty(progress: progress), using: &stream)
    let trace = try problem.trace(using: &stream)
    let length = trace.thinking.utf8.count
    if length > 1, stream.happens(truncatedFraction) {
      return try .truncated(problem, trace, cut: stream.int(in: 0...(length - 1)))
    }
    return try .complete(problem, trace)
  }

  /// The highest difficulty that may be sampled at this point of the training.
  func maxDifficulty(progress: Double) -> Int {
    curriculum?.maxDifficulty(progress: progress) ?? .max
  }
}

extension Problem {
  /// Returns the problem's own response if it has one, otherwise a trace that its family writes.
  fileprivate func trace(using stream: inout RandomStream) throws(ProblemError) -> TeacherTrace {
    if let response { return TeacherTrace(response: response, answer: answer) }
    guard let family = ProblemFamilies.all.first(where: { $0.name == family }) else {
      throw .noTeacher(prompt: prompt)
    }
    return try family.trace(for: self, using: &stream)
  }
}

extension TeacherTrace {
  /// Splits a response at its first `</t>`.
  /// - Parameter answer: the answer to use if the response has no `</t>`.
  package init(response: String, answer: String) {
    let mark = LadderVocabulary.tokens[Int(LadderVocabulary.endThinking)]
    guard let end = response.firstRange(of: mark) else {
      self.init(thinking: response, answer: answer)
      return
    }
    self.init(
      thinking: String(response[..<end.lowerBound]), answer: String(response[end.upperBound...]))
  }
}
