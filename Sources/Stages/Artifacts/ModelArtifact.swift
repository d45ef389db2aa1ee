package import ModelCore
package import PipelineCore
package import Reasoning

/// Writes models to artifacts and reads them back.
package enum ModelArtifact {
  package static func write(
    _ model: Transformer, tokenizer: WordTokenizer, to folder: any FolderWriter
  ) throws {
    for file in ModelFolder.files(of: model, tokenizer: tokenizer) {
      try folder.write(file.data, to: file.path)
    }
  }

  /// - Throws: `ModelFileError` if the files are not a valid model; `StageFailure` if its tokens
  ///   are not those of the problems.
  package static func read(
    _ artifact: any ArtifactReader, for tokenizer: WordTokenizer
  ) throws -> Transformer {
    let folder = try ModelFolder(files: artifact.files, reading: artifact.read)
    if let problem = difference(folder.tokenizer, folder.endTokens, tokenizer) {
      throw StageFailure("the model \(problem)")
    }
    return folder.model
  }

  /// The reason why a stage cannot use an external model folder, checked without reading the
  /// weights' values; nil if it can.
  /// - Parameters:
  ///   - folder: the folder's path.
  ///   - name: the folder's name in messages.
  ///   - newTokens: the maximum number of tokens that the stage would let the model generate.
  package static func problem(
    ofFolder folder: String, name: String, longest: Int? = nil
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
    // A prompt has a token at least.
    if let longest, let limit = model.configuration.contextLength, 1 + longest > limit {
      return "the model of folder '\(name)' was made for \(limit) tokens "
        + "(max_position_embeddings), a prompt and the \(longest) that may follow it are more"
    }
    return nil
  }

  /// The difference between a model's tokens and ours, in words that follow "the model"; nil if
  /// there is none.
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

  /// - Throws: `StageFailure` if a prompt and its response may be longer than the model's context.
  package static func requireRoom(
    in model: Transformer, for problems: [Problem], longest: Int
  ) throws {
    guard let limit = model.configuration.contextLength else { return }
    let prompt = problems.map { $0.prompt.unicodeScalars.count }.max() ?? 0
    guard prompt + longest > limit else { return }
    throw StageFailure(
      "the longest prompt has \(prompt) tokens, which with the \(longest) that may follow it are "
        + "more than the \(limit) that the model was made for (max_position_embeddings)")
  }

  /// - Parameter name: where the examples come from, for the message.
  /// - Throws: `StageFailure` when an example is longer than a model was made for.
  package static func requireRoom(
    in model: Transformer, for examples: [SupervisedExample], of name: String
  ) throws {
    guard let limit = model.configuration.contextLength,
      let longest = examples.map(\.tokens.count).max(), longest > limit
    else { return }
    throw StageFailure(
      "the longest example of \(name) has \(longest) tokens with its prompt, more than the "
        + "\(limit) that the model was made for (max_position_embeddings)")
  }
}
