import Algorithms
package import Fields
import Foundation
package import PipelineCore
import Reporting

/// The pictures of a plot that was made.
struct PlotPictures {
  static let wideFile = "plot.svg"
  static let narrowFile = "plot.narrow.svg"

  let wide: Data
  /// The same for phones and for the columns of papers; nil for a plot of an earlier version.
  let narrow: Data?

  init(of artifact: any ArtifactReader) throws {
    wide = try artifact.read(Self.wideFile)
    narrow =
      artifact.files.contains(Self.narrowFile) ? try artifact.read(Self.narrowFile) : nil
  }

  /// The picture of the plot on a page.
  func block(name: String) -> Page.Block {
    .picture(
      svg: String(decoding: wide, as: UTF8.self),
      narrow: narrow.map { String(decoding: $0, as: UTF8.self) }, name: name)
  }
}

/// Draws collected results with the plot of `ResultPlots` that the user names.
package struct PlotKind: ConfiguredStageKind {
  package let name = "plot"
  package let meaning = "Draw evaluations or trainings as SVG, with every point as CSV"
  package let version = 6
  package let roles = [
    Role(
      "results", accepts: [.responses, .model], collects: true,
      "labels of results; every point of each stage is collected")
  ]
  package let output = ArtifactType.plot
  package let usesSeed = false
  package let usesNumerics = false

  package init() {}

  package struct Configuration: FieldGroup {
    package var title = ""
    package var show = TradeoffPlot().name
    package var x = MeanTokens().name
    package var y = Accuracy().name
    package var splits: [String] = []
    package var budgets: [Int] = []
    package var figures: [String] = []
    package var scores = Scores()

    package init() {}
    package static let meaning = "Content of the plot"
    package static var fields: [Field<Configuration>] {
      [
        .string("title", \.title, "Heading of the plot", .semantic),
        .choice("show", \.show, of: ResultPlots.choices, "The type of the plot", .semantic),
        .choice(
          "x", \.x, of: Metrics.choices + ScoreTypes.choices, "The metric on the horizontal axis",
          .semantic),
        .choice(
          "y", \.y, of: Metrics.choices + ScoreTypes.choices, "The metric on the vertical axis",
          .semantic),
        .strings(
          "splits", \.splits, count: 0...8, "The splits to show; none means all", .semantic),
        .ints(
          "budgets", \.budgets, each: 1...65_536, count: 0...64, unit: .tokens,
          "The budgets of an anytime curve: responses are judged as if cut off there", .semantic),
        .strings(
          "figures", \.figures, count: 0...16,
          "The figures of a training log to draw: reward, kl, completions/mean_length", .semantic),
        .scores(\.scores),
      ]
    }

    var xMetric: any Metric { scores.metric(named: x) ?? MeanTokens() }
    var yMetric: any Metric { scores.metric(named: y) ?? Accuracy() }

    /// A sentence for each declared score that is drawn.
    var scoreNotes: [String] { scores.notes(using: [x, y]) }

    package func issues() -> [FieldIssue] {
      var issues = FieldIssue.repeats(in: splits, at: "splits")
      issues += FieldIssue.repeats(in: figures, at: "figures")
      issues += FieldIssue.unlessAscending(budgets, at: "budgets")
      issues += scores.issues(uses: [(x, ["x"]), (y, ["y"])])
      return issues + ResultPlots.named(show).issues(self)
    }
  }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let stages = inputs["results"] ?? []
    let wanted = ResultPlots.named(configuration.show).draws
    let others = stages.filter { $0.output != nil && $0.output != wanted }.uniqued(on: \.label)
    let mismatched = others.map { stage in
      FieldIssue(
        ["inputs", "results", stage.label ?? ""],
        "'show: \(configuration.show)' draws \(wanted.rawValue), but '\(stage.stage)' is "
          + (stage.output?.rawValue ?? "none"))
    }
    let results = UpstreamResults(stages)
    let metrics = [("x", configuration.xMetric), ("y", configuration.yMetric)].compactMap {
      name, metric in
      results.issue(forMetric: metric, at: [name])
    }
    return mismatched + results.issues(forSplits: configuration.splits) + metrics
      + configuration.scores.issues(among: stages)
      + (wanted == .model ? Self.issues(ofFigures: configuration.figures, in: stages) : [])
  }

  /// Figures that none of the trainings will log; nothing where that is not known of one of them.
  private static func issues(
    ofFigures figures: [String], in stages: [UpstreamStage]
  ) -> [FieldIssue] {
    let known = stages.map(\.trainingFigures)
    guard !stages.isEmpty, !known.contains(nil) else { return [] }
    let names = known.compactMap { $0 }.joined().uniqued(on: \.self)
    return figures.enumerated().filter { $0.element != "step" && !names.contains($0.element) }.map {
      index, figure in
      FieldIssue(
        ["figures", String(index)], "no training logs the figure '\(figure)'",
        help: UnknownName("figure", figure, among: names).help)
    }
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost(work: WorkAmount(sort: "results", amount: inputs["results"]?.count ?? 0))
  }

  package func run(_ configuration: Configuration, in context: any StageContext) throws {
    let sheet = try ResultPlots.named(configuration.show).sheet(
      context.collected("results"), missing: context.missing("results"), configuration)
    try context.output.write(Data(sheet.svg().utf8), to: PlotPictures.wideFile)
    try context.output.write(Data(sheet.narrow.svg().utf8), to: PlotPictures.narrowFile)
    try context.output.write(Data(sheet.csv().utf8), to: "plot.csv")
  }
}
