import Fields
package import PipelineCore
package import Reporting

/// The outcome of one claim, with every number that decided it.
package struct ClaimOutcome: Sendable {
  package struct Part: Sendable {
    /// The split, and the step along the claim's axis: `easy, alpha 0 → 0.1`.
    package let place: String
    /// Nil if there are no results to compute it from.
    package let value: Double?
    package let other: Double?
    package let change: Double?
    /// The interval at the level of the claim's expectation.
    package let interval: ClosedRange<Double>?
    /// The smallest true change that the design detects with probability 80 %.
    package let detectable: Double?
    /// The number of seeds that all sides have.
    package let seeds: Int
    package let questions: Int
    package let verdict: ClaimVerdict
    /// The reason why nothing could be computed or decided; nil if there is none.
    package let obstacle: String?
  }

  package let name: String
  package let claim: Claim
  package let parts: [Part]
  package var verdict: ClaimVerdict { ClaimVerdict(ofAll: parts.map(\.verdict)) }
}

/// Judges claims on stored results, by intervals over paired seeds and questions (`GridEstimate`).
package struct ClaimEvaluator {
  /// The fewest seeds from which the variance between seeds can be estimated; two seeds give only
  /// one difference.
  package static let seedsNeeded = 3

  private typealias Row = ResultGrid.Row

  private let rows: [Row]
  private let evidence: [Row: any ClaimResults]
  private let splits: [String]
  private let missing: [MissingInput]

  /// - Parameter splits: the splits for claims that name none themselves.
  /// - Throws: `StoreError` if stored results cannot be read.
  package init(
    _ inputs: [CollectedInput], missing: [MissingInput], splits: [String]
  ) throws {
    var evidence: [Row: any ClaimResults] = [:]
    var rows: [Row] = []
    for (row, runs) in inputs.grouped(by: { ResultGrid.row($0.label, $0.point) }) {
      guard let reader = ClaimResultTypes.reading(runs[0].artifact.type) else { continue }
      evidence[row] = try reader.init(runs)
      rows.append(row)
    }
    self.rows = rows
    self.evidence = evidence
    self.splits =
      splits.isEmpty ? rows.flatMap { evidence[$0]?.splits ?? [] }.uniqued() : splits
    self.missing = missing
  }

  package func judged(_ claim: Claim, named name: String) -> ClaimOutcome {
    ClaimOutcome(name: name, claim: claim, parts: parts(of: claim))
  }

  private func parts(of claim: Claim) -> [ClaimOutcome.Part] {
    let side = ResultSelection(claim.compare)
    let other = claim.with.isAbsent ? nil : ResultSelection(claim.with)
    // Training logs have no splits to compare one by one.
    let hasSplits = row(of: side).flatMap { evidence[$0]?.splits.isEmpty } != true
    let own = hasSplits ? (claim.splits.isEmpty ? splits : claim.splits) : []
    if claim.along == "split" {
      let stops = own.map { (name: $0, side: side.setting(\.split, $0)) }
      return steps(of: stops, claim).map { part(claim, $0.name, $0.sides, splits: []) }
    }
    let isSplit = side.split != nil && other.map { $0.split != nil } ?? true
    let groups: [[String]] = claim.together || isSplit || own.isEmpty ? [own] : own.map { [$0] }
    return groups.flatMap { group -> [ClaimOutcome.Part] in
      let place = group.count == 1 && !isSplit ? group[0] : ""
      guard let along = claim.along else {
        return [part(claim, place, [side] + (other.map { [$0] } ?? []), splits: group)]
      }
      let steps = steps(of: sides(along: along, side, splits: group), claim)
      guard !steps.isEmpty else {
        return [obstacle("there are no two values of '\(along)'", place)]
      }
      return steps.map { step in
        let name = "\(along) \(step.name)"
        return part(
          claim, place.isEmpty ? name : "\(place), \(name)", step.sides, splits: group)
      }
    }
  }

  /// The sides at every value of the property or field that the claim goes along.
  private func sides(
    along: String, _ side: ResultSelection, splits: [String]
  ) -> [(name: String, side: ResultSelection)] {
    let filter = side.filter(splits: splits)
    let found = row(of: side).flatMap { evidence[$0] }
    switch along {
    case "difficulty":
      return (found?.difficulties(filter) ?? []).map {
        (String($0), side.setting(\.difficulty, $0))
      }
    case "budget":
      return (found?.budgets(filter) ?? []).map { (String($0), side.setting(\.budget, $0)) }
    default: break
    }
    let values = rows.filter { $0.label == label(of: side) }.compactMap { row in
      row.settings.first { $0.path.isAxis(named: along) }?.value
    }.uniqued()
    let numbers = values.compactMap(\.doubleValue)
    let ordered =
      numbers.count == values.count
      ? values.sorted { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) } : values
    return ordered.map { value in (value.text, side.setting(\.settings[along], value)) }
  }

  /// The comparisons along the axis: each stop with the one before it, or for a trend all stops at
  /// once, the last one first.
  private func steps(
    of stops: [(name: String, side: ResultSelection)], _ claim: Claim
  ) -> [(name: String, sides: [ResultSelection])] {
    guard claim.expect.isTrend else {
      return zip(stops, stops.dropFirst()).map { before, now in
        ("\(before.name) → \(now.name)", [now.side, before.side])
      }
    }
    guard let first = stops.first, let last = stops.last, stops.count > 1 else { return [] }
    return [("\(first.name) → \(last.name)", stops.reversed().map(\.side))]
  }

  // MARK: One comparison

  /// - Parameter written: the claim's own side, then the side it is compared with, if any; for a
  ///   trend all sides, the last one first.
  private func part(
    _ claim: Claim, _ place: String, _ written: [ResultSelection], splits: [String]
  ) -> ClaimOutcome.Part {
    var sides = written
    for side in sides {
      let lost = lost(of: side)
      guard lost.isEmpty else { return obstacle(absence(of: lost), place) }
    }
    var place = place
    if let index = sides.firstIndex(where: { $0.cutoff == .matched }) {
      guard let matched = matched(sides[index], to: sides[1 - index], splits) else {
        return obstacle("no mean_tokens to match", place)
      }
      sides[index] = matched
      place += (place.isEmpty ? "" : ", ") + matched.text
    }
    let count = sides.count
    if !claim.relativeTo.isAbsent {
      let base = ResultSelection(claim.relativeTo)
      let lost = lost(of: base)
      guard lost.isEmpty else { return obstacle(absence(of: lost), place) }
      sides += sides.map { base.onProblems(of: $0) }
    }
    var grids: [SeedQuestionGrid] = []
    for side in sides {
      guard let grid = grid(claim.metric, side, splits) else {
        return obstacle(reason(side, claim.metric), place)
      }
      grids.append(grid)
    }
    guard let paired = Self.onSharedQuestions(grids, sides.map { $0.filter(splits: splits) })
    else { return obstacle("the sides have no question in common", place) }
    guard
      let found = ClaimEstimate(claim, paired, sides: count)
    else { return obstacle("a share of nothing", place) }
    let interval = found.interval(claim.expect.level)
    let obstacle = obstacle(to: claim, found.estimate, interval)
    return ClaimOutcome.Part(
      place: place, value: found.value, other: found.other, change: found.change,
      interval: interval, detectable: found.detectable(claim.expect.level),
      seeds: found.estimate.seeds, questions: found.estimate.questions,
      verdict: obstacle == nil
        ? claim.expect.verdict(onChangeIn: interval, by: claim.by) : .undecided,
      obstacle: obstacle)
  }

  /// The reason why there is no verdict, whatever the interval is; nil if there is none.
  private func obstacle(
    to claim: Claim, _ estimate: GridEstimate, _ interval: ClosedRange<Double>?
  ) -> String? {
    let needed = Self.seedsNeeded
    if claim.seeds == .random, estimate.seeds < needed {
      return "\(estimate.seeds) shared seed\(estimate.seeds == 1 ? "" : "s"), \(needed) are needed"
    }
    if let pairs = estimate.discordance, pairs.count < Discordance.needed,
      claim.expect.verdict(onChangeIn: interval, by: claim.by) == .undecided
    {
      return "\(pairs.count) question\(pairs.count == 1 ? " differs" : "s differ"), "
        + "\(Discordance.needed) are needed"
    }
    return interval == nil ? "nothing differs by which an error could be known" : nil
  }

  /// Panels of the same problems, restricted to the questions that all of them have, as `diff`
  /// does. Nil if they share no question.
  private static func onSharedQuestions(
    _ grids: [SeedQuestionGrid], _ filters: [ResultFilter]
  ) -> [SeedQuestionGrid]? {
    let groups = filters.map { [$0.splits.description, $0.family ?? "", "\($0.difficulty ?? 0)"] }
    var shared: [[String]: Set<String>] = [:]
    for (group, grid) in zip(groups, grids) {
      shared[group] = (shared[group] ?? Set(grid.questions)).intersection(grid.questions)
    }
    guard shared.values.allSatisfy({ !$0.isEmpty }) else { return nil }
    return zip(groups, grids).map { $1.restricted(toQuestions: shared[$0] ?? []) }
  }

  /// A side cut off at the smallest length at which its mean length is not below that of the other
  /// side; the whole side if it is shorter anyway. Nil if there are no lengths.
  private func matched(
    _ side: ResultSelection, to other: ResultSelection, _ splits: [String]
  ) -> ResultSelection? {
    let metric = EvaluationMetric.meanTokens.rawValue
    guard let length = grid(metric, other, splits) else { return nil }
    func reaches(_ side: ResultSelection) -> Bool? {
      guard let own = grid(metric, side, splits) else { return nil }
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

  private func grid(
    _ metric: String, _ side: ResultSelection, _ splits: [String]
  ) -> SeedQuestionGrid? {
    row(of: side).flatMap { evidence[$0]?.grid(of: metric, side.filter(splits: splits)) }
  }

  private func row(of side: ResultSelection) -> Row? {
    let label = label(of: side)
    return rows.first { row in
      row.label == label
        && side.settings.allSatisfy { name, value in
          row.settings.contains { $0.path.isAxis(named: name) && value.isSame(as: $0.value) }
        }
    }
  }

  private func label(of side: ResultSelection) -> String? {
    side.label
      ?? rows.first { row in
        side.settings.keys.allSatisfy { name in
          row.settings.contains { $0.path.isAxis(named: name) }
        }
      }?.label
  }

  private func reason(_ side: ResultSelection, _ metric: String) -> String {
    "no \(metric) of \(side.text)"
  }

  /// The points of a side that failed. A claim on the remaining points would be a different
  /// comparison.
  private func lost(of side: ResultSelection) -> [MissingInput] {
    let label = label(of: side)
    return missing.filter { input in
      input.label == label
        && side.settings.allSatisfy { name, value in
          input.point.contains { $0.path.isAxis(named: name) && value.isSame(as: $0.value) }
        }
    }
  }

  private func absence(of inputs: [MissingInput]) -> String {
    "missing: " + inputs.map(\.address).joined(separator: ", ")
  }

  private func obstacle(_ sentence: String, _ place: String) -> ClaimOutcome.Part {
    ClaimOutcome.Part(
      place: place, value: nil, other: nil, change: nil, interval: nil, detectable: nil, seeds: 0,
      questions: 0, verdict: .undecided, obstacle: sentence)
  }
}

extension ResultSelection {
  fileprivate func setting<Value>(
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
