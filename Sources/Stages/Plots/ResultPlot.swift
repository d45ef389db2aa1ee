package import Fields
package import PipelineCore
package import Reporting

/// One way to draw collected results. A new plot is one file here and one line in `ResultPlots`.
package protocol ResultPlot: Sendable {
  /// The name that the user writes after `show:`.
  var name: String { get }
  var meaning: String { get }
  /// The type of the results it draws.
  var draws: ArtifactType { get }
  /// Problems of the fields for this plot: required fields that are missing, and given fields that
  /// have no effect.
  func issues(_ configuration: PlotKind.Configuration) -> [FieldIssue]
  /// - Throws: `StoreError` when stored results cannot be read.
  func sheet(
    _ inputs: [CollectedInput], missing: [MissingInput], _ configuration: PlotKind.Configuration
  ) throws -> PlotSheet
}

extension ResultPlot {
  package var draws: ArtifactType { .responses }
  package func issues(_ configuration: PlotKind.Configuration) -> [FieldIssue] { [] }
}

package enum ResultPlots {
  package static let all: [any ResultPlot] = [
    TradeoffPlot(),
    AnytimePlot(),
    LengthsPlot(),
    TrainingPlot(),
  ]

  package static var choices: [Choice] { all.map { Choice($0.name, $0.meaning) } }

  package static func named(_ name: String) -> any ResultPlot {
    all.first { $0.name == name } ?? TradeoffPlot()
  }
}
