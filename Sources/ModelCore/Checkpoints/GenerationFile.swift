import Fields
import Foundation

/// `generation_config.json`: the tokens that end responses, and the settings with which a model's
/// makers would sample. The settings are shown, never used: sampling is the pipeline's to decide.
struct GenerationFile {
  static let path = "generation_config.json"

  /// The settings of transformers' `GenerationConfig` that change which tokens are sampled.
  private static let settings = [
    "do_sample", "temperature", "top_k", "top_p", "min_p", "typical_p", "repetition_penalty",
    "no_repeat_ngram_size", "num_beams", "max_new_tokens", "max_length", "min_new_tokens",
    "suppress_tokens", "begin_suppress_tokens", "bad_words_ids", "forced_bos_token_id",
    "forced_eos_token_id",
  ]

  let endTokens: [Int32]
  /// The stated settings with their values, in the order of `settings`.
  let suggestions: [(name: String, value: String)]

  init(decoding bytes: Data) throws(ModelFileError) {
    let json = try JSONFile.text(of: bytes, file: Self.path)
    let members = try ConfigurationMembers(
      json, file: Self.path, refusal: "this is not a generation_config.json: ")
    endTokens = try members.tokens("eos_token_id")
    suggestions = Self.settings.compactMap { name in
      members.json(name).map { (name, $0.compact) }
    }
  }
}
