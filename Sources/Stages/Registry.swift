package import PipelineCore

extension StageKinds {
  /// Every stage kind of this build, in the order the schema lists them. A new kind is a file under
  /// `Kinds` and a line here.
  package static let builtIn = StageKinds([
    ProblemsKind(),
    DataKind(),
    SupervisedKind(),
    PreferenceKind(),
    SampleKind(),
    LabelKind(),
    ReinforcementKind(),
    EvalKind(),
    AdvantagesKind(),
    TableKind(),
    ClaimsKind(),
    PlotKind(),
    ReportKind(),
    CommandKind(),
  ])
}
