package import ModelCore
package import PipelineCore
package import Reasoning

/// Writes models to artifacts and reads them back.
package enum ModelArtifact {
  /// - Parameter policy: the artifact that training began with; an adapter's artifact contains the
  ///   files of its base, or all of it, without copying them.
  package static func write(
    _ model: Transformer, text: CheckpointText, policy: (any ArtifactReader)? = nil,
    to folder: any FolderWriter
  ) throws {
    if model.adapter != nil, let policy {
      for file in AdapterFolder.contents(of: model, text: text) {
        try folder.write(to: file.path) { try file.contents.write(to: $0) }
      }
      let base = BaseArtifact(of: policy) ?? policy
      for path in base.files {
        guard let file = base.reference(to: path) else {
          throw StageFailure("the file '\(path)' of the policy is not there any more")
        }
        try folder.refer(to: file, as: AdapterFolder.basePrefix + path)
      }
      return
    }
    for file in ModelFolder.contents(of: model, text: text) {
      try folder.write(to: file.path) { try file.contents.write(to: $0) }
    }
  }

  /// Reads a model. The base of an adapter may be shared, since nothing trains it.
  /// - Parameters:
  ///   - use: the use of the weights.
  ///   - frozen: the form of an adapter's base: `trained` for a backend that reads no kept weights.
  /// - Throws: `ModelFileError` if the files are not a valid model; `StageFailure` if its tokens
  ///   are not those of the format.
  package static func read(
    _ artifact: any ArtifactReader, for format: any ResponseFormat, use: WeightUse = .trained,
    frozen: WeightUse = .onlyRead
  ) throws -> Transformer {
    let base = try sharedBase(of: artifact, for: frozen)
    let folder = try ModelFolder(
      files: artifact.files, memory: MachineMemory.size, for: use, base: base,
      reading: artifact.read)
    if let problem = difference(folder.tokenizer, folder.endTokens, format) {
      throw StageFailure("the model \(problem)")
    }
    return folder.model
  }

  /// The model that an adapter adapts; nil for a whole model, and for an adapter without its base.
  private static func sharedBase(
    of artifact: any ArtifactReader, for use: WeightUse
  ) throws -> Transformer? {
    guard let folder = AdapterFolder(files: artifact.files), let base = BaseArtifact(of: artifact)
    else { return nil }
    return try FrozenModels.shared.model(base.digest, for: use) {
      try folder.frozenBase(memory: MachineMemory.size, for: use, reading: artifact.read)
    }
  }

  /// Reads a model that nothing trains; it may be shared with other stages of this process.
  /// - Parameter use: `trained` for a backend that reads no kept weights.
  /// - Throws: as `read` does.
  package static func frozen(
    _ artifact: any ArtifactReader, for format: any ResponseFormat, use: WeightUse = .onlyRead
  ) throws -> Transformer {
    if AdapterFolder(files: artifact.files) != nil {
      return try read(artifact, for: format, frozen: use)
    }
    return try FrozenModels.shared.model(artifact.digest, for: use) {
      try read(artifact, for: format, use: use)
    }
  }

  /// The reason why a stage cannot use an external model folder or GGUF file, checked without
  /// reading the weights' values; nil if it can.
  /// - Parameters:
  ///   - folder: the path of the folder or the file.
  ///   - base: the path of the model that an adapter adapts, if it is elsewhere.
  ///   - name: its name in messages.
  ///   - format: the format of the stage.
  ///   - use: the stage's use of the weights.
  ///   - longest: the most tokens that may follow a prompt; nil for a stage that samples nothing.
  package static func problem(
    ofFolder folder: String, base: String? = nil, name: String, for format: any ResponseFormat,
    use: WeightUse = .trained, longest: Int? = nil
  ) -> String? {
    let model: ModelDescription
    let isFile = GGUFModel.isFile(folder)
    do {
      model = try ModelDescriptionCache.shared.description(of: folder, base: base)
      try model.checkMemory(MachineMemory.size, for: use)
    } catch {
      return isFile ? error.inWords : error.sentence(folder: name)
    }
    let place = (isFile ? "file" : "folder") + " '\(name)'"
    if let problem = difference(model.tokenizer, model.endTokens, format) {
      return "the model of \(place) \(problem)"
    }
    // A prompt has at least one token.
    if let longest, let limit = model.configuration.contextLength, 1 + longest > limit {
      return "the model of \(place) was made for \(limit) tokens "
        + "(max_position_embeddings), a prompt and the \(longest) that may follow it are more"
    }
    return nil
  }

  /// The difference between a model's tokens and ours, in words that follow "the model"; nil if
  /// there is none.
  private static func difference(
    _ found: any Tokenizer, _ ends: [Int32], _ format: any ResponseFormat
  ) -> String? {
    let ours = format.tokenizer
    guard found.fingerprint == ours.fingerprint else {
      let (count, own) = (found.vocabularySize, ours.vocabularySize)
      for id in 0..<Int32(min(count, own)) {
        guard let token = found.token(id), let other = ours.token(id), token != other else {
          continue
        }
        return "has the token '\(token)' under id \(id), where the response format "
          + "'\(format.name)' has '\(other)'"
      }
      return count == own
        ? "has the tokens of the response format '\(format.name)', but divides text into others"
        : "has \(count) tokens, and the response format '\(format.name)' has \(own)"
    }
    let end = format.endOfResponse
    guard let other = ends.first(where: { !format.stopTokens.contains($0) }) else { return nil }
    return "ends responses at token \(other)\(ours.token(other).map { ", '\($0)'," } ?? "") by its "
      + "eos_token_id, and here they end at \(end), '\(ours.decode([end]))', alone"
  }

  /// - Parameter limit: the most tokens of a sequence; nil if there is none.
  /// - Throws: `StageFailure` if a prompt and its response may be longer.
  package static func requireRoom(
    of limit: Int?, for problems: [Problem], longest: Int, format: any ResponseFormat
  ) throws {
    guard let limit else { return }
    let prompt = problems.map { format.tokenCount(of: $0.prompt) }.max() ?? 0
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
