/// A name under which a stage takes an input.
package struct Role: Sendable, Hashable {
  package let name: String
  package let meaning: String
  package let accepts: [ArtifactType]
  package let isRequired: Bool
  /// A collecting role takes a map of labels to stages and receives every point of each.
  package let collects: Bool
  /// The field whose path the loader takes it from (`StageKind.namedPaths`); nil for an input that
  /// a pipeline gives.
  package let field: String?

  package init(
    _ name: String, accepts: [ArtifactType], required: Bool = true, collects: Bool = false,
    from field: String? = nil, _ meaning: String
  ) {
    self.name = name
    self.meaning = meaning
    self.accepts = accepts
    self.isRequired = required
    self.collects = collects
    self.field = field
  }
}
