import Fields
import Foundation

extension CheckpointText {
  /// The files with which transformers and vLLM use a model's text as it is; none for a model whose
  /// `config.json` and `tokenizer.json` say everything.
  /// - Parameter contextLength: the longest sequence of the model; nil if there is no limit.
  func files(contextLength: Int?) -> [(path: String, data: Data)] {
    let texts = [beginText, endText, padText, chatTemplate?.text]
    guard endTokens.count > 1 || texts.contains(where: { $0 != nil }) else { return [] }
    let template = chatTemplate.map { (Self.templatePath, Data($0.text.utf8)) }
    return [
      (GenerationFile.path, generationFile), (Self.tokenizerPath, settings(contextLength)),
    ] + (template.map { [$0] } ?? [])
  }

  /// The same, and in any case the file that says which tokens end responses: an adapter has no
  /// `config.json`.
  func filesWithEnds(contextLength: Int?) -> [(path: String, data: Data)] {
    let files = files(contextLength: contextLength)
    return files.isEmpty ? [(GenerationFile.path, generationFile)] : files
  }

  /// The token that begins sequences.
  var beginToken: Int32? { beginText.flatMap(tokenizer.id) }
  /// The token that fills up.
  var padToken: Int32? { padText.flatMap(tokenizer.id) ?? tokenizer.padToken }

  /// `generation_config.json`, without settings of sampling: those of a model from which this one
  /// was trained were meant for that one.
  private var generationFile: Data {
    let members: [(String, JSONText?)] = [
      ("bos_token_id", beginToken.map { .int(Int($0)) }),
      ("eos_token_id", JSONText(tokens: endTokens)),
      ("pad_token_id", padToken.map { .int(Int($0)) }),
    ]
    return Self.file(members)
  }

  /// `tokenizer_config.json`. The class of this name is the one that takes everything from
  /// `tokenizer.json`.
  private func settings(_ contextLength: Int?) -> Data {
    let end = endText ?? endTokens.first.flatMap(tokenizer.token)
    let pad = padText ?? tokenizer.padToken.flatMap(tokenizer.token)
    let members: [(String, JSONText?)] = [
      ("tokenizer_class", .string("PreTrainedTokenizerFast")),
      ("bos_token", beginText.map { .string($0) }), ("eos_token", end.map { .string($0) }),
      ("pad_token", pad.map { .string($0) }),
      ("model_max_length", contextLength.map { .int($0) }),
      ("clean_up_tokenization_spaces", .bool(false)),
    ]
    return Self.file(members)
  }

  private static func file(_ members: [(String, JSONText?)]) -> Data {
    Data(
      JSONText.object(members.compactMap { name, value in value.map { (name, $0) } })
        .indented.utf8)
  }
}

extension JSONText {
  /// A token as its id, several as a list; nil for none.
  init?(tokens: [Int32]) {
    guard let first = tokens.first else { return nil }
    self = tokens.count == 1 ? .int(Int(first)) : .array(tokens.map { .int(Int($0)) })
  }
}
