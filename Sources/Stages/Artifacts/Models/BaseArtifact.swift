package import Foundation
import ModelCore
package import PipelineCore

/// The model that an adapter's artifact adapts, as an artifact of its own. Its digest is that of
/// the artifact it was when the adapter was made.
package struct BaseArtifact: ArtifactReader {
  private let adapter: any ArtifactReader
  package let files: [String]
  package let digest: String

  package var type: ArtifactType { .model }

  /// Nil for a whole model, and for an adapter without its base.
  package init?(of artifact: any ArtifactReader) {
    guard let folder = AdapterFolder(files: artifact.files), !folder.base.isEmpty else {
      return nil
    }
    adapter = artifact
    files = folder.base
    let entries = files.compactMap { path in
      artifact.reference(to: AdapterFolder.basePrefix + path).map {
        Manifest.File(path: path, digest: $0.digest, size: $0.size)
      }
    }
    digest = Manifest(type: .model, files: entries).digest
  }

  package func read(_ path: String) throws -> Data {
    try adapter.read(AdapterFolder.basePrefix + path)
  }

  package func reference(to path: String) -> FileReference? {
    adapter.reference(to: AdapterFolder.basePrefix + path)
  }
}
