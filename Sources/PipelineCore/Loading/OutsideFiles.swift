/// Files from outside the pipeline that are given as an input. The key covers their content, not
/// their location.
package enum OutsideFiles: Sendable, Hashable {
  /// `{file: PATH}`: one file, by its absolute path.
  case file(path: String)
  /// `{files: [PATH, …]}`: files of a folder, identified by their paths inside it.
  case files(folder: String, paths: [String])

  /// The forms in which a file can give an outside input; `checkpoint` is a model folder.
  static let forms = ["checkpoint", "file", "files"]

  package var type: ArtifactType {
    switch self {
    case .file: .file
    case .files: .files
    }
  }

  /// The path of the file, or of the folder that contains the files.
  package var path: String {
    switch self {
    case .file(let path), .files(let path, _): path
    }
  }

  /// The absolute path of every file.
  package var allPaths: [String] {
    switch self {
    case .file(let path): [path]
    case .files(let folder, let paths): paths.map { folder + "/" + $0 }
    }
  }
}

extension ArtifactType {
  /// A single file of any format.
  package static let file = ArtifactType("file")
  /// Several files of any format.
  package static let files = ArtifactType("files")
}
