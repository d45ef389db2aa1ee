import Fields
import Foundation

/// A pipeline after `extends`, variables, defaults, presets and overrides are applied and every
/// default is filled in, with the origin of each value.
package struct ResolvedPipeline: Sendable {
  package let pipeline: Pipeline
  /// The whole tree, with the stages as they were written.
  let root: YAMLNode
  let stages: [Stage]
  let axes: [AxisDraft]
  let directory: URL

  struct Stage: Sendable {
    let name: String
    let key: YAMLNode
    /// The stage's map merged over its preset and the defaults.
    let node: YAMLNode
    let kind: any StageKind
    let members: [String: FieldValue]
    let inputs: [StageInput]
  }

  /// A message about a stage, at its name.
  package func diagnostic(
    _ severity: Diagnostic.Severity, _ message: String, ofStage name: String, help: String? = nil
  ) -> Diagnostic {
    let place = stages.first { $0.name == name }?.key ?? root
    return Diagnostic(severity, message, at: place.range, in: place.file, help: help)
  }

  /// The pipeline as YAML that gives the same keys: fully written out, without `extends`, `vars`,
  /// `defaults` and `preset`. Relative paths start at the folder of the file it was read from.
  /// - Parameter showsOrigins: true to add a comment after each value with its origin: a file and
  ///   line, `preset NAME` and its line, `--set#1`, or `default`.
  package func yaml(showsOrigins: Bool = false) -> String {
    var text = ResolvedText()
    for name in ["version", "name", "description", "numerics", "seeds"] {
      text.value(value(ofTop: name), name, from: root[name]?.value)
    }
    text.open("stages")
    for stage in stages { write(stage, to: &text) }
    text.close()
    writeSweep(to: &text)
    return text.rendered(showsOrigins: showsOrigins)
  }

  private func value(ofTop name: String) -> FieldValue {
    switch name {
    case "version": .int(1)
    case "name": .string(pipeline.name)
    case "description": .string(pipeline.description)
    case "numerics": .string(pipeline.numerics.rawValue)
    default: .list(pipeline.seeds.map { .int(Int($0)) })
    }
  }

  // MARK: Stages

  private func write(_ stage: Stage, to text: inout ResolvedText) {
    text.open(stage.name)
    text.value(.string(stage.kind.name), "kind", from: stage.node["kind"]?.value)
    writeInputs(of: stage, to: &text)
    for field in PipelineFields.stage(of: stage.kind).fields
    where !PipelineFields.structural.contains(field.name) {
      text.field(field, stage.members[field.name] ?? .absent, stage.node[field.name]?.value)
    }
    text.close()
  }

  private func writeInputs(of stage: Stage, to text: inout ResolvedText) {
    guard !stage.inputs.isEmpty else { return }
    text.open("inputs")
    var open: String?
    for input in stage.inputs {
      let written = stage.node["inputs"]?.value[input.role]?.value
      if input.label == nil || open != input.role, open != nil {
        text.close()
        open = nil
      }
      if input.label != nil, open == nil {
        text.open(input.role)
        open = input.role
      }
      let node = input.label.map { written?[$0]?.value } ?? written
      text.line("\(input.label ?? input.role): \(source(input.source))", from: node)
    }
    if open != nil { text.close() }
    text.close()
  }

  private func source(_ source: InputSource) -> String {
    switch source {
    case .stage(let name): ResolvedText.flow(.string(name))
    case .external(let external): written(external)
    }
  }

  private func written(_ external: ExternalInput) -> String {
    switch external {
    case .checkpoint(let path, let base):
      "{\(external.form): \(ResolvedText.flow(.string(path.relative(to: directory))))"
        + (base.map { base in
          ", \(ExternalInput.baseWord): "
            + ResolvedText.flow(.string(base.relative(to: directory)))
        } ?? "") + "}"
    case .file(let path):
      "{\(external.form): \(ResolvedText.flow(.string(path.relative(to: directory))))}"
    case .files(let folder, let paths):
      // Files keep their paths inside their folder, so the folder cannot be joined into the paths.
      "{files: " + ResolvedText.flow(.list(paths.map { .string($0) }))
        + (folder.relative(to: directory) == "."
          ? "" : ", folder: \(ResolvedText.flow(.string(folder.relative(to: directory))))") + "}"
    case .server(_, let fields): "{\(external.form): \(ResolvedText.flow(fields))}"
    }
  }

  // MARK: Sweep

  private func writeSweep(to text: inout ResolvedText) {
    let swept = axes.filter { $0.fields[0].key != nil }
    guard !swept.isEmpty else { return }
    text.open("sweep")
    for form in ["grid", "zip"] {
      let lists = swept.filter { $0.form == form }
      if lists.isEmpty { continue }
      text.open(form)
      for axis in lists {
        for (index, field) in axis.fields.enumerated() {
          write(axis.rows.map { $0[index] }, of: field, to: &text)
        }
      }
      text.close()
    }
    if let points = swept.first(where: { $0.form == "points" }) {
      text.open("points")
      for row in points.rows {
        let members = zip(points.fields, row).map { field, value in
          "\(ResolvedText.flow(.string(field.path))): \(ResolvedText.flow(value.value))"
        }
        text.line("- {" + members.joined(separator: ", ") + "}", from: row[0].node)
      }
      text.close()
    }
    text.close()
  }
}

extension ResolvedPipeline {
  /// Writes the values of a swept field: a list, or a map if they have names.
  private func write(
    _ values: [AxisDraft.Value], of field: AxisDraft.Field, to text: inout ResolvedText
  ) {
    guard values.contains(where: { $0.name != nil }) else {
      return text.value(.list(values.map(\.value)), field.path, from: field.key)
    }
    text.open(field.path, from: field.key)
    for value in values { text.value(value.value, value.name ?? "", from: value.node) }
    text.close()
  }
}

extension String {
  /// The path written relative to a folder: `../model`.
  fileprivate func relative(to folder: URL) -> String {
    let own = split(separator: "/")
    let base = folder.absoluteURL.standardizedFileURL.path.split(separator: "/")
    let shared = zip(own, base).prefix { $0 == $1 }.count
    guard shared > 0 else { return self }
    let up = Array(repeating: "..", count: base.count - shared)
    let path = (up + own.dropFirst(shared).map(String.init)).joined(separator: "/")
    return path.isEmpty ? "." : path
  }
}
