import Algorithms
import Foundation
package import ModelCore
package import PipelineCore
package import Reasoning

extension CheckpointText {
  /// The text of a model that is trained in a format: the tokens and the template of the format,
  /// and what else the policy says from which training starts.
  /// - Parameter policy: nil for a new model.
  /// - Throws: `ModelFileError` if a file of the policy is malformed, and the errors of the store.
  package init(
    trainedFrom policy: (any ArtifactReader)?, in format: any ResponseFormat
  ) throws {
    guard let policy else {
      self = format.checkpointText ?? CheckpointText(tokenizer: format.tokenizer)
      endTokens = format.stopTokens
      return
    }
    try self.init(policy)
    tokenizer = format.tokenizer
    if let template = format.checkpointText?.chatTemplate { chatTemplate = template }
    let ends = endTokens.contains(format.endOfResponse) ? [] : [format.endOfResponse]
    endTokens = Array((ends + endTokens + format.stopTokens).uniqued())
  }

  /// Reads a stored model: a Hugging Face folder, or a folder that is one GGUF file.
  init(_ artifact: any ArtifactReader) throws {
    if let path = GGUFModel.path(among: artifact.files) {
      try self.init(gguf: try artifact.read(path), file: path)
      return
    }
    let adapter = AdapterFolder(files: artifact.files)
    if let adapter, adapter.isOverGGUF, !artifact.files.contains(TokenizerFile.path),
      let base = BaseArtifact(of: artifact)
    {
      try self.init(base)
      return
    }
    var failure: (any Error)?
    do {
      try self.init(files: adapter?.textFiles ?? artifact.files) { path throws(ModelFileError) in
        do {
          return try artifact.read(adapter?.path(ofText: path) ?? path)
        } catch {
          failure = error
          throw ModelFileError(path, .malformed("it cannot be read"))
        }
      }
    } catch {
      throw failure ?? error
    }
  }
}
