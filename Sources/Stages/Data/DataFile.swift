import Foundation
import PipelineCore

/// One of the files of a data stage.
struct DataFile {
  /// The name to show in messages.
  let name: String
  /// The path by whose ending the format is known.
  let path: String
  /// The label under which it is given: a split, or what is divided into splits.
  let label: String
  let bytes: Data

  /// Returns the files of an artifact, which is one file, or several in the order of their paths.
  /// - Parameter name: the path or the stage that it is from.
  /// - Throws: `StoreError` if a file cannot be read.
  static func files(
    of artifact: any ArtifactReader, named name: String, label: String
  ) throws -> [DataFile] {
    try artifact.files.map { path in
      DataFile(
        name: artifact.type == .file ? name : "\(name)/\(path)", path: path, label: label,
        bytes: try artifact.read(path))
    }
  }

  /// Returns the files of an input from outside.
  static func files(
    of input: ExternalInput, label: String, name: (String) -> String
  ) throws -> [DataFile] {
    try input.allPaths.sorted().map { path in
      DataFile(
        name: name(path), path: path, label: label,
        bytes: try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }
}
