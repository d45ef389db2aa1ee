/// The stage kinds of this build, in the order the schema lists them.
package struct StageKinds: Sendable {
  package let all: [any StageKind]
  /// The checks of artifacts that may be given as folders from outside.
  package let folders: [FolderCheck]

  package init(_ all: [any StageKind], folders: [FolderCheck] = []) {
    self.all = all
    self.folders = folders
  }

  package subscript(name: String) -> (any StageKind)? { all.first { $0.name == name } }
}
