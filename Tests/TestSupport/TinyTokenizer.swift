/// A byte-level BPE tokenizer in the manner of Qwen2's: all bytes, some merges, and three special
/// tokens.
package enum TinyTokenizer {
  package static let specialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

  /// The ids of the special tokens.
  package static let endOfText = tokens.count - 3
  package static let beginOfTurn = tokens.count - 2
  package static let endOfTurn = tokens.count - 1

  /// The pairs that are merged, in order, as `tokenizer.json` writes them: `Ġ` is a space.
  package static let merges = [
    "Ġ t", "h e", "Ġt he", "Ġ a", "i n", "a n", "e r", "o n", "r e", "a s", "Ġ h", "Ġh as", "o w",
    "H ow", "Ġ m", "Ġm an", "Ġman y", "Ġ s", "Ġ b", "Ġ o", "Ġo f", "l e", "Ġ g", "Ġ w", "o x",
    "e d",
    "b ox", "box ed", "Ġ =", "Ġ +", "Ġ -", "Ġ *", "Ġ \\", "# #", "## ##", "as s", "s t",
    "i st",
    "ass ist", "an t", "assist ant", "u s", "us er", "s y", "e m", "sy st", "syst em", "Ċ Ċ",
  ]

  /// All tokens by id: the bytes' characters in order, the merges, the special tokens.
  package static let tokens: [String] = {
    let bytes = characters.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    return bytes + merges.map { $0.replacing(" ", with: "") } + specialTokens
  }()

  /// The printable character of each byte: GPT-2's `bytes_to_unicode`.
  private static let characters: [String] = {
    var other: UInt32 = 0x100
    return (UInt32(0)...255).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
        return String(Character(Unicode.Scalar(byte) ?? "?"))
      default:
        defer { other += 1 }
        return String(Character(Unicode.Scalar(other) ?? "?"))
      }
    }
  }()

  private static let words =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"#
    + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"#
    + #"\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// `tokenizer.json`.
  package static var json: String {
    let vocabulary = tokens.dropLast(specialTokens.count).enumerated()
      .map { "\(quoted($0.element)):\($0.offset)" }.joined(separator: ",")
    let added = specialTokens.enumerated().map { place, token in
      #"{"id":\#(endOfText + place),"content":\#(quoted(token)),"single_word":false,"#
        + #""lstrip":false,"rstrip":false,"normalized":false,"special":true}"#
    }.joined(separator: ",")
    let pairs = merges.map { pair in
      "[" + pair.split(separator: " ").map { quoted(String($0)) }.joined(separator: ",") + "]"
    }.joined(separator: ",")
    let bytes =
      #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}"#
    return """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[\(added)],
      "normalizer":{"type":"NFC"},
      "pre_tokenizer":{"type":"Sequence","pretokenizers":[
      {"type":"Split","pattern":{"Regex":"\(words)"},"behavior":"Isolated","invert":false},
      \(bytes)]},
      "post_processor":\(bytes),
      "decoder":\(bytes),
      "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":"",
      "end_of_word_suffix":"","fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
      "vocab":{\(vocabulary)},"merges":[\(pairs)]}}

      """
  }

  /// ChatML, with a system turn of its own where the conversation has none.
  package static let chatTemplate =
    "{% for message in messages %}"
    + "{% if loop.first and messages[0]['role'] != 'system' %}"
    + "{{ '<|im_start|>system\\nYou are a tiny model.<|im_end|>\\n' }}{% endif %}"
    + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    + "{% endfor %}"
    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

  /// `tokenizer_config.json`.
  package static var configuration: String {
    """
    {"tokenizer_class":"Qwen2Tokenizer","eos_token":"<|im_end|>","pad_token":"<|endoftext|>",
    "bos_token":null,"add_bos_token":false,"chat_template":\(quoted(chatTemplate))}

    """
  }
}
