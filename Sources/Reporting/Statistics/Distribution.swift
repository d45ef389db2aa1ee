/// The spread of a list of numbers: extremes, three quantiles and a histogram.
package struct Distribution: Sendable, Hashable, Codable {
  package let count: Int
  package let mean: Double
  package let minimum: Double
  package let q10: Double
  package let median: Double
  package let q90: Double
  package let maximum: Double
  package let histogram: Histogram

  /// - Parameter bins: the approximate number of bins of the histogram; their edges are round
  ///   numbers.
  /// - Returns: nil for an empty list, or if a value is not finite.
  package init?(_ values: [Double], bins: Int = 20) {
    guard values.allSatisfy({ $0.magnitude < NiceScale.limit / 2 }) else { return nil }
    let sorted = values.sorted()
    guard let minimum = sorted.first, let maximum = sorted.last,
      let mean = Statistics.mean(values),
      let q10 = Statistics.quantile(0.1, ofSorted: sorted),
      let median = Statistics.quantile(0.5, ofSorted: sorted),
      let q90 = Statistics.quantile(0.9, ofSorted: sorted)
    else { return nil }
    count = values.count
    self.mean = mean
    self.minimum = minimum
    self.q10 = q10
    self.median = median
    self.q90 = q90
    self.maximum = maximum
    histogram = Histogram(sorted: sorted, bins: bins)
  }
}

/// Counts in bins of equal width. Bin i holds the values from `lower + i · width` up to, but not
/// including, the next edge.
package struct Histogram: Sendable, Hashable, Codable {
  package let lower: Double
  package let width: Double
  package let counts: [Int]

  /// - Precondition: `sorted` is not empty, ascending and finite; `bins` is at least 1.
  init(sorted: [Double], bins: Int) {
    precondition(!sorted.isEmpty && bins > 0, "a histogram needs values and a bin")
    let minimum = sorted[0]
    let maximum = sorted[sorted.count - 1]
    let isWhole = sorted.allSatisfy { $0 == $0.rounded() }
    let step = NiceScale.step(over: maximum - minimum, parts: bins)
    // For whole numbers, such as token counts, every bin covers the same number of integers.
    width = isWhole ? max(1, step.rounded(.up)) : step
    lower = (minimum / width).rounded(.down) * width
    let last = Int((maximum - lower) / width)
    var counts = [Int](repeating: 0, count: last + 1)
    for value in sorted {
      counts[min(last, max(0, Int((value - lower) / width)))] += 1
    }
    self.counts = counts
  }
}
