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
  /// - Parameter progress: how much of the training is done, 0 to 1.
  package func example(
    progress: Double, using stream: inout RandomStream
  ) throws(ProblemError) -> SupervisedExample {
    if let drills, stream.happens(drills.probability(progress: progress)) {
      return try .drill(using: &stream)
    }
    let problem = pool.draw(
      maxDifficulty: curriculum?.maxDifficulty(progress: progress) ?? .max, using: &stream)
    let trace = try ProblemFamilies.named(problem.family).trace(for: problem, using: &stream)
    let length = trace.thinking.utf8.count
    if length > 1, stream.happens(truncatedFraction) {
      return try .truncated(problem, trace, cut: stream.int(in: 0...(length - 1)))
    }
    return try .complete(problem, trace)
  }
}
