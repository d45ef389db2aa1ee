package import Fields

/// A penalty for responses that come close to the token limit, correct or not.
///
/// With limit M = max_new_tokens and buffer B = len: 0 up to L = M - B, then ((M - B) - L) / B
/// times penalty_factor, down to -penalty_factor at L = M. This is the soft overlong punishment of
/// DAPO (Yu et al. 2025, arXiv 2503.14476, eq. 13), where the factor is 1.
package struct OverlongBuffer: RewardTerm {
  package var len = 1
  package var penaltyFactor = 1.0

  package init() {}

  package init(len: Int, penaltyFactor: Double) {
    self.len = len
    self.penaltyFactor = penaltyFactor
  }

  package static let name = "overlong_buffer"
  package static let meaning = "Takes reward from responses that come close to max_new_tokens"
  package static var fields: [Field<OverlongBuffer>] {
    [
      .int(
        "len", \.len, 1...1_000_000, unit: .tokens,
        "Length of the buffer below the limit, where the penalty starts",
        .semantic, required: true),
      .float(
        "penalty_factor", \.penaltyFactor, .nonNegative, "The penalty at the limit", .semantic,
        required: true),
    ]
  }

  package func issues(maxNewTokens: Int) -> [FieldIssue] {
    guard len > maxNewTokens else { return [] }
    return [
      FieldIssue(
        ["len"],
        "the buffer of \(len) tokens is longer than max_new_tokens, \(maxNewTokens)")
    ]
  }

  package var range: ClosedRange<Double>? { -max(penaltyFactor, 0)...0 }
  package var shapesLength: Bool { true }

  package func values(for group: ResponseGroup) -> [Double] {
    let start = Double(group.maxNewTokens - len)
    return group.responses.map { response in
      let share = (Double(response.tokenCount) - start) / Double(len)
      return -penaltyFactor * min(max(share, 0), 1)
    }
  }
}
