/// Files from outside the pipeline that an input stands for. Their content counts, not where they
/// are.
package enum OutsideFiles: Sendable, Hashable {
  /// `{file: PATH}`: one file, by its absolute path.
  case file(path: String)
  /// `{files: [PATH, …]}`: files by their paths in a folder, under which they stay known.
  case files(folder: String, paths: [String])

  /// The ways to write them, and a model's folder.
  static let forms = ["checkpoint", "file", "files"]

  package var type: ArtifactType {
    switch self {
    case .file: .file
    case .files: .files
    }
  }

  /// The file, or the folder of the files.
  package var path: String {
    switch self {
    case .file(let path), .files(let path, _): path
    }
  }

  /// Absolute.
  package var allPaths: [String] {
    switch self {
    case .file(let path): [path]
    case .files(let folder, let paths): paths.map { folder + "/" + $0 }
    }
  }
}

extension ArtifactType {
  /// One file of any sort.
  package static let file = ArtifactType("file")
  /// Files of any sort.
  package static let files = ArtifactType("files")
}
