/// Expected scores of k samples, from all n: exact means over every choice of k among them.
package enum SubsetScore {
  /// The chance that one of k samples is right: 1 − C(n − c, k) / C(n, k), with c of n right (Chen et
  /// al. 2021, "Evaluating Large Language Models Trained on Code", arXiv 2107.03374, eq. 1).
  ///
  /// - Returns: nil of fewer than k samples.
  package static func pass(_ right: Int, of count: Int, drawing k: Int) -> Double? {
    guard k > 0, k <= count else { return nil }
    // All k are among the wrong ones.
    let missed = (0..<k).reduce(1.0) { product, i in
      product * max(0, Double(count - right - i)) / Double(count - i)
    }
    return 1 - missed
  }

  /// The chance that the most frequent answer of k samples is right.
  ///
  /// Answers count as one where their judge takes them for one: all that it accepts, and of the others
  /// those of the same text but for spaces around it. Unfinished samples do not vote. Of equally
  /// frequent answers each is as likely to be chosen. (Self-consistency: Wang et al. 2022, arXiv
  /// 2203.11171.)
  ///
  /// - Returns: nil of fewer than k samples.
  package static func majority(_ samples: [SampledAnswer], drawing k: Int) -> Double? {
    guard k > 0, k <= samples.count else { return nil }
    let right = samples.count { $0.answer != nil && $0.isCorrect }
    var others: [String: Int] = [:]
    // Shares are of a binomial with this chance, near which no product of them underflows.
    let chosen = Double(k) / Double(samples.count)
    for sample in samples where !sample.isCorrect {
      guard let answer = sample.answer else { continue }
      others[trimmed(answer), default: 0] += 1
    }
    let sizes = others.values.sorted()
    let silent = samples.count - right - sizes.reduce(0, +)
    var chance = 0.0
    for votes in stride(from: 1, through: min(right, k), by: 1) {
      let own = share(votes, of: right, chosen)
      let ways = rivals(sizes, silent, atMost: votes, drawing: k - votes, chosen)
      for (ties, ways) in ways.enumerated() {
        chance += own * ways / Double(ties + 1)
      }
    }
    return min(1, chance / share(k, of: samples.count, chosen))
  }

  /// In how many ways, as a share of all subsets, `count` are drawn of the wrong and the silent so that
  /// no wrong answer has more than `most`; by how many have exactly as many.
  private static func rivals(
    _ sizes: [Int], _ silent: Int, atMost most: Int, drawing count: Int, _ chosen: Double
  ) -> [Double] {
    let limit = count / most
    // By how many are drawn, then by ties.
    var ways = [[Double]](
      repeating: [Double](repeating: 0, count: limit + 1), count: count + 1)
    ways[0][0] = 1
    for size in sizes {
      var next = ways.map { $0.map { _ in 0.0 } }
      for drawn in 0...count {
        for ties in 0...limit where ways[drawn][ties] > 0 {
          for more in 0...min(size, most, count - drawn) {
            let isTie = more == most
            guard ties + (isTie ? 1 : 0) <= limit else { continue }
            next[drawn + more][ties + (isTie ? 1 : 0)] +=
              ways[drawn][ties] * share(more, of: size, chosen)
          }
        }
      }
      ways = next
    }
    return (0...limit).map { ties in
      (0...count).reduce(0) { sum, drawn in
        count - drawn > silent
          ? sum : sum + ways[drawn][ties] * share(count - drawn, of: silent, chosen)
      }
    }
  }

  /// C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ: in a product over groups that draws k of n in all, the powers of p are the
  /// same whatever is drawn of which, and no factor overflows.
  private static func share(_ k: Int, of n: Int, _ p: Double) -> Double {
    guard k <= n else { return 0 }
    var (product, failures) = (1.0, n - k)
    for i in stride(from: 1, through: k, by: 1) {
      product *= Double(n - k + i) / Double(i) * p
      while product > 1, failures > 0 {
        product *= 1 - p
        failures -= 1
      }
    }
    return (0..<failures).reduce(product) { value, _ in value * (1 - p) }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
