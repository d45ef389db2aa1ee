import Reporting
import Testing

struct ParetoFrontTests {
  @Test func `the front holds what no other point beats`() {
    // (30, 0.8) costs more than (20, 0.8) for the same y; (40, 0.7) is dominated by three points.
    let front = ParetoFront([(40, 0.7), (30, 0.8), (10, 0.5), (20, 0.8), (50, 0.9)])
    #expect(front.points.map(\.x) == [10, 20, 50])
    #expect(front.points.map(\.index) == [2, 3, 4])
    #expect(ParetoFront([(.nan, 1), (1, .infinity)]).points.isEmpty)
    // Of equal points only the first is kept.
    #expect(ParetoFront([(1, 1), (1, 1), (1, 0.5)]).points.map(\.index) == [0])
  }

  @Test func `its area is that under its steps`() {
    // 0 from 0 to 10, 0.5 to 20, 0.8 to 50, 0.9 to 100: (5 + 24 + 45) / 100.
    let front = ParetoFront([(10, 0.5), (20, 0.8), (50, 0.9)])
    #expect(abs((front.area(over: 0...100) ?? 0) - 0.74) < 1e-15)
    #expect(front.area(over: 20...50) == 0.8)
    #expect(front.area(over: 5...5) == nil)
    #expect(ParetoFront([]).area(over: 0...1) == 0)
  }

  @Test func `a curve's mean height is by trapezoids`() {
    // From 0 to 2 the mean is 1, from 2 to 6 it is 3: (2 + 12) / 6.
    #expect(Curve.meanHeight([(0, 0), (2, 2), (6, 4)]) == 14.0 / 6)
    #expect(Curve.meanHeight([(1, 5)]) == nil)
    #expect(Curve.meanHeight([(1, 5), (1, 7)]) == nil)
  }
}
