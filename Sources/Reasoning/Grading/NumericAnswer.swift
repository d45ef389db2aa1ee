import Fields

/// Accepts a number near that of the reference answer.
///
/// |answer − reference| ≤ abs_tolerance + rel_tolerance · |reference|, as `numpy.isclose` has it,
/// but in exact arithmetic: a tolerance of 0.1 accepts 1.1 for 1, bounds included. Numbers are
/// written as `number` reads them.
package struct NumericAnswer: AnswerVerifier {
  package let name = "numeric"
  package let meaning =
    "a number that differs from the reference answer's by at most abs_tolerance + rel_tolerance "
    + "times the reference's size"
  package let options = [VerifierOptions.absTolerance, VerifierOptions.relTolerance]

  package init() {}

  package func verdict(on answer: String, for problem: Problem) -> Verdict {
    guard let number = ExactNumber(answer) else { return .unreadable }
    guard let reference = ExactNumber(problem.answer) else { return .wrong }
    return Tolerance(of: problem).accepts(number, for: reference) ? .right : .wrong
  }

  /// True if the second number is as near to the first as an answer must be to its reference, or if
  /// both are no numbers and the same text.
  package func agree(_ first: String, _ second: String, on problem: Problem) -> Bool {
    guard let one = ExactNumber(first), let other = ExactNumber(second) else {
      return agree(first, second, readBy: { ExactNumber($0) })
    }
    return Tolerance(of: problem).accepts(other, for: one)
  }
}

/// The tolerances of a problem.
private struct Tolerance {
  let absolute: DecimalNumber
  let relative: DecimalNumber

  init(of problem: Problem) {
    absolute = Self.decimal(problem.fields?[VerifierOptions.absTolerance])
    relative = Self.decimal(problem.fields?[VerifierOptions.relTolerance])
  }

  /// The number as it is written: the shortest decimal with the value of the `Double`.
  private static func decimal(_ field: ProblemField?) -> DecimalNumber {
    let text =
      switch field {
      case .int(let number): String(number)
      case .double(let number): "\(number)"
      default: "0"
      }
    guard let number = ExactNumber(text), let parts = number.ratio, !parts.above.isNegative else {
      return DecimalNumber(digits: [], power: 0)
    }
    return parts.above
  }

  /// With a = A/a', r = R/r': |A r' − R a'| ≤ abs · a' r' + rel · |R| a'.
  func accepts(_ answer: ExactNumber, for reference: ExactNumber) -> Bool {
    if answer == reference { return true }
    guard let a = answer.ratio, let r = reference.ratio else { return false }
    let (first, second) = (a.above.times(r.below), r.above.times(a.below))
    let room = [
      absolute.times(a.below).times(r.below), relative.times(r.above.magnitude).times(a.below),
    ]
    // room − (first − second) ≥ 0 and room + (first − second) ≥ 0.
    return DecimalNumber.sign(ofSum: room + [first.negated, second]) >= 0
      && DecimalNumber.sign(ofSum: room + [first, second.negated]) >= 0
  }
}

extension ExactNumber {
  /// The number as a decimal over a whole number; nil if its exponent is too large for arithmetic.
  fileprivate var ratio: (above: DecimalNumber, below: UInt64)? {
    switch self {
    case .decimal(let isNegative, let digits, let exponent):
      let (power, isTooLarge) = exponent.subtractingReportingOverflow(digits.count)
      guard !isTooLarge, abs(power) < DecimalNumber.mostPower else { return nil }
      return (DecimalNumber(isNegative: isNegative, digits: digits, power: power), 1)
    case .fraction(let isNegative, let numerator, let denominator):
      let above = DecimalNumber(isNegative: isNegative, digits: numerator.digits, power: 0)
      return (above, denominator)
    }
  }
}
