import Algorithms
import Fields
package import PipelineCore
import Reporting

/// A plan as text for people: one line per point, below it the fields that made it a cache miss,
/// and at the end the total cost.
package struct PlanText {
  private let width: Int
  private let rates: MeasuredRates
  /// The bytes of memory that there are.
  private let memory: Int
  private let jobs: Int

  package init(width: Int, rates: MeasuredRates, memory: Int = .max, jobs: Int = 1) {
    self.width = max(40, width)
    self.rates = rates
    self.memory = memory
    self.jobs = jobs
  }

  /// - Parameter leftOut: the points of the pipeline that are not in the plan.
  package func text(
    of plan: Plan, pipeline: Pipeline, leftOut: [StagePoint] = []
  ) -> String {
    let addresses = plan.points.map(\.point.address)
    let states = plan.points.map { state(of: $0, in: plan) }
    let column = min(addresses.map(\.count).max() ?? 0, width / 2)
    let shown = zip(plan.points, states).filter { planned, _ in
      !parts(of: planned.cost).isEmpty || planned.point.kind.runsPrograms
    }
    let stateColumn = min(shown.map(\.1.count).max() ?? 0, width / 3)
    var lines = ["\(pipeline.name): \(summary(of: plan))", ""]
    for (planned, state) in zip(plan.points, states) {
      let start = "  " + planned.point.address.padded(to: column) + "  " + state
      var parts = planned.state.isWork ? parts(of: planned.cost) : []
      if planned.point.kind.runsPrograms, planned.state.isWork { parts.append("runs a program") }
      if let memory = memory(of: planned) { parts.append(memory) }
      if let seconds = rates.seconds(for: planned.cost.work) { parts.append(time(seconds)) }
      let indent = 2 + column + 2 + stateColumn + 2
      if parts.isEmpty {
        lines.append(start.truncated(to: width))
      } else {
        lines += wrapped(parts, after: start.padded(to: indent - 2) + "  ", indent: indent)
      }
      if case .unusable(let sentence) = planned.state { lines.append("      \(sentence)") }
      if case .waits(on: []) = planned.state {
        lines += wrapped(
          "the server does not answer now and never did: what it is stays unknown until a run "
            + "asks it", indent: 6)
      }
      if planned.state.isWork {
        lines += planned.point.remarks.flatMap { wrapped($0, indent: 6) }
      }
      lines += reasons(planned.reason).map { ("      " + $0).truncated(to: width) }
      if let obstacle = planned.obstacle { lines += wrapped("\(obstacle)", indent: 6) }
      if let shortage = MemoryShortage(planned, limit: memory) {
        lines += wrapped("\(shortage.message): \(shortage.help)", indent: 6)
      }
    }
    if !leftOut.isEmpty { lines += [""] + wrapped(Self.sentence(on: leftOut), indent: 2) }
    let end = totals(of: plan)
    return (lines + (end.isEmpty ? [] : [""]) + end).joined(separator: "\n")
  }

  /// The stages that are left out, each with the number of its points that are, if these are
  /// several.
  private static func sentence(on leftOut: [StagePoint]) -> String {
    let stages = leftOut.chunked(on: \.stage).map { stage, points in
      points.count == 1 ? points.first?.address ?? stage : "\(stage) (\(points.count) points)"
    }
    return "left out: " + stages.joined(separator: ", ")
  }

  private func summary(of plan: Plan) -> String {
    var counts: [(String, Int)] = [
      ("hit", 0), ("to resume", 0), ("to run", 0), ("waiting", 0), ("that cannot run", 0),
    ]
    for planned in plan.points {
      switch planned.state {
      case .hit, .same: counts[0].1 += 1
      case .resume, .extend: counts[1].1 += 1
      case .miss: counts[2].1 += 1
      case .waits: counts[3].1 += 1
      case .unusable: counts[4].1 += 1
      }
    }
    let parts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return counted(plan.points.count, "point") + ": " + parts.joined(separator: ", ")
  }

  private func state(of planned: PlannedPoint, in plan: Plan) -> String {
    switch planned.state {
    case .hit: "hit"
    case .resume(let step): "resume@\(step)"
    case .extend(let step, let of):
      "extend@\(step)" + (of.map { " of " + plan.points[$0].point.address } ?? "")
    case .miss: "miss"
    case .same(let index): "same as " + plan.points[index].point.address
    case .waits(let indices):
      awaited(plan.latest(of: indices).map { plan.points[$0].point.address })
    case .unusable: "cannot run"
    }
  }

  private func awaited(_ addresses: [String]) -> String {
    guard let first = addresses.first else { return "unknown" }
    return "after " + first
      + (addresses.count > 1 ? " and \(addresses.count - 1) more" : "")
  }

  // MARK: - Cost

  private func parts(of cost: StageCost) -> [String] {
    var parts: [String] = []
    if let steps = cost.optimizerSteps { parts.append(counted(steps, "update")) }
    if let completions = cost.completions {
      parts.append(NumberFormat.count(completions) + " responses")
    } else if let prompts = cost.prompts {
      parts.append(
        (cost.hasFewerPrompts ? "≤ " : "") + NumberFormat.count(prompts) + " prompts")
    }
    if let requests = cost.requests { parts.append(counted(requests, "request")) }
    if let tokens = cost.maxPromptTokens {
      parts.append("≤ " + NumberFormat.tokens(tokens) + " of prompts")
    }
    if let tokens = cost.maxGeneratedTokens { parts.append("≤ " + NumberFormat.tokens(tokens)) }
    if let money = cost.maxMoney {
      parts.append("costs ≤ " + NumberFormat.fixed(money, digits: money < 1 ? 4 : 2))
    }
    if let bytes = cost.artifactBytes { parts.append(text(of: bytes)) }
    if let draws = cost.draws { parts.append("problems " + draws) }
    return parts
  }

  /// The memory that a point takes while it runs; nil for one that takes next to nothing.
  private func memory(of planned: PlannedPoint) -> String? {
    guard planned.state.isWork else { return nil }
    guard let memory = planned.cost.memory else {
      return planned.point.kind.usesNumerics && !planned.point.asksServer
        ? "unknown memory" : nil
    }
    return "≤ " + NumberFormat.bytes(memory.most) + " of memory"
  }

  /// The most memory that is taken at once; nil if no point's is known.
  private func memoryAtOnce(of plan: Plan) -> String? {
    let (points, bytes) = plan.memoryAtOnce(jobs: jobs)
    guard let last = points.last.map({ plan.points[$0].point.address }) else { return nil }
    let others = points.dropLast().map { plan.points[$0].point.address }
    let named =
      others.isEmpty
      ? last
      : points.count > 3
        ? "\(points.count) stages"
        : others.joined(separator: ", ")
          + " and \(last)"
    return "≤ " + NumberFormat.bytes(bytes) + " for \(named)"
      + (points.count > 1 ? " at once" : "")
      + (memory == .max ? "" : ", of \(NumberFormat.bytes(memory))")
  }

  private func text(of size: ByteEstimate) -> String {
    switch size {
    case .about(let bytes): "~ " + NumberFormat.bytes(bytes)
    case .atMost(let bytes): "≤ " + NumberFormat.bytes(bytes)
    }
  }

  private func time(_ seconds: Double) -> String { "~ " + NumberFormat.duration(seconds: seconds) }

  /// The total cost; empty if there is nothing to do.
  private func totals(of plan: Plan) -> [String] {
    let work = plan.points.filter(\.state.isWork)
    guard !work.isEmpty else { return [] }
    var cost = plan.cost
    cost.artifactBytes = nil
    var lines: [String] = []
    var figures = parts(of: cost)
    if cost.completions != nil, let prompts = cost.prompts {
      figures.insert(
        (cost.hasFewerPrompts ? "≤ " : "") + NumberFormat.count(prompts) + " prompts",
        at: figures.count > 2 ? 1 : 0)
    }
    if !figures.isEmpty { lines += wrapped(figures, after: "  at worst  ", indent: 12) }
    var sizes = plan.cost.artifactBytes.map { [text(of: $0) + " of results"] } ?? []
    if let kept = plan.cost.keptBytes { sizes.append(text(of: kept) + " kept for later work") }
    if let checkpoint = plan.cost.checkpointBytes {
      sizes.append(text(of: checkpoint) + " per checkpoint; a running stage keeps two")
    }
    if !sizes.isEmpty { lines += wrapped(sizes, after: "  on disk   ", indent: 12) }
    if let memory = memoryAtOnce(of: plan) {
      lines += wrapped([memory], after: "  memory    ", indent: 12)
    }
    let known = work.compactMap { rates.seconds(for: $0.cost.work) }
    let time =
      known.isEmpty
      ? "unknown: no similar work was measured here yet"
      : self.time(known.reduce(0, +)) + " of work"
        + (known.count == work.count
          ? "" : " for \(known.count) of \(counted(work.count, "point")), unknown for the others")
    return lines + ["  time      " + time]
  }

  // MARK: - Reasons

  func reasons(_ reason: MissReason?) -> [String] {
    switch reason {
    case nil, .noEarlierRecord, .changed([], from: _): []
    case .damaged(let problems): problems.prefix(3).map { "damaged: \($0)" }
    case .changed(let changes, let record):
      lines(of: changes, limit: 6) + ["(against record \(record.prefix(12)))"]
    }
  }

  private func lines(of changes: [FieldChange], limit: Int) -> [String] {
    changes.prefix(limit).flatMap { change -> [String] in
      let line = "\(change.path): \(shortened(change.before)) → \(shortened(change.now))"
      guard let cause = change.cause else { return [line] }
      return [line + ", since in \(cause.address)"]
        + lines(of: cause.changes, limit: 3).map { "  " + $0 }
    } + (changes.count > limit ? ["and \(changes.count - limit) more"] : [])
  }

  /// Shortens digests to their first 12 digits, which are enough to tell them apart.
  private func shortened(_ text: String?) -> String {
    guard let text else { return "(not set)" }
    let words = text.split(separator: " ").map { word in
      word.count == 64 && word.allSatisfy(\.isHexDigit) ? String(word.prefix(12)) : String(word)
    }
    return words.count > 1 || text.count == 64 ? words.joined(separator: " ") : text
  }

  // MARK: - Lines

  /// Wraps a sentence onto as many lines as it needs.
  private func wrapped(_ sentence: String, indent: Int) -> [String] {
    WordWrap.lines(of: sentence, width: width, indent: indent).map { $0.truncated(to: width) }
  }

  /// Joins parts with commas after `start`, and wraps what does not fit.
  private func wrapped(_ parts: [String], after start: String, indent: Int) -> [String] {
    let items = parts.dropLast().map { $0 + "," } + parts.suffix(1)
    let hanging = min(indent, width / 2)
    func lines(after start: String) -> [String] {
      WordWrap.lines(of: items, after: start, width: width, hanging: hanging)
    }
    guard let first = items.first, start.count + first.count > width else {
      return lines(after: start)
    }
    return [start.trimmingTrailingSpaces.truncated(to: width)]
      + lines(after: String(repeating: " ", count: hanging))
  }
}

extension Plan {
  /// The indices without the points that another of them depends on.
  fileprivate func latest(of indices: [Int]) -> [Int] {
    let awaited = Set(
      indices.flatMap { index in
        if case .waits(let others) = points[index].state { others } else { [Int]() }
      })
    return indices.filter { !awaited.contains($0) }
  }
}
