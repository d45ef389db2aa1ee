import Fields

/// What a claim says of a change: of one figure against another, or against a number.
package enum ClaimExpectation: String, FieldChoice {
  case lower, higher, equal
  case notLower = "not_lower"
  case notHigher = "not_higher"
  case falls, rises

  package var meaning: String {
    switch self {
    case .lower: "lower, by more than 'by'"
    case .higher: "higher, by more than 'by'"
    case .equal: "neither lower nor higher by as much as 'by'"
    case .notLower: "higher, or lower by less than 'by'"
    case .notHigher: "lower, or higher by less than 'by'"
    case .falls: "lower at every step 'along' something, by more than 'by'"
    case .rises: "higher at every step 'along' something, by more than 'by'"
    }
  }

  /// Whether it is about the steps along something, not about two sides.
  package var isAlong: Bool { self == .falls || self == .rises }

  /// Whether it says nothing without a margin.
  package var needsMargin: Bool { [.equal, .notLower, .notHigher].contains(self) }

  /// The verdict on a change known to lie in an interval. The claim holds where all of the interval
  /// agrees with it, and does not where none of it does.
  ///
  /// - Parameter by: the smallest change that counts, not negative.
  package func verdict(onChangeIn interval: ClosedRange<Double>?, by: Double) -> ClaimVerdict {
    guard let interval else { return .undecided }
    let (low, high) = (interval.lowerBound, interval.upperBound)
    switch self {
    case .lower, .falls: return high < -by ? .held : low >= -by ? .notHeld : .undecided
    case .higher, .rises: return low > by ? .held : high <= by ? .notHeld : .undecided
    case .notLower: return low > -by ? .held : high <= -by ? .notHeld : .undecided
    case .notHigher: return high < by ? .held : low >= by ? .notHeld : .undecided
    case .equal:
      if low > -by, high < by { return .held }
      return high <= -by || low >= by ? .notHeld : .undecided
    }
  }
}

/// What became of a claim.
package enum ClaimVerdict: String, Sendable, Hashable, Codable {
  case held
  case notHeld = "not held"
  /// The interval covers the threshold, or there is none.
  case undecided

  /// Of several parts that must all hold.
  package init(ofAll parts: [ClaimVerdict]) {
    if parts.contains(.notHeld) {
      self = .notHeld
    } else {
      self = !parts.isEmpty && parts.allSatisfy { $0 == .held } ? .held : .undecided
    }
  }
}
