import Fields
import Foundation
package import PipelineCore
import Reasoning
package import Reporting

/// Reads the responses of one stage by their place: of a stage that is done in the order of its
/// artifact, of one at work in the order in which they came.
///
/// A stage at work has its responses as cells, in pieces of about 32 problems. Cells of the same
/// policy and settings that belong to another stage's problems are left out.
package struct StageResponseReader {
  private enum Source {
    case artifact([Data])
    case cells(CellReader)
    case nothing
  }

  /// The artifact that is read; nil while the stage is at work.
  package let artifact: String?
  private let store: Store
  private let format: (any ResponseFormat)?
  private var source: Source

  /// - Throws: `StoreError` and `StageFailure` if the responses or their problems cannot be read.
  package init(
    of index: Int, in run: RunRecord, _ pipeline: RecordedPipeline, _ store: Store
  ) throws {
    let point = pipeline.graph.points[index]
    self.store = store
    artifact = run.points[index].artifact
    format = (point.kind as? any ComputingStageKind)?.format(of: point.config)
    if let artifact {
      let made = try store.artifact(artifact)
      let lines = made.type == .responses ? try made.read(ResponsesArtifact.path).lines : []
      source = .artifact(lines)
    } else {
      source =
        try CellReader(of: index, in: run, pipeline, store).map { .cells($0) } ?? .nothing
    }
  }

  /// False while the stage's inputs are not made, and for a program at work, whose responses are
  /// seen when it is done.
  package var isReady: Bool { if case .nothing = source { false } else { true } }

  package var count: Int {
    switch source {
    case .artifact(let lines): lines.count
    case .cells(let cells): cells.count
    case .nothing: 0
    }
  }

  /// Looks for responses that came since.
  /// - Throws: `StoreError` if one cannot be read; the next call goes on behind it.
  package mutating func refresh() throws {
    guard case .cells(var cells) = source else { return }
    defer { source = .cells(cells) }
    try cells.refresh()
  }

  /// The responses at some places, as people read them.
  /// - Precondition: `0 <= range.lowerBound` and `range.upperBound <= count`.
  package func read(_ range: Range<Int>) throws -> [Page.ShownResponse] {
    let records: [ResponseRecord]
    switch source {
    case .artifact(let lines):
      records = try lines[range].flatMap { try JSONLines.decode(ResponseRecord.self, from: $0) }
    case .cells(let cells): records = try cells.read(range)
    case .nothing: records = []
    }
    return records.map { record in
      let title = [record.split, record.problem.family].filter { !$0.isEmpty }
      var shown = SampleResponses.shown(record, title.joined(separator: ", "), in: format)
      if record.cutBy.contains(.thinkingBudget) {
        let budget = record.budget.map { " at \($0) tokens" } ?? ""
        shown.cut = "thinking cut" + budget + (shown.cut.map { ", " + $0 } ?? "")
      }
      return shown
    }
  }
}
