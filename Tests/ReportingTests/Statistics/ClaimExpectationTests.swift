import Reporting
import Testing

struct ClaimExpectationTests {
  @Test(arguments: [
    (ClaimExpectation.lower, -3.0, -1.0, 0.0, ClaimVerdict.held), (.lower, -3, -1, 2, .undecided),
    (.lower, -3, -2.5, 2, .held), (.lower, -1, 1, 0, .undecided), (.lower, 0, 0, 0, .notHeld),
    (.lower, -1, 2, 1, .notHeld), (.higher, 1, 3, 0, .held), (.higher, 0, 3, 0, .undecided),
    (.higher, -2, 0, 0, .notHeld), (.equal, -0.5, 0.5, 1, .held), (.equal, -0.5, 1, 1, .undecided),
    (.equal, 1, 4, 1, .notHeld), (.equal, -4, -1, 1, .notHeld), (.notLower, -0.5, 3, 1, .held),
    (.notLower, -2, 3, 1, .undecided), (.notLower, -4, -1, 1, .notHeld),
    (.notHigher, -3, 0.5, 1, .held), (.notHigher, -3, 1, 1, .undecided),
    (.notHigher, 1, 2, 1, .notHeld), (.falls, -2, -1, 0, .held), (.rises, -1, 2, 0, .undecided),
    (.trendDown, -2, -1, 0, .held), (.trendUp, -2, -1, 0, .notHeld),
  ])
  func `holds where all of the interval agrees, and not where none of it does`(
    expectation: ClaimExpectation, low: Double, high: Double, by: Double, verdict: ClaimVerdict
  ) {
    #expect(expectation.verdict(onChangeIn: low...high, by: by) == verdict)
  }

  @Test func `nothing is decided without an interval`() {
    for expectation in ClaimExpectation.allCases {
      #expect(expectation.verdict(onChangeIn: nil, by: 0) == .undecided)
    }
  }

  @Test func `several parts hold together or not`() {
    #expect(ClaimVerdict(ofAll: [.held, .held]) == .held)
    #expect(ClaimVerdict(ofAll: [.held, .undecided]) == .undecided)
    #expect(ClaimVerdict(ofAll: [.undecided, .notHeld, .held]) == .notHeld)
    #expect(ClaimVerdict(ofAll: []) == .undecided)
  }
}
