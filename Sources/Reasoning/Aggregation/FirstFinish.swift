/// The answer of the sample that finishes first when all are drawn side by side, which is the
/// shortest finished one; of equally short ones each is as likely to be taken.
///
/// First Finish Search, Agarwal et al. 2025 (arXiv 2505.18149); short-1@k of Hassid et al. 2025
/// (arXiv 2505.17813). It equals `first_finish@k` with k = all samples.
package struct FirstFinish: AnswerAggregation {
  package let name = "first_finish"
  package let meaning = "the answer of the shortest finished sample"
  package let minimumSamples = 2

  package init() {}

  package func score(_ samples: [SampledAnswer]) -> Double {
    SubsetScore.firstFinish(samples, drawing: samples.count) ?? 0
  }
}

extension SubsetScore {
  /// The probability that the shortest finished one of k samples is correct. Where none of the k
  /// finished, the answer is wrong.
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func firstFinish(_ samples: [SampledAnswer], drawing k: Int) -> Double? {
    let order = inOrderOfFinish(samples)
    return leader(of: samples.count, drawing: k).map { chances in
      groups(order).reduce(0) { sum, places in
        let right = order[places].count { $0.answer != nil && $0.isCorrect }
        return sum + chances[places].reduce(0, +) * Double(right) / Double(places.count)
      }
    }
  }

  /// The expected length of the shortest finished one of k samples; where none of the k finished,
  /// of the longest, because that is when it is known.
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func firstFinishTokens(_ samples: [SampledAnswer], drawing k: Int) -> Double? {
    leader(of: samples.count, drawing: k).map { chances in
      zip(chances, inOrderOfFinish(samples)).reduce(0) { $0 + $1.0 * Double($1.1.tokenCount) }
    }
  }

  /// The expected length of the longest of k samples, for which whoever needs all of them waits.
  ///
  /// - Returns: nil if there are fewer than k samples.
  package static func longestTokens(_ samples: [SampledAnswer], drawing k: Int) -> Double? {
    leader(of: samples.count, drawing: k).map { chances in
      zip(chances, samples.map(\.tokenCount).sorted(by: >)).reduce(0) {
        $0 + $1.0 * Double($1.1)
      }
    }
  }

  /// The finished samples, shortest first, and then the others, longest first: of any subset the
  /// first in this order is the one that ends the wait.
  private static func inOrderOfFinish(_ samples: [SampledAnswer]) -> [SampledAnswer] {
    samples.filter { $0.answer != nil }.sorted { $0.tokenCount < $1.tokenCount }
      + samples.filter { $0.answer == nil }.sorted { $0.tokenCount > $1.tokenCount }
  }

  /// The places of samples that finish at the same time.
  private static func groups(_ order: [SampledAnswer]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    for (place, sample) in order.enumerated() {
      if let last = groups.last, order[last.lowerBound].tokenCount == sample.tokenCount,
        (order[last.lowerBound].answer == nil) == (sample.answer == nil)
      {
        groups[groups.count - 1] = last.lowerBound..<(place + 1)
      } else {
        groups.append(place..<(place + 1))
      }
    }
    return groups
  }

  /// For each of n places in an order, the probability that it is the first of a subset of size k:
  /// C(n − 1 − i, k − 1) / C(n, k) for place i from 0.
  ///
  /// - Returns: nil if there are fewer than k places.
  static func leader(of count: Int, drawing k: Int) -> [Double]? {
    guard k > 0, k <= count else { return nil }
    var chance = Double(k) / Double(count)
    return (0..<count).map { place in
      defer { chance *= Double(max(0, count - place - k)) / Double(max(1, count - place - 1)) }
      return chance
    }
  }
}
