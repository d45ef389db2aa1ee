package import Reporting

/// The outcome of one claim, with every number that decided it.
package struct ClaimOutcome: Sendable {
  /// The outcome of one comparison.
  package struct Part: Sendable {
    /// The split, and the step along the claim's axis: `easy, alpha 0 → 0.1`.
    package let place: String
    /// Nil if there are no results to compute them from.
    package let numbers: Numbers?
    package let verdict: ClaimVerdict
    /// The reason why nothing could be computed or decided; nil if there is none.
    package let obstacle: ClaimObstacle?

    init(_ place: String, _ numbers: Numbers, _ verdict: ClaimVerdict) {
      self.place = place
      self.numbers = numbers
      self.verdict = verdict
      obstacle = nil
    }

    /// - Parameter numbers: nil if nothing could be computed.
    init(_ place: String, undecidedBy obstacle: ClaimObstacle, _ numbers: Numbers? = nil) {
      self.place = place
      self.numbers = numbers
      verdict = .undecided
      self.obstacle = obstacle
    }
  }

  package struct Numbers: Sendable {
    /// The claim's own side.
    package let value: Double
    package let other: Double
    package let change: Double
    /// The interval of the change at the level of the claim's expectation.
    package let interval: ClosedRange<Double>?
    /// The smallest true change that the design detects with probability 80 %.
    package let detectable: Double?
    /// The number of seeds that all sides have.
    package let seeds: Int
    package let questions: Int
  }

  package let name: String
  package let claim: Claim
  package let parts: [Part]
  package var verdict: ClaimVerdict { ClaimVerdict(ofAll: parts.map(\.verdict)) }
}
