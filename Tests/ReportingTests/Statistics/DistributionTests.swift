import Reporting
import Testing

struct DistributionTests {
  @Test func `quantiles and extremes of one to hundred and one`() throws {
    let distribution = try #require(Distribution((1...101).map(Double.init).reversed()))
    #expect(distribution.count == 101)
    #expect(distribution.mean == 51)
    #expect(distribution.minimum == 1)
    #expect(distribution.q10 == 11)
    #expect(distribution.median == 51)
    #expect(distribution.q90 == 91)
    #expect(distribution.maximum == 101)
    #expect(Distribution([]) == nil)
    #expect(Distribution([1, .nan]) == nil)
    #expect(Distribution([1, .infinity]) == nil)
  }

  @Test func `every value falls into the bin that its edges say`() throws {
    let values: [Double] = [0, 4, 5, 5, 9, 10, 14.5, 20]
    let histogram = try #require(Distribution(values, bins: 4)?.histogram)
    #expect(histogram.lower == 0)
    #expect(histogram.width == 5)
    #expect(histogram.counts == [2, 3, 2, 0, 1])
    #expect(histogram.counts.reduce(0, +) == values.count)
  }

  @Test func `bins of token counts hold whole numbers of tokens`() throws {
    let histogram = try #require(Distribution([3, 4, 5, 6, 7], bins: 20)?.histogram)
    #expect(histogram.width == 1)
    #expect(histogram.lower == 3)
    #expect(histogram.counts == [1, 1, 1, 1, 1])
  }

  @Test func `equal values make one bin`() throws {
    let histogram = try #require(Distribution([165, 165, 165])?.histogram)
    #expect(histogram.counts.reduce(0, +) == 3)
    #expect(histogram.counts.count == 1)
    #expect(histogram.lower <= 165 && 165 < histogram.lower + histogram.width)
  }
}
