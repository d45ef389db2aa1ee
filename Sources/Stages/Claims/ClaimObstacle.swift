/// The reason why a claim is undecided, in the words of `claims.json` and of the table's notes.
package enum ClaimObstacle: Error, Sendable, Hashable {
  // Nothing could be computed.
  /// Inputs failed. A claim on the remaining ones would be a different comparison.
  case missing([String])
  case tooFewValues(along: String)
  case noLengthToMatch
  case noValue(metric: String, side: String)
  case noSharedQuestion
  case noDivisor
  // There are numbers, but they do not suffice.
  case tooFewSeeds(Int, needed: Int)
  case tooFewDifferences(Int, needed: Int)
  case noVariation
}

extension ClaimObstacle: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let addresses): "missing: " + addresses.joined(separator: ", ")
    case .tooFewValues(let axis): "needs at least two values of '\(axis)'"
    case .noLengthToMatch: "no mean_tokens to match"
    case .noValue(let metric, let side): "no \(metric) of \(side)"
    case .noSharedQuestion: "the sides have no question in common"
    case .noDivisor: "the value to divide by is not above 0, or missing"
    case .tooFewSeeds(let count, let needed):
      "\(count) shared seed\(count == 1 ? "" : "s"), \(needed) are needed"
    case .tooFewDifferences(let count, let needed):
      "\(count) question\(count == 1 ? " differs" : "s differ"), \(needed) are needed"
    case .noVariation: "nothing differs by which an error could be known"
    }
  }
}
