package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Shows the parts of a stage's key.
package struct Explain: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Show exactly what a stage's key is made of, and why it is a miss.",
    usage: "laconic explain <file> <stage> [--set <path=value> ...] [<options>]",
    discussion: """
      STAGE is a stage's name, or one point of it as 'laconic plan' prints it. A name \
      with several points lists them. With --json, 'canonical' holds in base64 the \
      bytes whose SHA-256 is the key; docs/planning.md says how to read them.

      Examples:
        laconic explain pipelines/quickstart.yaml base
        laconic explain pipelines/quickstart.yaml 'rl[alpha=0.1]' --json
      """)

  @Argument(
    help: "The pipeline, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Argument(help: "The stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String

  @OptionGroup var overrides: OverrideOptions

  @OptionGroup var store: StoreOptions

  @Flag(help: "Print JSON, with the canonical bytes; of every point when there are several.")
  var json = false

  package init() {}

  package func run() throws {
    let planning = Planning(
      pipeline: try PipelineFile(file: file, overrides: overrides.all).load(), file: file,
      overrides: overrides.all, store: try store.location(forPipeline: file))
    let points = try planning.points(named: stage)
    let explanation = KeyText(planning: planning, width: Terminal.output.width)
    if json {
      let documents = points.map(explanation.json)
      let isOne = points.count == 1
      Terminal.output.print((isOne ? documents[0] : .array(documents)).indented)
    } else if points.count == 1 {
      Terminal.output.print(explanation.text(of: points[0]))
    } else {
      Terminal.output.print(
        "'\(stage)' has \(points.count) points; explain one of them:\n"
          + points.map { "  \(explanation.headline(of: $0))" }.joined(separator: "\n"))
    }
  }
}

extension Planning {
  /// The point with an address, or all points of a stage.
  /// - Throws: `ExitCode.badPipeline` after listing the valid names.
  fileprivate func points(named name: String) throws -> [PlannedPoint] {
    if let point = plan.points.first(where: { $0.point.address == name }) { return [point] }
    let points = plan.points.filter { $0.point.stage == name }
    guard points.isEmpty else { return points }
    // For a wrong address of an existing stage, the stage's points are suggested.
    let stage = name.prefix { $0 != "[" }
    let near = plan.points.filter { $0.point.stage == stage }.map(\.point.address)
    let known = near.isEmpty ? pipeline.stages.map(\.name) : near
    let suggestion = EditDistance.suggestion(for: name, among: known)
    Terminal.error.print(
      "laconic: the pipeline has no \(near.isEmpty ? "stage" : "point") '\(name)'"
        + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        + "\nthere are " + known.map { "'\($0)'" }.joined(separator: ", "))
    throw ExitCode.badPipeline
  }
}

/// The parts of a key, for people and for programs.
struct KeyText {
  let planning: Planning
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
        "     SHA-256 of \(key.salt == nil ? "" : "the store's salt and of ")\(count) canonical bytes, "
          + "which hold:",
      ]
    } else if case .unusable(let sentence) = planned.state {
      lines += ["", sentence]
      return lines.joined(separator: "\n")
    } else {
      lines += ["", "key  not known before its inputs are made; this much is:"]
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
        lines += chunks(line.text, of: max(20, width - 6)).map { "      " + $0 }
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

  private func chunks(_ text: String, of size: Int) -> [String] {
    var rest = text[...]
    var chunks: [String] = []
    while !rest.isEmpty {
      chunks.append(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return chunks
  }
}
