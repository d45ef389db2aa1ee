import Foundation
import PipelineCore

/// An artifact of one file, whose bytes the test chooses.
struct StoredFile: ArtifactReader {
  let type: ArtifactType
  let path: String
  let data: Data
  let digest = String(repeating: "0", count: 64)
  var files: [String] { [path] }

  func read(_ path: String) throws -> Data { data }
}
