package import TensorCore

extension ProblemPool {
  /// Problems with different prompts, so that one step never samples a prompt twice.
  ///
  /// - Parameter seen: prompts that are not drawn again; those drawn are added.
  /// - Returns: fewer than wanted only when the pool has no more.
  package func drawDistinct(
    _ wanted: Int, beside seen: inout Set<String>, using stream: inout RandomStream
  ) -> [Problem] {
    var drawn: [Problem] = []
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

  package func drawDistinct(_ wanted: Int, using stream: inout RandomStream) -> [Problem] {
    var seen: Set<String> = []
    return drawDistinct(wanted, beside: &seen, using: &stream)
  }
}
