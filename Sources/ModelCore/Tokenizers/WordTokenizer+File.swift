import Fields
package import Foundation

extension WordTokenizer {
  /// `tokenizer.json` as huggingface/tokenizers reads it: a WordLevel model over single characters.
  /// The longer tokens are added tokens, which are matched first.
  package func encoded() -> Data {
    let added = vocabulary.enumerated().filter { $0.element.unicodeScalars.count > 1 }.map {
      id, token in
      JSONText.object([
        ("id", .int(id)), ("content", .string(token)), ("single_word", .bool(false)),
        ("lstrip", .bool(false)), ("rstrip", .bool(false)), ("normalized", .bool(false)),
        // Special tokens are left out when a text is decoded for reading.
        ("special", .bool(Int32(id) == endToken || Int32(id) == padToken)),
      ])
    }
    let everyCharacter = JSONText.object([
      ("type", .string("Split")),
      ("pattern", .object([("Regex", .string("[\\s\\S]"))])),
      ("behavior", .string("Isolated")),
      ("invert", .bool(false)),
    ])
    let file = JSONText.object([
      ("version", .string("1.0")),
      ("truncation", .null),
      ("padding", .null),
      ("added_tokens", .array(added)),
      ("normalizer", .null),
      ("pre_tokenizer", everyCharacter),
      ("post_processor", .null),
      ("decoder", .object([("type", .string("Fuse"))])),
      (
        "model",
        .object([
          ("type", .string("WordLevel")),
          ("vocab", .object(vocabulary.enumerated().map { ($1, .int($0)) })),
          // Intentionally not in the vocabulary: there too, a character without a token is an
          // error.
          ("unk_token", .string("<unk>")),
        ])
      ),
    ])
    return Data(file.indented.utf8)
  }

  /// Reads `tokenizer.json`. The ids of end and pad are given, because a folder names them in
  /// `config.json`.
  package init(
    decoding bytes: Data, file: String, endToken: Int32? = nil, padToken: Int32? = nil
  ) throws(ModelFileError) {
    _ = try JSONFile.text(of: bytes, file: file)
    let decoded: WordLevelFile
    do {
      decoded = try JSONDecoder().decode(WordLevelFile.self, from: bytes)
    } catch {
      let reason = (error as? DecodingError)?.reason() ?? "it cannot be read"
      throw ModelFileError(file, .malformed("this is not a tokenizer.json: \(reason)"))
    }
    guard decoded.model.type == "WordLevel", let vocab = decoded.model.vocab else {
      throw ModelFileError(
        file, .unsupported("the tokenizer is of type \(decoded.model.type); WordLevel is read"))
    }
    let ordered = vocab.sorted { $0.value < $1.value }
    guard ordered.enumerated().allSatisfy({ $0.offset == $0.element.value }) else {
      throw ModelFileError(
        file, .malformed("the ids do not count from 0 to \(ordered.count - 1) without a gap"))
    }
    let vocabulary = ordered.map(\.key)
    func token(_ id: Int32?) throws(ModelFileError) -> String? {
      guard let id else { return nil }
      guard vocabulary.indices.contains(Int(id)) else {
        throw ModelFileError(file, .malformed("no token has the id \(id)"))
      }
      return vocabulary[Int(id)]
    }
    let end = try token(endToken)
    let pad = try token(padToken)
    do {
      try self.init(vocabulary: vocabulary, end: end, pad: pad)
    } catch {
      throw ModelFileError(file, .malformed(error.description))
    }
  }
}

private struct WordLevelFile: Decodable {
  struct Model: Decodable {
    let type: String
    let vocab: [String: Int]?

    private enum Key: String, CodingKey { case type, vocab }

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      type = try container.decode(String.self, forKey: .type)
      // Other models have other members here, so the type is checked first.
      vocab = type == "WordLevel" ? try container.decode([String: Int].self, forKey: .vocab) : nil
    }
  }
  let model: Model
}
