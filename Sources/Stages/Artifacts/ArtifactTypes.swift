package import PipelineCore

extension ArtifactType {
  /// Problems by split, one JSON object per line.
  package static let problems = ArtifactType("problems")
  /// A model folder in Hugging Face's layout.
  package static let model = ArtifactType("model")
  /// Graded responses, one JSON object per line.
  package static let responses = ArtifactType("responses")
  /// Per-problem statistics of a frozen policy, one JSON object per line, with its responses.
  package static let labels = ArtifactType("labels")
  /// Returns and advantages of segments, one JSON object per line.
  package static let advantages = ArtifactType("advantages")
  /// A table as text, Markdown, CSV and JSON.
  package static let table = ArtifactType("table")
  /// Claims with their verdicts as text, Markdown, CSV and JSON.
  package static let claims = ArtifactType("claims")
  /// A picture as SVG.
  package static let plot = ArtifactType("plot")
  /// A page as HTML and Markdown.
  package static let report = ArtifactType("report")
}
