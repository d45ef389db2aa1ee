package import Fields

/// A file of the project that a field names without its folder and extension, as in
/// `published: efficient-reasoning/main`. A stage takes it like a file given as an input: its
/// content is part of the key.
package struct NamedFile: Sendable {
  /// The plain role that receives the file, unless the stage has an input in that role already.
  package let role: String
  /// The path of the field that names the file.
  package let field: [String]
  /// The folder to search: for `published` the file is `published/NAME.yaml` in the nearest folder
  /// that has it, going up from the pipeline's folder to the project's root.
  package let folder: String
  package let name: String
  /// Checks the file: `issues` are mistakes in what the field says about it, `mistakes` are
  /// mistakes in the file itself.
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
