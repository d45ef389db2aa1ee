import TensorCore

extension ProblemPool {
  /// Samples problems with different prompts from a balanced pool.
  ///
  /// - Parameter seen: prompts that are not sampled again; the sampled ones are added.
  /// - Returns: fewer than wanted only if the pool has no more.
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
    // Small cells repeat; the problems that random draws missed are taken in order.
    for problem in all where drawn.count < wanted && seen.insert(ExactText(problem.prompt)).inserted
    {
      drawn.append(problem)
    }
    return drawn
  }
}
