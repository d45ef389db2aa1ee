package import Fields
package import PipelineCore
package import Reporting

/// A way of drawing collected results. A new one is a file here and a line in `ResultPlots`.
package protocol ResultPlot: Sendable {
  /// What is written after `show:`.
  var name: String { get }
  var meaning: String { get }
  /// The type of the results it draws.
  var draws: ArtifactType { get }
  /// What the fields lack or say in vain for this plot.
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

extension ResultGrid.Row {
  /// `rl, alpha 0.1`.
  var title: String {
    ([label] + settings.map { "\($0.label) \($0.value.text)" }).joined(separator: ", ")
  }

  /// A swept point is told by its settings, any other by its label.
  var shortTitle: String {
    settings.isEmpty
      ? label : settings.map { "\($0.label) \($0.value.text)" }.joined(separator: ", ")
  }
}
