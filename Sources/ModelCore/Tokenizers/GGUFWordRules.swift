import Fields

/// Rules that divide text into words, by the names that `tokenizer.ggml.pre` has for them, as parts
/// of a `tokenizer.json`.
///
/// Source of the names: `llama_vocab` of https://github.com/ggml-org/llama.cpp. The parts are those
/// of the models' own `tokenizer.json`; llama.cpp itself leaves their normalizers out.
struct GGUFWordRules {
  let names: [String]
  let normalizer: JSONText
  /// The parts before ByteLevel.
  let parts: [JSONText]
  /// True if ByteLevel divides into the words of GPT-2.
  let dividesWords: Bool
  var ignoresMerges = false
  /// True if a text begins with the beginning of sequence, unless the file says otherwise.
  var addsBeginToken = false

  static let all = [
    GGUFWordRules(names: ["gpt-2"], normalizer: .null, parts: [], dividesWords: true),
    GGUFWordRules(
      names: ["smollm"], normalizer: .null,
      parts: [.object([("type", .string("Digits")), ("individual_digits", .bool(true))])],
      dividesWords: true),
    GGUFWordRules(
      names: ["llama-bpe", "llama-v3", "llama3"], normalizer: .null,
      parts: [split(contractions + #"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"# + rest)],
      dividesWords: false, ignoresMerges: true, addsBeginToken: true),
    GGUFWordRules(
      names: ["qwen2", "deepseek-r1-qwen"], normalizer: .object([("type", .string("NFC"))]),
      parts: [split(contractions + #"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + rest)],
      dividesWords: false),
  ]

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
  private static let rest = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  private static func split(_ pattern: String) -> JSONText {
    .object([
      ("type", .string("Split")), ("pattern", .object([("Regex", .string(pattern))])),
      ("behavior", .string("Isolated")), ("invert", .bool(false)),
    ])
  }

  /// The member `pre_tokenizer`.
  var preTokenizer: JSONText {
    let bytes = JSONText.object([
      ("type", .string("ByteLevel")), ("add_prefix_space", .bool(false)),
      ("trim_offsets", .bool(true)), ("use_regex", .bool(dividesWords)),
    ])
    return .object([("type", .string("Sequence")), ("pretokenizers", .array(parts + [bytes]))])
  }
}
