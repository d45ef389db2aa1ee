import Foundation
import ModelCore
package import PipelineCore

extension FolderCheck {
  /// A model folder in Hugging Face's layout has a `config.json`, an adapter in PEFT's layout an
  /// `adapter_config.json`; a GGUF file is a whole model.
  package static let model = FolderCheck(
    .model, fileExtensions: ["gguf"], base: AdapterFile.localBase
  ) { path in
    for name in ["config.json", AdapterFile.path]
    where FileManager.default.fileExists(atPath: path + "/" + name) {
      return nil
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard let file = files.sorted().first(where: GGUFModel.isName) else {
      return "it has no config.json"
    }
    return "it has no config.json; write its file '\(file)', which is a whole model"
  }
}
