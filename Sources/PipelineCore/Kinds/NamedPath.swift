/// A path in a field of a stage, of files that the stage reads: `response_format.model`. It takes
/// them like files given as an input: their content is part of the key.
package struct NamedPath: Sendable {
  /// The plain role that receives the files.
  package let role: String
  /// The path of the field that holds it.
  package let field: [String]
  package let path: String
  /// Returns the files that are read, given the absolute path; nil if there are none, which is a
  /// mistake that the kind's rules tell.
  package let files: @Sendable (_ path: String) -> ExternalInput?

  package init(
    role: String, field: [String], path: String,
    files: @escaping @Sendable (_ path: String) -> ExternalInput?
  ) {
    self.role = role
    self.field = field
    self.path = path
    self.files = files
  }
}
