package import TensorCore

extension ProblemPool {
  /// Problems with different prompts, so that one step never samples a prompt twice.
  ///
  /// - Returns: fewer than wanted only when the pool has no more.
  package func drawDistinct(_ wanted: Int, using stream: inout RandomStream) -> [Problem] {
    var drawn: [Problem] = []
    var seen: Set<String> = []
    var triesLeft = 256 * wanted
    while drawn.count < wanted, triesLeft > 0 {
      triesLeft -= 1
      let problem = draw(using: &stream)
      if seen.insert(problem.prompt).inserted { drawn.append(problem) }
    }
    // Small cells repeat; what chance did not find is taken in order.
    for problem in all where drawn.count < wanted && seen.insert(problem.prompt).inserted {
      drawn.append(problem)
    }
    return drawn
  }
}
