package import TensorCore

/// Supervised examples drawn from a pool of problems, shaped by curriculum, drills and truncation.
package struct ExampleSource: Sendable {
  package var pool: ProblemPool
  /// The share of examples whose thinking is cut short.
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

  /// One example. Give each its own stream, keyed by step and place in the batch, and any example
  /// can be made without those before it.
  /// - Parameters:
  ///   - given: the problem, unless this is a drill; nil to draw one.
  ///   - progress: how much of the training is done, 0 to 1.
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

  /// The hardest problems that are drawn at some point of the training.
  func maxDifficulty(progress: Double) -> Int {
    curriculum?.maxDifficulty(progress: progress) ?? .max
  }
}

extension Problem {
  /// What a teacher wrote: the problem's own response, or what its family writes.
  fileprivate func trace(using stream: inout RandomStream) throws(ProblemError) -> TeacherTrace {
    if let response { return TeacherTrace(response: response, answer: answer) }
    guard let family = ProblemFamilies.all.first(where: { $0.name == family }) else {
      throw .noTeacher(prompt: prompt)
    }
    return try family.trace(for: self, using: &stream)
  }
}

extension TeacherTrace {
  /// Takes a response apart at its first `</t>`.
  /// - Parameter answer: what follows the thinking where the response has no such mark.
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
