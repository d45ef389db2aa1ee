import TensorCore

extension ProblemPool {
  /// Of a balanced pool, problems with different prompts.
  ///
  /// - Parameter seen: prompts that are not drawn again; those drawn are added.
  /// - Returns: fewer than wanted only when the pool has no more.
  func drawDistinct(
    _ wanted: Int, beside seen: inout Set<ExactText>, using stream: inout RandomStream
  ) -> [Problem] {
    var drawn: [Problem] = []
    var triesLeft = 256 * wanted
    while drawn.count < wanted, triesLeft > 0 {
      triesLeft -= 1
      let problem = draw(using: &stream)
      if seen.insert(ExactText(problem.prompt)).inserted { drawn.append(problem) }
    }
    // Small cells repeat; what chance did not find is taken in order.
    for problem in all where drawn.count < wanted && seen.insert(ExactText(problem.prompt)).inserted
    {
      drawn.append(problem)
    }
    return drawn
  }
}
