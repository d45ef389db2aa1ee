import Algorithms
import Fields
import Foundation
import OrderedCollections
import PipelineCore
import Reporting

/// The origin of a run's results: its stages with their keys, its data, its pipeline.
struct RunProvenance {
  let run: RunRecord
  let graph: StageGraph
  /// The resolved pipeline that the run recorded.
  let resolved: Data

  var blocks: [Page.Block] {
    [
      .table(data), .folded("Stages and their keys", [.table(stages)]),
      .folded("The pipeline with every value written out", [.code(pipeline)]),
    ]
  }

  private var stages: ReportTable {
    ReportTable(
      title: "Stages",
      columns: ["stage", "kind", "outcome", "key", "artifact"].map {
        .init($0, alignment: .leading)
      },
      rows: zip(graph.points, run.points).map { point, made in
        let rests = graph.programs(of: point)
        return [
          .text(point.address),
          .text("\(point.kind.name) \(point.kind.version)" + (rests.isEmpty ? "" : " *")),
          .text(made.outcome?.name ?? "not done"), .text(made.key ?? "—"),
          .text(made.artifact ?? "—"),
        ]
      },
      notes: graph.points.contains { $0.kind.runsPrograms }
        ? ["* rests on a program of the pipeline's own."] : [])
  }

  /// The table of data: generated problems and external inputs.
  private var data: ReportTable {
    let made = zip(graph.points, run.points).filter { $0.0.kind.output == .problems }.map {
      point, made -> [Cell] in
      [.text(point.address), .text(point.kind.name), .text(made.artifact ?? "—")]
    }
    let outside = JSONText.outsideInputs(of: resolved).map { input -> [Cell] in
      [.text(input.address), .text(input.source), .text(input.digest)]
    }
    return ReportTable(
      title: "Data by content",
      columns: ["what", "from", "digest"].map { .init($0, alignment: .leading) },
      rows: made + outside)
  }

  /// The pipeline as text: each stage once with the values of its first point; swept fields with
  /// all their values.
  private var pipeline: String {
    var lines: [String] = []
    for (stage, points) in OrderedDictionary(grouping: graph.points, by: \.stage) {
      lines += ["\(stage):", "  kind: \(points[0].kind.name)"]
      let swept = points[0].point.map(\.path).filter { $0.hasPrefix(stage + ".") }
      // A swept field may be a map, or absent at the first point.
      let shown = swept.reduce(points[0].config) { config, path in
        let values = points.compactMap { point in point.point.first { $0.path == path } }
        let texts = values.map { ($0.name.map { $0 + " " } ?? "") + $0.value.text }
        let text = texts.uniqued(on: \.self).joined(separator: " | ")
        return config.setting(
          .string(text), at: path.split(separator: ".").dropFirst().map(String.init)[...])
      }
      lines += Self.lines(shown, below: []).map { "  \($0.path): \($0.text)" }
      let seeds = points.compactMap { point in
        point.point.first { $0.path == Axis.seedPath }?.value.text
      }.uniqued(on: \.self)
      if !seeds.isEmpty { lines.append("  seed: " + seeds.joined(separator: " | ")) }
    }
    return lines.joined(separator: "\n")
  }

  /// The fields of a configuration that have a value, by path.
  static func lines(
    _ value: FieldValue, below path: [String]
  ) -> [(path: String, text: String)] {
    if value.isAbsent { return [] }
    guard let members = value.mapValue, !members.isEmpty else {
      return [(path.joined(separator: "."), value.text)]
    }
    return members.sorted { $0.key < $1.key }.flatMap { lines($0.value, below: path + [$0.key]) }
  }
}

extension JSONText {
  /// The external inputs of a recorded pipeline, without repeats.
  fileprivate static func outsideInputs(
    of resolved: Data
  ) -> [(address: String, source: String, digest: String)] {
    guard let json = try? JSONText(parsing: resolved) else { return [] }
    let found = (json["points"]?.arrayValue ?? []).flatMap { point in
      (point["inputs"]?.arrayValue ?? []).compactMap { input -> [String]? in
        guard let digest = input["digest"]?.stringValue else { return nil }
        let path =
          input["checkpoint"]?.stringValue ?? input["file"]?.stringValue
          ?? input["folder"]?.stringValue ?? ""
        let role = input["role"]?.stringValue ?? ""
        let label = input["label"]?.stringValue.map { ".\($0)" } ?? ""
        return [
          "\(point["stage"]?.stringValue ?? "").\(role)\(label)",
          (path as NSString).lastPathComponent, digest,
        ]
      }
    }
    return found.uniqued(on: \.self).map { ($0[0], $0[1], $0[2]) }
  }
}
