import Fields

/// The expected direction of a claim: one figure compared with another figure or with a number.
package enum ClaimExpectation: String, FieldChoice {
  case lower, higher, equal
  case notLower = "not_lower"
  case notHigher = "not_higher"
  case falls, rises
  case trendDown = "trend_down"
  case trendUp = "trend_up"

  package var meaning: String {
    switch self {
    case .lower: "lower, by more than 'margin'"
    case .higher: "higher, by more than 'margin'"
    case .equal: "neither lower nor higher by as much as 'margin'"
    case .notLower: "higher, or lower by less than 'margin'"
    case .notHigher: "lower, or higher by less than 'margin'"
    case .falls: "lower at every step 'along' something, by more than 'margin'"
    case .rises: "higher at every step 'along' something, by more than 'margin'"
    case .trendDown:
      "lower in the end, by more than 'margin', on a line through all that is 'along' something"
    case .trendUp:
      "higher in the end, by more than 'margin', on a line through all that is 'along' something"
    }
  }

  /// True if the claim is about a change along a field's values, not about two sides.
  package var isAlong: Bool { [.falls, .rises].contains(self) || isTrend }

  /// True if the claim is about all values along a field at once.
  package var isTrend: Bool { [.trendDown, .trendUp].contains(self) }

  /// True if the claim needs a margin.
  package var needsMargin: Bool { [.equal, .notLower, .notHigher].contains(self) }

  /// The confidence level of the interval that decides. Claims within a margin use 90 %: two
  /// one-sided tests at 5 % (Schuirmann, "A Comparison of the Two One-Sided Tests Procedure and the
  /// Power Approach", 1987).
  package var level: Double { needsMargin ? 0.9 : 0.95 }

  /// The verdict for a change that lies in an interval. The claim holds if the whole interval
  /// agrees with it, and does not hold if no part of the interval does.
  ///
  /// - Parameter by: the smallest change that counts, not negative.
  package func verdict(onChangeIn interval: ClosedRange<Double>?, by: Double) -> ClaimVerdict {
    guard let interval else { return .undecided }
    let (low, high) = (interval.lowerBound, interval.upperBound)
    switch self {
    case .lower, .falls, .trendDown: return high < -by ? .held : low >= -by ? .notHeld : .undecided
    case .higher, .rises, .trendUp: return low > by ? .held : high <= by ? .notHeld : .undecided
    case .notLower: return low > -by ? .held : high <= -by ? .notHeld : .undecided
    case .notHigher: return high < by ? .held : low >= by ? .notHeld : .undecided
    case .equal:
      if low > -by, high < by { return .held }
      return high <= -by || low >= by ? .notHeld : .undecided
    }
  }
}

/// The verdict on a claim.
package enum ClaimVerdict: String, Sendable, Hashable, Codable {
  case held
  case notHeld = "not held"
  /// The interval covers the threshold, or there is no interval, or it is based on too few data.
  case undecided

  /// The verdict on a claim that consists of several parts, which must all hold.
  package init(ofAll parts: [ClaimVerdict]) {
    if parts.contains(.notHeld) {
      self = .notHeld
    } else {
      self = !parts.isEmpty && parts.allSatisfy { $0 == .held } ? .held : .undecided
    }
  }
}
