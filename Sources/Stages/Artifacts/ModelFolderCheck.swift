import Foundation
import ModelCore
package import PipelineCore

extension FolderCheck {
  /// A model folder in Hugging Face's layout has a `config.json`; a GGUF file is a whole model.
  package static let model = FolderCheck(.model, fileExtensions: ["gguf"]) { path in
    if FileManager.default.fileExists(atPath: path + "/config.json") { return nil }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard let file = files.sorted().first(where: GGUFModel.isName) else {
      return "it has no config.json"
    }
    return "it has no config.json; write its file '\(file)', which is a whole model"
  }
}
