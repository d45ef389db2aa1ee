package import ModelCore
package import PipelineCore
package import Reasoning

/// Models in and out of artifacts.
package enum ModelArtifact {
  package static func write(
    _ model: Transformer, tokenizer: WordTokenizer, to folder: any FolderWriter
  ) throws {
    for file in ModelFolder.files(of: model, tokenizer: tokenizer) {
      try folder.write(file.data, to: file.path)
    }
  }

  /// - Throws: `ModelFileError` when the files do not make a model; `StageFailure` when its tokens
  ///   are not the problems'.
  package static func read(
    _ artifact: any ArtifactReader, for tokenizer: WordTokenizer
  ) throws -> Transformer {
    let folder = try ModelFolder(files: artifact.files, reading: artifact.read)
    if let problem = difference(folder.tokenizer, folder.endTokens, tokenizer) {
      throw StageFailure("the model \(problem)")
    }
    return folder.model
  }

  /// What is wrong with a model folder from outside, by everything but its weights' values; nil when a
  /// stage can take it.
  /// - Parameters:
  ///   - folder: its path.
  ///   - name: what messages call it.
  ///   - newTokens: the most that the stage would have the model write.
  package static func problem(
    ofFolder folder: String, name: String, newTokens: Int? = nil
  ) -> String? {
    let model: ModelDescription
    do {
      model = try ModelDescription(folder: folder)
    } catch {
      return error.sentence(folder: name)
    }
    if let problem = difference(model.tokenizer, model.endTokens, LadderVocabulary.tokenizer) {
      return "the model of folder '\(name)' \(problem)"
    }
    // A prompt has a character at least, and the mark that begins the thinking.
    if let newTokens, let limit = model.configuration.contextLength, newTokens + 2 > limit {
      return "the model of folder '\(name)' was made for \(limit) tokens "
        + "(max_position_embeddings), a prompt and max_new_tokens, \(newTokens), are more"
    }
    return nil
  }

  /// In what a model's tokens are not ours, in words that follow "the model".
  private static func difference(
    _ found: WordTokenizer, _ ends: [Int32], _ ours: WordTokenizer
  ) -> String? {
    guard found.vocabulary == ours.vocabulary else {
      let place = zip(found.vocabulary, ours.vocabulary).enumerated()
        .first { $0.element.0 != $0.element.1 }
      return place.map {
        "has the token '\($0.element.0)' under id \($0.offset), where problems have "
          + "'\($0.element.1)'"
      } ?? "has \(found.vocabulary.count) tokens, and problems have \(ours.vocabulary.count)"
    }
    guard let end = ours.endToken, let other = ends.first(where: { $0 != end }) else { return nil }
    let name = ours.vocabulary.indices.contains(Int(other)) ? ours.vocabulary[Int(other)] : nil
    return "ends responses at token \(other)\(name.map { ", '\($0)'," } ?? "") by its "
      + "eos_token_id, and here they end at \(end), '\(ours.vocabulary[Int(end)])', alone"
  }

  /// - Throws: `StageFailure` when a prompt and the response to it may be longer than a model was made
  ///   for.
  package static func requireRoom(
    in model: Transformer, for problems: [Problem], newTokens: Int
  ) throws {
    guard let limit = model.configuration.contextLength else { return }
    let longest = problems.map { $0.prompt.unicodeScalars.count }.max() ?? 0
    // And the mark that begins the thinking.
    guard longest + 1 + newTokens > limit else { return }
    throw StageFailure(
      "the longest prompt has \(longest + 1) tokens, which with max_new_tokens, \(newTokens), are "
        + "more than the \(limit) that the model was made for (max_position_embeddings)")
  }
}
