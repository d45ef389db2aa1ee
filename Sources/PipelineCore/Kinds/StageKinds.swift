package import Fields

/// The stage kinds of this build, in the order the schema lists them.
package struct StageKinds: Sendable {
  package let all: [any StageKind]
  /// The checks of artifacts that may be given as folders from outside.
  package let folders: [FolderCheck]
  /// Fields that may be written at the top of a pipeline, for every stage whose kind has a field of
  /// this name.
  package let shared: [FieldDescriptor]

  package init(
    _ all: [any StageKind], folders: [FolderCheck] = [], shared: [FieldDescriptor] = []
  ) {
    self.all = all
    self.folders = folders
    self.shared = shared
  }

  package subscript(name: String) -> (any StageKind)? { all.first { $0.name == name } }
}
