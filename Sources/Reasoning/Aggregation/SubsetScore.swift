import Fields

/// Expected scores of k samples, estimated from n: exact means over all subsets of size k.
package enum SubsetScore {
  /// The probability that at least one of k samples is correct: 1 − C(n − c, k) / C(n, k), with c
  /// of n correct (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv
  /// 2107.03374, eq. 1).
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func pass(_ right: Int, of count: Int, drawing k: Int) -> Double? {
    guard k > 0, k <= count else { return nil }
    // The probability that all k are wrong.
    let missed = (0..<k).reduce(1.0) { product, i in
      product * max(0, Double(count - right - i)) / Double(count - i)
    }
    return 1 - missed
  }

  /// The probability that the most frequent answer of k samples is correct.
  ///
  /// All answers that the verifier accepts count as the same answer; the others are the same if
  /// their texts are equal after trimming spaces (`votes(on:)` makes them so where the verifier
  /// counts them as one). Samples without an answer do not vote. Ties are broken at random with
  /// equal probability. (Self-consistency: Wang et al. 2022, arXiv 2203.11171.)
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func majority(_ samples: [SampledAnswer], drawing k: Int) -> Double? {
    guard k > 0, k <= samples.count else { return nil }
    let right = samples.count { $0.answer != nil && $0.isCorrect }
    var others: [String: Int] = [:]
    // The products below are binomial probabilities with this success rate, near which they do not
    // underflow.
    let chosen = Double(k) / Double(samples.count)
    for sample in samples where !sample.isCorrect {
      guard let answer = sample.answer else { continue }
      others[answer.withoutSpaceAround, default: 0] += 1
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

  /// The number of ways, as a fraction of all subsets, to draw `count` of the wrong and unfinished
  /// samples so that no wrong answer has more than `most` votes. Entry i counts the ways in which i
  /// wrong answers have exactly `most` votes.
  private static func rivals(
    _ sizes: [Int], _ silent: Int, atMost most: Int, drawing count: Int, _ chosen: Double
  ) -> [Double] {
    let limit = count / most
    let width = limit + 1
    // Indexed by the number of samples drawn, then by the number of ties.
    var ways = [Double](repeating: 0, count: (count + 1) * width)
    ways[0] = 1
    var (largest, known) = (0, (size: -1, shares: [Double]()))
    for size in sizes {
      let longest = min(size, most)
      if known.size != size {
        known = (size, (0...longest).map { share($0, of: size, chosen) })
      }
      var next = [Double](repeating: 0, count: ways.count)
      for drawn in 0...largest {
        for ties in 0...limit where ways[drawn * width + ties] > 0 {
          let way = ways[drawn * width + ties]
          for more in 0...min(longest, count - drawn) {
            let isTie = more == most
            guard ties + (isTie ? 1 : 0) <= limit else { continue }
            next[(drawn + more) * width + ties + (isTie ? 1 : 0)] += way * known.shares[more]
          }
        }
      }
      ways = next
      largest = min(count, largest + longest)
    }
    let rest = (0...count).map { share(count - $0, of: silent, chosen) }
    return (0...limit).map { ties in
      (0...count).reduce(0) { sum, drawn in
        count - drawn > silent ? sum : sum + ways[drawn * width + ties] * rest[drawn]
      }
    }
  }

  /// C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ. In a product over groups with k of n samples in all, the powers of p
  /// are the same for every split into groups, so they cancel; no factor overflows.
  static func share(_ k: Int, of n: Int, _ p: Double) -> Double {
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
}
