import Fields

/// Special tokens around a text, such as the beginning of sequence before it. The template of pairs
/// of texts is not read.
struct TemplatePostProcessor: PostProcessor {
  static let type = "TemplateProcessing"
  /// Templates of more ids are refused: every text gets all of them.
  private static let mostIDs = 1_000

  private let before: [Int32]
  private let after: [Int32]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    var parts: [[Int32]] = [[]]
    var special: [String: TokenizerPart] = [:]
    if let all = part.part("special_tokens"), case .object(let members) = all.json {
      for (name, json) in members where special[name] == nil {
        special[name] = TokenizerPart(json: json, path: all.path + [name], source: all.source)
      }
    }
    var count = 0
    for piece in try part.list("single") {
      if let sequence = piece.part("Sequence") {
        guard try sequence.string("id") == "A", parts.count == 1 else {
          throw sequence.failure(
            .unsupported("'\(sequence.name)': a single text has one sequence, A"))
        }
        parts.append([])
      } else if let token = piece.part("SpecialToken") {
        let name = try token.string("id")
        guard let known = special[name] else {
          throw token.failure(
            .malformed("'\(token.name)': '\(name)' is not among the special_tokens"), at: "id")
        }
        let ids = try known.list("ids")
        count += ids.count
        guard count <= Self.mostIDs else {
          throw part.failure(
            .tooLarge("'\(part.name).single' has more than \(Self.mostIDs) ids"), at: "single")
        }
        for index in ids.indices {
          parts[parts.count - 1].append(try known.tokenID(element: index, of: "ids"))
        }
      } else {
        throw piece.wrong(nil, "a Sequence or a SpecialToken")
      }
    }
    guard parts.count == 2 else {
      throw part.failure(.malformed("'\(part.name).single' has no sequence"), at: "single")
    }
    before = parts[0]
    after = parts[1]
  }

  func process(_ ids: [Int32], addsSpecial: Bool) -> [Int32] {
    addsSpecial ? before + ids + after : ids
  }
}
