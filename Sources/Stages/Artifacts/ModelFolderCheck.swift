import Foundation
package import PipelineCore

extension FolderCheck {
  /// A model folder in Hugging Face's layout has a `config.json`.
  package static let model = FolderCheck(.model) { path in
    FileManager.default.fileExists(atPath: path + "/config.json") ? nil : "it has no config.json"
  }
}
