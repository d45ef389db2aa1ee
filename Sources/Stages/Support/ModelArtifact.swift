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
        "the model's vocabulary is not that of the problems: "
          + Self.difference(folder.tokenizer.vocabulary, tokenizer.vocabulary))
    }
    return folder.model
  }

  /// How the vocabulary of a model differs from the one that problems are written in.
  static func difference(_ model: [String], _ problems: [String]) -> String {
    guard model.count == problems.count else {
      return "it has \(model.count) tokens, and problems have \(problems.count)"
    }
    let places = model.indices.filter { model[$0] != problems[$0] }
    guard let first = places.first else { return "they differ" }
    let more = places.count - 1
    return
      "token \(first) is \(model[first].quoted) there and \(problems[first].quoted) in problems"
      + (more > 0 ? ", and \(more) more differ" : "")
  }
}
