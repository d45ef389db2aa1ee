/// The check of a folder that the user gives as an artifact of one type: `{checkpoint: FOLDER}`. It
/// is made when a pipeline is read and opens no large file.
///
/// For some types a single file may hold the whole artifact.
package struct FolderCheck: Sendable {
  package let type: ArtifactType
  /// Returns the reason why the folder at a path is not such an artifact, `it has no config.json`;
  /// nil if it may be one.
  package let flaw: @Sendable (_ path: String) -> String?
  /// The extensions of files that are such an artifact: `gguf`.
  package let fileExtensions: Set<String>
  /// Returns the path of another folder that the folder at a path needs and names itself: the model
  /// that an adapter adapts. Nil if there is none.
  package let base: @Sendable (_ path: String) -> String?

  package init(
    _ type: ArtifactType, fileExtensions: Set<String> = [],
    base: @escaping @Sendable (_ path: String) -> String? = { _ in nil },
    flaw: @escaping @Sendable (_ path: String) -> String?
  ) {
    self.type = type
    self.fileExtensions = fileExtensions
    self.base = base
    self.flaw = flaw
  }
}
