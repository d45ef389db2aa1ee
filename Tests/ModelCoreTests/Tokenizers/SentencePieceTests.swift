import Fields
import Foundation
import ModelCore
import Testing

/// Tokenizers of GGUF files that SentencePiece trained, held against SentencePiece itself by what
/// `Reference/freeze_sentencepiece.py` wrote.
@Suite struct `A SentencePiece tokenizer of a GGUF file` {
  private static func frozen(_ name: String) throws -> JSONText {
    let json = try JSONText(parsing: try referenceFile("sentencepiece.json"))
    return try #require(json[name])
  }

  private static func texts(_ json: JSONText?) -> [String] {
    (json?.arrayValue ?? []).compactMap(\.stringValue)
  }

  private static func numbers(_ json: JSONText?) -> [Int] {
    (json?.arrayValue ?? []).compactMap(\.intValue)
  }

  private static func tokenizer(
    _ json: JSONText, scores: [Float]? = nil, tokens: [String]? = nil, addsBegin: Bool? = false
  ) throws -> SubwordTokenizer {
    let written = (json["scores"]?.arrayValue ?? []).compactMap { Float($0.compact) }
    func token(_ name: String) -> Int32? { json[name]?.intValue.flatMap(Int32.init(exactly:)) }
    return try SubwordTokenizer(
      gguf: GGUFVocabulary(
        model: "llama", pre: "default", tokens: tokens ?? texts(json["tokens"]),
        types: numbers(json["types"]), scores: scores ?? written, beginToken: token("begin"),
        endToken: token("end"), unknownToken: token("unknown"), addsBeginToken: addsBegin,
        addsSpacePrefix: json["add_space_prefix"]?.compact == "true", file: "m.gguf"),
      file: "m.gguf")
  }

  @Test(arguments: ["prefix", "plain"])
  func `gives the ids and the texts that SentencePiece gives`(name: String) throws {
    let json = try Self.frozen(name)
    let tokenizer = try Self.tokenizer(json)
    let read = try TokenizerFile.read(tokenizer.encoded())
    let cases = try #require(json["cases"]?.arrayValue)
    #expect(cases.count > 80)
    for written in cases {
      let parts = try #require(written.arrayValue)
      let line = try #require(parts[0].stringValue)
      let ids = Self.numbers(parts[1]).map { Int32($0) }
      #expect(try tokenizer.encode(line, addSpecial: true, parseSpecial: false) == ids, "\(line)")
      #expect(tokenizer.decode(ids) == parts[2].stringValue ?? line, "\(line)")
      #expect(try read.encode(line, addSpecial: false, parseSpecial: false) == ids, "\(line)")
    }
  }

  @Test func `begins texts with the beginning of sequence unless the file says otherwise`() throws {
    let json = try Self.frozen("prefix")
    let tokenizer = try Self.tokenizer(json, addsBegin: nil)
    let ids = try tokenizer.encode("the", addSpecial: true, parseSpecial: true)
    #expect(ids.first == 1 && tokenizer.endToken == 2)
    #expect(try tokenizer.encode("the") == Array(ids.dropFirst()))
    #expect(tokenizer.specialTokens == [0, 1, 2])
  }

  @Test func `that cannot be made is refused in one line`() throws {
    let json = try Self.frozen("prefix")
    func complaint(scores: [Float]? = nil, tokens: [String]? = nil) throws -> String {
      do {
        _ = try Self.tokenizer(json, scores: scores, tokens: tokens)
        return ""
      } catch let error as ModelFileError {
        return error.description
      }
    }
    let count = Self.texts(json["tokens"]).count
    let expected = "m.gguf: key 'tokenizer.ggml.scores': expected a finite number for each of the "
    #expect(try complaint(scores: [1]) == expected + "\(count) tokens, found 1")
    #expect(
      try complaint(scores: [Float](repeating: .nan, count: count))
        == expected + "\(count) tokens, found another")
    var tokens = Self.texts(json["tokens"])
    tokens[count - 1] = tokens[count - 2]
    #expect(try complaint(tokens: tokens).hasSuffix("token \(count - 1) is given twice"))
    // Time and memory would grow with the square of a token's length.
    tokens[count - 1] = String(repeating: "a", count: 1 << 16)
    #expect(try complaint(tokens: tokens).hasSuffix("the tokens are too long"))
  }
}
