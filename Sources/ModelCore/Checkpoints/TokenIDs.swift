import Foundation

/// The value of `eos_token_id` and similar members: one id, or a list.
struct TokenIDs: Decodable {
  let all: [Int32]

  init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let id = try? container.decode(Int32.self) {
      all = [id]
    } else {
      all = try container.decode([Int32].self)
    }
  }
}

/// `generation_config.json`. Only the tokens that end responses are read; sampling settings are
/// those of the pipeline.
enum GenerationFile {
  static let path = "generation_config.json"

  private struct Members: Decodable {
    let endTokens: TokenIDs?
    private enum CodingKeys: String, CodingKey { case endTokens = "eos_token_id" }
  }

  static func endTokens(decoding bytes: Data) throws(ModelFileError) -> [Int32] {
    _ = try JSONFile.text(of: bytes, file: path)
    do {
      return try JSONDecoder().decode(Members.self, from: bytes).endTokens?.all ?? []
    } catch {
      let reason = (error as? DecodingError)?.reason() ?? "it cannot be read"
      throw ModelFileError(path, .malformed("this is not a generation_config.json: \(reason)"))
    }
  }
}
