package import Fields

/// A file of the project's own that a field names in short, `published: efficient-reasoning/main`,
/// and that a stage then takes like a file given as an input: its content enters the key.
package struct NamedFile: Sendable {
  /// The plain role it is taken under, unless the stage is given something for it already.
  package let role: String
  /// The field that names it.
  package let field: [String]
  /// `published`: the file is `published/NAME.yaml` in the nearest folder, going up from the
  /// pipeline's inside its project, that has it.
  package let folder: String
  package let name: String
  /// Looks into it: what is wrong with what the field says of it, and mistakes of its own.
  package let check: @Sendable (SourceFile) -> (issues: [FieldIssue], mistakes: [Diagnostic])

  package init(
    role: String, field: [String], folder: String, name: String,
    check: @escaping @Sendable (SourceFile) -> (issues: [FieldIssue], mistakes: [Diagnostic])
  ) {
    self.role = role
    self.field = field
    self.folder = folder
    self.name = name
    self.check = check
  }
}
