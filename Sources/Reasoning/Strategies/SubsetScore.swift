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
    let right = samples.count(where: \.isCorrect)
    var others: [String: Int] = [:]
    for sample in samples where !sample.isCorrect {
      guard let answer = sample.answer else { continue }
      others[trimmed(answer), default: 0] += 1
    }
    let sizes = others.values.sorted()
    let silent = samples.count - right - sizes.reduce(0, +)
    var chance = 0.0
    for votes in stride(from: 1, through: min(right, k), by: 1) {
      let own = share(votes, of: right)
      for (ties, ways) in rivals(sizes, silent, atMost: votes, drawing: k - votes).enumerated() {
        chance += own * ways / Double(ties + 1)
      }
    }
    return min(1, chance / share(k, of: samples.count))
  }

  /// In how many ways, as a share of all subsets, `count` are drawn of the wrong and the silent so that
  /// no wrong answer has more than `most`; by how many have exactly as many.
  private static func rivals(
    _ sizes: [Int], _ silent: Int, atMost most: Int, drawing count: Int
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
              ways[drawn][ties] * share(more, of: size)
          }
        }
      }
      ways = next
    }
    return (0...limit).map { ties in
      (0...count).reduce(0) { sum, drawn in
        count - drawn > silent
          ? sum : sum + ways[drawn][ties] * share(count - drawn, of: silent)
      }
    }
  }

  /// C(n, k) / 2ⁿ, so that products over groups do not overflow.
  private static func share(_ k: Int, of n: Int) -> Double {
    var product = 1.0
    var halvings = n
    for i in stride(from: 1, through: k, by: 1) {
      product *= Double(n - k + i) / Double(i)
      while product > 1, halvings > 0 {
        product /= 2
        halvings -= 1
      }
    }
    return Double(sign: .plus, exponent: -min(halvings, 1000), significand: product)
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
