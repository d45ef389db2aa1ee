import Algorithms
import Fields
package import Foundation
package import PipelineCore
import Reasoning
package import Reporting

/// One page on the results of a run: verdicts, tables, plots, sample responses and their origin.
///
/// Every number on it is stored in a stage's artifact or in the run's record, or is a sum of such
/// numbers.
package struct RunReport {
  /// One stage's table or verdicts, which also get files of their own.
  package struct Sheet: Sendable {
    package let name: String
    package let table: ReportTable
  }

  package let page: Page
  package let sheets: [Sheet]
  package let pictures: [(name: String, svg: Data)]

  /// - Throws: `StoreError` if an artifact cannot be read; `ResolvedGraph.Unusable` for a run that
  ///   did not record its pipeline.
  package init(of run: RunRecord, in store: Store, samples: Int = 8) throws {
    let bytes = try store.resolved(of: run)
    let graph = try ResolvedGraph.decode(bytes, kinds: .builtIn)
    var sheets: [Sheet] = []
    var pictures: [(name: String, svg: Data)] = []
    var claims: [Page.Block] = []
    var results: [Page.Block] = []
    var warnings: [Page.Block] = []
    var evaluations: [SampleResponses.Source] = []
    for (point, made) in zip(graph.points, run.points) {
      guard let digest = made.artifact else { continue }
      let artifact = try store.artifact(digest)
      let marks = graph.programs(of: point).map {
        Page.Block.warning(
          "The following depends on '\($0)', the output of a program of the pipeline, which "
            + "Laconic cannot verify.")
      }
      switch artifact.type {
      case .table, .claims:
        let table = try ReportTable(json: try artifact.read("table.json"))
        sheets.append(Sheet(name: point.address, table: table))
        if artifact.type == .claims {
          claims += marks + [.table(table)]
        } else {
          results += marks + [.table(table)]
        }
      case .plot:
        let name = Self.fileName(point.address)
        let plot = try PlotPictures(of: artifact)
        pictures.append((name, plot.wide))
        if let narrow = plot.narrow { pictures.append((name + ".narrow", narrow)) }
        results += marks + [plot.block(name: name)]
      case .responses:
        evaluations.append(
          SampleResponses.Source(
            input: CollectedInput(
              label: point.stage, stage: point.stage, point: point.point, artifact: artifact),
            format: (point.kind as? any ComputingStageKind)?.format(of: point.config)))
      case .model:
        if let key = made.key {
          warnings += try RewardWarnings.blocks(of: point, key, artifact, store)
        }
      default: break
      }
    }
    var blocks: [Page.Block] = []
    let description = ResolvedGraph.description(in: bytes)
    if !description.isEmpty { blocks.append(.text(description)) }
    blocks.append(
      .text(
        "Run \(run.id) of \(run.pipeline): \(run.state.rawValue), by Laconic \(run.engine)"
          + (run.build.map { ", program \($0.prefix(12))" } ?? "") + "."))
    blocks += Self.missing(run)
    if !claims.isEmpty { blocks += [.heading(2, "Claims")] + claims }
    if !results.isEmpty { blocks += [.heading(2, "Results")] + results }
    if !warnings.isEmpty { blocks += [.heading(2, "Warnings about rewards")] + warnings }
    let shown = try SampleResponses.shown(from: evaluations, count: samples)
    if !shown.isEmpty { blocks += [.heading(2, "Sample responses")] + shown }
    blocks += [.heading(2, "Provenance")]
    blocks.append(.table(try RunWork(run: run, store: store).table()))
    blocks += RunProvenance(run: run, graph: graph, resolved: bytes).blocks
    page = Page(title: run.pipeline, blocks)
    self.sheets = sheets
    self.pictures = pictures
  }

  private static func missing(_ run: RunRecord) -> [Page.Block] {
    let missing = run.points.filter { $0.artifact == nil }
    guard !missing.isEmpty else { return [] }
    let names = missing.map { point in
      "\(point.address) (\(point.outcome?.name ?? "not done"))"
    }
    return [.warning("Without a result: " + names.joined(separator: ", ") + ".")]
  }

  /// The address of a point as a file name.
  package static func fileName(_ address: String) -> String {
    address.replacing("/", with: "%2F")
  }

  /// The files of the report: the page in two formats, each table in three, and each picture.
  package var files: [(name: String, bytes: Data)] {
    [("report.html", Data(page.html().utf8)), ("report.md", Data(page.markdown().utf8))]
      + sheets.flatMap { sheet -> [(String, Data)] in
        let name = Self.fileName(sheet.name)
        return [
          (name + ".csv", Data(sheet.table.csv().utf8)),
          (name + ".json", Data(sheet.table.json().utf8)),
          (name + ".tex", Data(sheet.table.latex().utf8)),
        ]
      } + pictures.map { ($0.name + ".svg", $0.svg) }
  }
}

extension StageGraph {
  /// The stages that run the user's programs and on which a point depends, the point's own stage
  /// included.
  func programs(of point: StagePoint) -> [String] {
    points.filter(\.kind.runsPrograms).map(\.stage).uniqued(on: \.self).filter {
      $0 == point.stage || point.programs.contains($0)
    }
  }
}
