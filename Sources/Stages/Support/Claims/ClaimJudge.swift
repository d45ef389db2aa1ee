import Fields
package import PipelineCore
package import Reporting

/// What became of one claim, with every number that decided it.
package struct ClaimFinding: Sendable {
  package struct Part: Sendable {
    /// The split, and the step along something: `easy, alpha 0 → 0.1`.
    package let place: String
    /// Nil where there was nothing to compute them from.
    package let value: Double?
    package let other: Double?
    package let change: Double?
    package let interval: ClosedRange<Double>?
    package let seeds: Int
    package let questions: Int
    package let verdict: ClaimVerdict
    /// Why nothing could be computed.
    package let obstacle: String?
  }

  package let name: String
  package let claim: Claim
  package let parts: [Part]
  package var verdict: ClaimVerdict { ClaimVerdict(ofAll: parts.map(\.verdict)) }
}

/// Judges claims on stored results by a paired bootstrap.
package struct ClaimJudge {
  private typealias Row = ResultGrid.Row

  private let rows: [Row]
  private let evidence: [Row: any ClaimEvidence]
  private let splits: [String]
  private let missing: [MissingInput]
  private let bootstrap: PairedBootstrap

  /// - Parameter splits: those that claims without splits of their own are about.
  /// - Throws: `StoreError` when stored results cannot be read.
  package init(
    _ inputs: [CollectedInput], missing: [MissingInput], splits: [String],
    bootstrap: PairedBootstrap
  ) throws {
    var evidence: [Row: any ClaimEvidence] = [:]
    var rows: [Row] = []
    for (row, runs) in inputs.grouped(by: { ResultGrid.row($0.label, $0.point) }) {
      guard let reader = ClaimEvidences.reading(runs[0].artifact.type) else { continue }
      evidence[row] = try reader.init(runs)
      rows.append(row)
    }
    self.rows = rows
    self.evidence = evidence
    self.splits =
      splits.isEmpty ? rows.flatMap { evidence[$0]?.splits ?? [] }.uniqued() : splits
    self.missing = missing
    self.bootstrap = bootstrap
  }

  package func judged(_ claim: Claim, named name: String) -> ClaimFinding {
    ClaimFinding(name: name, claim: claim, parts: parts(of: claim))
  }

  private func parts(of claim: Claim) -> [ClaimFinding.Part] {
    let side = EvidenceSelection(claim.compare)
    let other = claim.with.isAbsent ? nil : EvidenceSelection(claim.with)
    // A training has no splits to look at one by one.
    let hasSplits = row(of: side).flatMap { evidence[$0]?.splits.isEmpty } != true
    let own = hasSplits ? (claim.splits.isEmpty ? splits : claim.splits) : []
    if claim.along == "split" {
      return steps(of: own.map { (name: $0, side: side.setting(\.split, $0)) }).map { step in
        part(claim, step.name, step.now, step.before, splits: [])
      }
    }
    let isSplit = side.split != nil && other.map { $0.split != nil } ?? true
    let groups: [[String]] = claim.together || isSplit || own.isEmpty ? [own] : own.map { [$0] }
    return groups.flatMap { group -> [ClaimFinding.Part] in
      let place = group.count == 1 && !isSplit ? group[0] : ""
      guard let along = claim.along else { return [part(claim, place, side, other, splits: group)] }
      let steps = steps(of: sides(along: along, side, splits: group))
      guard !steps.isEmpty else {
        return [obstacle("there are no two values of '\(along)'", place)]
      }
      return steps.map { step in
        let name = "\(along) \(step.name)"
        return part(
          claim, place.isEmpty ? name : "\(place), \(name)", step.now, step.before, splits: group)
      }
    }
  }

  /// The sides at every value of what the claim goes along.
  private func sides(
    along: String, _ side: EvidenceSelection, splits: [String]
  ) -> [(name: String, side: EvidenceSelection)] {
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

  private func steps(
    of sides: [(name: String, side: EvidenceSelection)]
  ) -> [(name: String, now: EvidenceSelection, before: EvidenceSelection)] {
    zip(sides, sides.dropFirst()).map { before, now in
      ("\(before.name) → \(now.name)", now.side, before.side)
    }
  }

  // MARK: One comparison

  private func part(
    _ claim: Claim, _ place: String, _ side: EvidenceSelection, _ other: EvidenceSelection?,
    splits: [String]
  ) -> ClaimFinding.Part {
    var sides = [side] + (other.map { [$0] } ?? [])
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
    var panels: [Panel] = []
    for side in sides {
      guard let panel = panel(claim.metric, side, splits) else {
        return obstacle(reason(side, claim.metric), place)
      }
      panels.append(panel)
    }
    if !claim.relativeTo.isAbsent {
      let base = EvidenceSelection(claim.relativeTo)
      let lost = lost(of: base)
      guard lost.isEmpty else { return obstacle(absence(of: lost), place) }
      for side in sides {
        guard let panel = panel(claim.metric, base.onProblems(of: side), splits) else {
          return obstacle(reason(base, claim.metric), place)
        }
        panels.append(panel)
      }
    }
    panels = Self.underSharedSeeds(panels)
    let count = sides.count
    func figures(_ values: [Double]) -> (value: Double, other: Double)? {
      var own = Array(values.prefix(count))
      for (index, base) in values.dropFirst(count).enumerated() {
        guard base != 0 else { return nil }
        own[index] /= base
      }
      return (own[0], count > 1 ? own[1] : claim.value ?? 0)
    }
    func change(_ values: [Double]) -> Double? {
      guard let (value, other) = figures(values) else { return nil }
      if claim.scale == .difference { return value - other }
      return other > 0 ? value / other - 1 : nil
    }
    let values = panels.compactMap(\.value)
    guard values.count == panels.count, let found = figures(values), let changed = change(values)
    else { return obstacle("a share of nothing", place) }
    let interval = bootstrap.interval95(of: panels, statistic: change)
    return ClaimFinding.Part(
      place: place, value: found.value, other: found.other, change: changed, interval: interval,
      seeds: panels.map(\.seeds.count).min() ?? 0,
      questions: panels.map(\.questions.count).min() ?? 0,
      verdict: claim.expect.verdict(onChangeIn: interval, by: claim.by), obstacle: nil)
  }

  /// A stage may be for fewer seeds than another (`num_seeds`). Two sides are compared under the seeds
  /// that both have: each seed has a base model of its own, and a mean over others is of other models.
  private static func underSharedSeeds(_ panels: [Panel]) -> [Panel] {
    let shared = (panels.first?.seeds ?? []).filter { seed in
      panels.allSatisfy { $0.seeds.contains(seed) }
    }
    return shared.isEmpty ? panels : panels.map { $0.restricted(toSeeds: shared) }
  }

  /// A side cut off at the smallest length that leaves it a mean length no lower than another side's,
  /// or whole where it is shorter anyway. Nil where there are no lengths.
  private func matched(
    _ side: EvidenceSelection, to other: EvidenceSelection, _ splits: [String]
  ) -> EvidenceSelection? {
    let metric = EvaluationMetric.meanTokens.rawValue
    guard let length = panel(metric, other, splits) else { return nil }
    func reaches(_ side: EvidenceSelection) -> Bool? {
      guard let own = panel(metric, side, splits) else { return nil }
      let values = Self.underSharedSeeds([own, length]).compactMap(\.value)
      return values.count == 2 ? values[0] >= values[1] : nil
    }
    var whole = side
    whole.cutoff = nil
    guard let isLonger = reaches(whole) else { return nil }
    guard isLonger else { return whole }
    func cut(_ count: Int) -> EvidenceSelection { side.setting(\.cutoff, .tokens(count)) }
    // The mean rises with the cut-off.
    var (low, high) = (1, 1)
    while reaches(cut(high)) == false, high < 1 << 30 { (low, high) = (high + 1, high * 2) }
    while low < high {
      let middle = (low + high) / 2
      if reaches(cut(middle)) == true { high = middle } else { low = middle + 1 }
    }
    return cut(high)
  }

  private func panel(
    _ metric: String, _ side: EvidenceSelection, _ splits: [String]
  ) -> Panel? {
    row(of: side).flatMap { evidence[$0]?.panel(of: metric, side.filter(splits: splits)) }
  }

  private func row(of side: EvidenceSelection) -> Row? {
    let label = label(of: side)
    return rows.first { row in
      row.label == label
        && side.settings.allSatisfy { name, value in
          row.settings.contains { $0.path.isAxis(named: name) && value.isSame(as: $0.value) }
        }
    }
  }

  private func label(of side: EvidenceSelection) -> String? {
    side.label
      ?? rows.first { row in
        side.settings.keys.allSatisfy { name in
          row.settings.contains { $0.path.isAxis(named: name) }
        }
      }?.label
  }

  private func reason(_ side: EvidenceSelection, _ metric: String) -> String {
    "no \(metric) of \(side.text)"
  }

  /// The points of a side that came to nothing; what is left would be another comparison.
  private func lost(of side: EvidenceSelection) -> [MissingInput] {
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

  private func obstacle(_ sentence: String, _ place: String) -> ClaimFinding.Part {
    ClaimFinding.Part(
      place: place, value: nil, other: nil, change: nil, interval: nil, seeds: 0, questions: 0,
      verdict: .undecided, obstacle: sentence)
  }
}

extension EvidenceSelection {
  fileprivate func setting<Value>(
    _ path: WritableKeyPath<EvidenceSelection, Value?>, _ value: Value
  ) -> EvidenceSelection {
    var side = self
    side[keyPath: path] = value
    return side
  }

  /// The same results on another side's problems, unless it says which itself.
  fileprivate func onProblems(of other: EvidenceSelection) -> EvidenceSelection {
    var side = self
    side.split = split ?? other.split
    side.family = family ?? other.family
    side.difficulty = difficulty ?? other.difficulty
    return side
  }
}
