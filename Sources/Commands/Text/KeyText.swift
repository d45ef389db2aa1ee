import Algorithms
import Fields
import Foundation
import PipelineCore
import Stages

/// The parts of a key, for people and for programs.
struct KeyText {
  let planning: PlannedPipeline
  let width: Int

  func headline(of planned: PlannedPoint) -> String {
    let state =
      switch planned.state {
      case .resume(let step): "resume@\(step)"
      case .extend(let step, _): "extend@\(step)"
      case .unusable: "cannot run"
      default: planned.state.name
      }
    return planned.point.address + "  " + state
  }

  func text(of planned: PlannedPoint) -> String {
    var lines = [headline(of: planned)]
    if let key = planned.key {
      let count = canonicalBytes(of: planned).count
      lines += [
        "", "key  \(key.hex)",
        "     SHA-256 of \(key.salt == nil ? "" : "the store's salt and of ")\(count) canonical "
          + "bytes, which hold:",
      ]
    } else if case .unusable(let sentence) = planned.state {
      lines += ["", sentence]
      return lines.joined(separator: "\n")
    } else {
      lines += ["", "key  not known until its inputs are made; known so far:"]
    }
    lines.append("")
    let preimage = self.preimage(of: planned)
    let column = min(preimage.map(\.path.count).max() ?? 0, 40)
    for line in preimage {
      let start = "  " + line.path.padded(to: column)
      if start.count + 2 + line.text.count <= width {
        lines.append(start + "  " + line.text)
      } else {
        lines.append("  " + line.path)
        lines += line.text.chunks(ofCount: max(20, width - 6)).map { "      " + $0 }
      }
    }
    let makers = unmade(planned)
    if !makers.isEmpty { lines += ["", "not made yet: " + makers.joined(separator: ", ")] }
    let reasons = PlanText(width: width, rates: planning.rates).reasons(planned.reason)
    if !reasons.isEmpty {
      lines += ["", "changed since the nearest result:"] + reasons.map { "  " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  func json(of planned: PlannedPoint) -> JSONText {
    var members: [(String, JSONText)] = [
      ("address", .string(planned.point.address)), ("state", .string(planned.state.name)),
      ("format", .int(StageKey.format)),
    ]
    if let key = planned.key {
      members += [
        ("key", .string(key.hex)),
        ("canonical", .string(Data(canonicalBytes(of: planned)).base64EncodedString())),
      ]
      if let salt = key.salt { members.append(("salt", .string(salt))) }
    } else {
      members += [
        ("key", .null), ("not_made", .array(unmade(planned).map(JSONText.string))),
      ]
    }
    let lines = preimage(of: planned).map { line in
      JSONText.object([("path", .string(line.path)), ("text", .string(line.text))])
    }
    members.append(("lines", .array(lines)))
    if let reason = planned.reason { members.append(("why", reason.json)) }
    return .object(members)
  }

  private func keyInputs(of planned: PlannedPoint) -> [KeyInput] {
    planned.point.keyInputs(planned.inputs)
  }

  private func canonicalBytes(of planned: PlannedPoint) -> [UInt8] {
    StageKey.canonicalBytes(
      of: planned.point, inputs: keyInputs(of: planned),
      fingerprint: planning.pipeline.numerics.fingerprint)
  }

  private func preimage(of planned: PlannedPoint) -> [KeyLine] {
    planned.key?.preimage
      ?? StageKey.compute(
        point: planned.point, inputs: keyInputs(of: planned),
        fingerprint: planning.pipeline.numerics.fingerprint
      ).preimage
  }

  /// The inputs whose point has not made them yet.
  private func unmade(_ planned: PlannedPoint) -> [String] {
    zip(planned.point.inputs, planned.inputs).compactMap { input, digest in
      guard digest == nil, case .point(let index) = input.source else { return nil }
      return "\(input.role) (\(planning.plan.points[index].point.address))"
    }
  }
}
