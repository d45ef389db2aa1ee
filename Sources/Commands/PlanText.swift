import Fields
package import PipelineCore
import Reporting

/// A plan as people read it: a line a point, and under a miss the fields that made it one.
package struct PlanText {
  private let width: Int

  package init(width: Int) { self.width = max(40, width) }

  package func text(of plan: Plan, pipeline: Pipeline) -> String {
    let addresses = plan.points.map(\.point.address)
    let column = min(addresses.map(\.count).max() ?? 0, width / 2)
    var lines = ["\(pipeline.name): \(summary(of: plan))", ""]
    for planned in plan.points {
      let address = planned.point.address
      let padded = address + String(repeating: " ", count: max(0, column - address.count))
      let state = state(of: planned, addresses: addresses)
      let cost = isWork(planned.state) ? text(of: planned.cost) : ""
      let line = "  \(padded)  \(state)" + (cost.isEmpty ? "" : "  \(cost)")
      lines.append(fitted(line, to: width))
      if case .unusable(let sentence) = planned.state { lines.append("    \(sentence)") }
      let indent = String(repeating: " ", count: column + 6)
      lines += reasons(planned.reason).map { fitted(indent + $0, to: width) }
      if let obstacle = planned.obstacle { lines += wrapped("\(obstacle)", indent: indent) }
    }
    return lines.joined(separator: "\n")
  }

  /// A sentence on as many lines as it takes.
  private func wrapped(_ sentence: String, indent: String) -> [String] {
    var lines: [String] = []
    for word in sentence.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(indent + word)
      }
    }
    return lines.map { fitted($0, to: width) }
  }

  private func summary(of plan: Plan) -> String {
    var counts: [(String, Int)] = [("hit", 0), ("to resume", 0), ("to run", 0), ("waiting", 0)]
    for planned in plan.points {
      switch planned.state {
      case .hit, .same: counts[0].1 += 1
      case .resume, .extend: counts[1].1 += 1
      case .miss, .unusable: counts[2].1 += 1
      case .waits: counts[3].1 += 1
      }
    }
    let parts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return counted(plan.points.count, "point") + ": " + parts.joined(separator: ", ")
  }

  private func state(of planned: PlannedPoint, addresses: [String]) -> String {
    switch planned.state {
    case .hit: "hit"
    case .resume(let step): "resume@\(step)"
    case .extend(let step, let of):
      "extend@\(step)" + (of.map { " of \(addresses[$0])" } ?? "")
    case .miss: "miss"
    case .same(let index): "same as \(addresses[index])"
    case .waits(let indices):
      "after " + addresses[indices[0]] + (indices.count > 1 ? " and \(indices.count - 1) more" : "")
    case .unusable: "cannot run"
    }
  }

  private func isWork(_ state: PlannedState) -> Bool {
    switch state {
    case .miss, .resume, .extend, .waits: true
    case .hit, .same, .unusable: false
    }
  }

  private func text(of cost: StageCost) -> String {
    var parts: [String] = []
    if let steps = cost.optimizerSteps { parts.append(counted(steps, "update")) }
    if let completions = cost.completions {
      parts.append("\(NumberFormat.count(completions)) responses")
    } else if let prompts = cost.prompts {
      parts.append("\(NumberFormat.count(prompts)) prompts")
    }
    if let tokens = cost.maxGeneratedTokens {
      parts.append("≤ \(NumberFormat.tokens(tokens))")
    }
    return parts.joined(separator: ", ")
  }

  private func reasons(_ reason: MissReason?) -> [String] {
    switch reason {
    case nil, .noEarlierRecord: []
    case .damaged(let problems): problems.prefix(3).map { "damaged: \($0)" }
    case .changed(let changes, let record):
      changes.prefix(6).map { change in
        "\(change.path): \(shortened(change.before)) → \(shortened(change.now))"
      } + (changes.count > 6 ? ["and \(changes.count - 6) more"] : [])
        + ["(against record \(record.prefix(12)))"]
    }
  }

  /// Digests are told apart by their beginning.
  private func shortened(_ text: String?) -> String {
    guard let text else { return "(not set)" }
    return text.count == 64 && text.allSatisfy(\.isHexDigit) ? String(text.prefix(12)) : text
  }
}
