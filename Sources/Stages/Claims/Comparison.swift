import Fields
import Reporting

/// One comparison that a claim asks for, on the questions of some splits.
struct Comparison {
  /// The split, and the step along the claim's axis: `easy, alpha 0 → 0.1`. Empty if there is only
  /// one place.
  var place: String
  /// The splits whose questions count, where a side names none itself; empty for all.
  let splits: [String]
  /// The claim's own side; of a step or a trend, the last value.
  var own: ResultSelection
  /// The side it is compared with. None if that is a number; of a trend, all earlier values, the
  /// latest first.
  var others: [ResultSelection]
  /// The results by which each side is divided, on the side's own problems; nil for none.
  let base: ResultSelection?

  var sides: [ResultSelection] { [own] + others }

  /// The base of each side; empty for a claim without a base.
  var bases: [ResultSelection] { base.map { base in sides.map { base.onProblems(of: $0) } } ?? [] }
}

extension Comparison {
  /// The comparisons of a claim: on each split or on all splits at once, and for each step along
  /// its axis.
  ///
  /// - Parameter splits: the splits for claims that name none themselves.
  static func all(
    of claim: Claim, in results: ResultIndex, splits: [String]
  ) -> [Result<Comparison, Unavailable>] {
    let own = ResultSelection(claim.compare)
    let other = claim.with.isAbsent ? nil : ResultSelection(claim.with)
    // Training logs have no splits to compare one by one.
    let hasSplits = results[own]?.splits.isEmpty != true
    let wanted = hasSplits ? (claim.splits.isEmpty ? splits : claim.splits) : []
    if claim.along == "split" {
      let stops = wanted.map { (name: $0, side: own.setting(\.split, $0)) }
      return steps(of: stops, claim, splits: []) { $0 }
    }
    let namesSplit = own.split != nil && other.map { $0.split != nil } ?? true
    let isPooled = claim.poolsSplits || namesSplit || wanted.isEmpty
    return (isPooled ? [wanted] : wanted.map { [$0] }).flatMap {
      splits -> [Result<Comparison, Unavailable>] in
      let place = splits.count == 1 && !namesSplit ? splits[0] : ""
      guard let axis = claim.along else {
        return [
          .success(
            Comparison(
              place: place, splits: splits, own: own, others: other.map { [$0] } ?? [],
              base: claim.base))
        ]
      }
      let stops = results.stops(along: axis, of: own, splits: splits)
      return steps(of: stops, claim, splits: splits) { step in
        [place, step.isEmpty ? "" : "\(axis) \(step)"].filter { !$0.isEmpty }
          .joined(separator: ", ")
      }
    }
  }

  /// A comparison that the results do not allow.
  struct Unavailable: Error {
    let place: String
    let obstacle: ClaimObstacle
  }

  /// The comparisons along the axis: each stop with the one before it, or for a trend all stops at
  /// once.
  private static func steps(
    of stops: [(name: String, side: ResultSelection)], _ claim: Claim, splits: [String],
    place: (_ step: String) -> String
  ) -> [Result<Comparison, Unavailable>] {
    func step(_ stops: ArraySlice<(name: String, side: ResultSelection)>) -> Comparison {
      let sides = stops.map(\.side)
      return Comparison(
        place: place("\(stops[stops.startIndex].name) → \(stops[stops.endIndex - 1].name)"),
        splits: splits, own: sides[sides.count - 1], others: sides.dropLast().reversed(),
        base: claim.base)
    }
    guard stops.count > 1 else {
      return [
        .failure(
          Unavailable(
            place: place(""), obstacle: .tooFewValues(along: claim.along ?? "")))
      ]
    }
    return claim.expect.isTrend
      ? [.success(step(stops[...]))]
      : stops.indices.dropLast().map { .success(step(stops[$0...($0 + 1)])) }
  }
}

extension Claim {
  fileprivate var base: ResultSelection? {
    relativeTo.isAbsent ? nil : ResultSelection(relativeTo)
  }
}

extension ResultSelection {
  func setting<Value>(
    _ path: WritableKeyPath<ResultSelection, Value?>, _ value: Value
  ) -> ResultSelection {
    var side = self
    side[keyPath: path] = value
    return side
  }

  /// This side with the other side's choice of problems, where it makes no choice itself.
  fileprivate func onProblems(of other: ResultSelection) -> ResultSelection {
    var side = self
    side.split = split ?? other.split
    side.family = family ?? other.family
    side.difficulty = difficulty ?? other.difficulty
    return side
  }
}
