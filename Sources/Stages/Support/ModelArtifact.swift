package import ModelCore
package import PipelineCore

/// Models in and out of artifacts.
package enum ModelArtifact {
  package static func write(
    _ model: Transformer, tokenizer: WordTokenizer, to folder: any FolderWriter
  ) throws {
    for file in ModelFolder.files(of: model, tokenizer: tokenizer) {
      try folder.write(file.data, to: file.path)
    }
  }

  /// - Throws: `ModelFileError` when the files do not make a model; `StageFailure` when its
  ///   vocabulary is not the problems'.
  package static func read(
    _ artifact: any ArtifactReader, for tokenizer: WordTokenizer
  ) throws -> Transformer {
    let folder = try ModelFolder(files: artifact.files, reading: artifact.read)
    guard folder.tokenizer.vocabulary == tokenizer.vocabulary else {
      throw StageFailure(
        "the model's vocabulary of \(folder.tokenizer.vocabulary.count) tokens is not that of "
          + "the problems, which has \(tokenizer.vocabulary.count)")
    }
    return folder.model
  }
}
