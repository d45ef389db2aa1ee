import Fields
package import PipelineCore
import Reporting

/// Judges claims on stored results, by intervals over paired seeds and questions (`GridEstimate`).
package struct ClaimEvaluator {
  /// The fewest seeds from which the variance between seeds can be estimated; two seeds give only
  /// one difference.
  package static let seedsNeeded = 3

  private let results: ResultIndex
  private let splits: [String]

  /// - Parameters:
  ///   - splits: the splits for claims that name none themselves.
  ///   - metrics: the metrics that claims are about.
  /// - Throws: `StoreError` if stored results cannot be read.
  package init(
    _ inputs: [CollectedInput], missing: [MissingInput], splits: [String],
    scores: Scores = Scores(), metrics: [String] = []
  ) throws {
    results = try ResultIndex(inputs, missing: missing, scores: scores, metrics: metrics)
    self.splits = splits.isEmpty ? results.splits : splits
  }

  package func judged(_ claim: Claim, named name: String) -> ClaimOutcome {
    let splits = results.splits(of: claim.metric, among: splits)
    let parts = Comparison.all(of: claim, in: results, splits: splits).map { comparison in
      switch comparison {
      case .success(let comparison): part(claim, comparison)
      case .failure(let failure):
        ClaimOutcome.Part(failure.place, undecidedBy: failure.obstacle)
      }
    }
    return ClaimOutcome(name: name, claim: claim, parts: parts)
  }

  private func part(_ claim: Claim, _ comparison: Comparison) -> ClaimOutcome.Part {
    var comparison = comparison
    do throws(ClaimObstacle) {
      try checkForMissing(comparison)
      try match(&comparison)
      let found = try estimate(claim, comparison)
      let numbers = ClaimOutcome.Numbers(found, level: claim.expect.level)
      let verdict = claim.expect.verdict(onChangeIn: numbers.interval, by: claim.margin)
      if let doubt = doubt(claim, found.estimate, numbers.interval, verdict) {
        return ClaimOutcome.Part(comparison.place, undecidedBy: doubt, numbers)
      }
      return ClaimOutcome.Part(comparison.place, numbers, verdict)
    } catch {
      return ClaimOutcome.Part(comparison.place, undecidedBy: error)
    }
  }

  private func checkForMissing(_ comparison: Comparison) throws(ClaimObstacle) {
    for side in comparison.sides + comparison.bases {
      let missing = results.missing(of: side)
      guard missing.isEmpty else { throw .missing(missing.map(\.address)) }
    }
  }

  private func estimate(
    _ claim: Claim, _ comparison: Comparison
  ) throws(ClaimObstacle) -> ClaimEstimate {
    let (sides, bases) = (comparison.sides, comparison.bases)
    var functions: [GridFunction] = []
    for side in sides + bases {
      guard let function = results.function(of: claim.metric, side, splits: comparison.splits),
        function.figure != nil
      else { throw .noValue(metric: claim.metric, side: side.text) }
      functions.append(function)
    }
    let filters = (sides + bases).map { $0.filter(splits: comparison.splits) }
    guard let shared = Self.onSharedQuestions(functions, filters) else { throw .noSharedQuestion }
    // A side may lose its value on the questions that all sides have.
    for (side, function) in zip(sides + bases, shared) where function.figure == nil {
      throw .noValue(metric: claim.metric, side: side.text)
    }
    guard
      let estimate = ClaimEstimate(
        claim, sides: Array(shared.prefix(sides.count)),
        bases: Array(shared.dropFirst(sides.count)))
    else { throw .noDivisor }
    return estimate
  }

  /// The reason why there is no verdict although there are numbers; nil if there is none.
  private func doubt(
    _ claim: Claim, _ estimate: GridEstimate, _ interval: ClosedRange<Double>?,
    _ verdict: ClaimVerdict
  ) -> ClaimObstacle? {
    if claim.seeds == .random, estimate.seeds < Self.seedsNeeded {
      return .tooFewSeeds(estimate.seeds, needed: Self.seedsNeeded)
    }
    if verdict == .undecided, let pairs = estimate.discordance, pairs.count < Discordance.needed {
      return .tooFewDifferences(pairs.count, needed: Discordance.needed)
    }
    return interval == nil ? .noVariation : nil
  }

  /// Grids of the same problems, restricted to the questions that all of them have, as `diff`
  /// does. Nil if they share no question.
  private static func onSharedQuestions(
    _ functions: [GridFunction], _ filters: [ResultFilter]
  ) -> [GridFunction]? {
    func group(_ filter: ResultFilter, _ part: GridFunction.Part) -> [String] {
      [
        filter.splits.description, filter.family ?? "", "\(filter.difficulty ?? 0)", part.problems,
      ]
    }
    var shared: [[String]: Set<String>] = [:]
    for (filter, function) in zip(filters, functions) {
      for part in function.parts {
        let questions = part.grid.questions
        let group = group(filter, part)
        shared[group] = (shared[group] ?? Set(questions)).intersection(questions)
      }
    }
    guard shared.values.allSatisfy({ !$0.isEmpty }) else { return nil }
    return zip(filters, functions).map { filter, function in
      var function = function
      for index in function.parts.indices {
        let part = function.parts[index]
        function.parts[index].grid = part.grid.restricted(
          toQuestions: shared[group(filter, part)] ?? [])
      }
      return function
    }
  }

  // MARK: Matched cut-offs

  /// Replaces `cutoff: matched` on one side by a length, which the place then says.
  private func match(_ comparison: inout Comparison) throws(ClaimObstacle) {
    guard let other = comparison.others.first else { return }
    let (isOwn, isOther) = (comparison.own.cutoff == .matched, other.cutoff == .matched)
    guard isOwn || isOther else { return }
    let (side, fixed) = isOwn ? (comparison.own, other) : (other, comparison.own)
    guard let matched = matched(side, to: fixed, comparison.splits) else {
      throw .noLengthToMatch
    }
    if isOwn { comparison.own = matched } else { comparison.others[0] = matched }
    comparison.place += (comparison.place.isEmpty ? "" : ", ") + matched.text
  }

  /// A side cut off at the smallest length at which its mean length is not below that of the other
  /// side; the whole side if it is shorter anyway. Nil if there are no lengths.
  private func matched(
    _ side: ResultSelection, to other: ResultSelection, _ splits: [String]
  ) -> ResultSelection? {
    let metric = MeanTokens().name
    guard let length = results.grid(of: metric, other, splits: splits) else { return nil }
    func reaches(_ side: ResultSelection) -> Bool? {
      guard let own = results.grid(of: metric, side, splits: splits) else { return nil }
      let values = GridEstimate.underSharedSeeds([own, length]).compactMap(\.value)
      return values.count == 2 ? values[0] >= values[1] : nil
    }
    var whole = side
    whole.cutoff = nil
    guard let isLonger = reaches(whole) else { return nil }
    guard isLonger else { return whole }
    func cut(_ count: Int) -> ResultSelection { side.setting(\.cutoff, .tokens(count)) }
    // The mean length rises with the cut-off, so a binary search finds it.
    var (low, high) = (1, 1)
    while reaches(cut(high)) == false, high < 1 << 30 { (low, high) = (high + 1, high * 2) }
    while low < high {
      let middle = (low + high) / 2
      if reaches(cut(middle)) == true { high = middle } else { low = middle + 1 }
    }
    return cut(high)
  }
}

extension ClaimOutcome.Numbers {
  fileprivate init(_ found: ClaimEstimate, level: Double) {
    self.init(
      value: found.value, other: found.other, change: found.change,
      interval: found.interval(level), detectable: found.detectable(level),
      seeds: found.estimate.seeds, questions: found.estimate.questions)
  }
}
