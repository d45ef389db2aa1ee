package import PipelineCore

extension StageKinds {
  /// All stage kinds of this build, in the order in which the schema lists them. A new kind is one
  /// file under `Kinds` and one line here, and so is a type of artifact that a pipeline can take as
  /// a folder from outside.
  package static let builtIn = builtIn(connector: .http)

  /// - Parameter connector: opens the servers that stages ask.
  package static func builtIn(connector: ServerConnector) -> StageKinds {
    StageKinds(
      [
        ProblemsKind(),
        DataKind(),
        ImportKind(),
        SFTKind(),
        DPOKind(),
        SampleKind(connector: connector),
        LabelKind(connector: connector),
        RLKind(),
        EvalKind(connector: connector),
        AdvantageVarianceKind(),
        TableKind(),
        ClaimsKind(),
        PlotKind(),
        ReportKind(),
        CommandKind(),
      ], folders: [.model], shared: [.responseFormat])
  }
}
