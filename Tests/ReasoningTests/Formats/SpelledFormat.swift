import Fields
import Foundation
import ModelCore
import Reasoning

/// A vocabulary of pieces of bytes, of which some are parts of marks and of characters. Only the
/// tokens in brackets are special; text is divided into the longest pieces.
struct PieceTokenizer: Tokenizer {
  let pieces: [[UInt8]]
  let specialTokens: Set<Int32>
  let endToken: Int32?
  let padToken: Int32?

  init(special: [String], pieces: [[UInt8]], end: Int32, pad: Int32) {
    self.pieces = special.map { Array($0.utf8) } + pieces
    specialTokens = Set(special.indices.map { Int32($0) })
    endToken = end
    padToken = pad
  }

  var vocabularySize: Int { pieces.count }
  var fingerprint: FieldValue {
    .list(pieces.map { .list($0.map { .int(Int($0)) }) })
  }

  func bytes(of id: Int32) -> [UInt8] {
    pieces.indices.contains(Int(id)) ? pieces[Int(id)] : Array("\u{FFFD}".utf8)
  }

  func token(_ id: Int32) -> String? {
    pieces.indices.contains(Int(id)) ? String(decoding: pieces[Int(id)], as: UTF8.self) : nil
  }

  func id(of token: String) -> Int32? {
    pieces.firstIndex(of: Array(token.utf8)).map { Int32($0) }
  }

  func encode(
    _ text: String, addSpecial: Bool, parseSpecial: Bool
  ) throws(TokenizerError) -> [Int32] {
    var rest = Array(text.utf8)[...]
    var ids: [Int32] = []
    while !rest.isEmpty {
      let fitting = pieces.indices.filter { rest.starts(with: pieces[$0]) }
      guard let id = fitting.max(by: { pieces[$0].count < pieces[$1].count }) else {
        throw .noToken(at: 0, rest: String(decoding: rest, as: UTF8.self))
      }
      ids.append(Int32(id))
      rest = rest.dropFirst(pieces[id].count)
    }
    return ids
  }

  func decode(_ ids: some Sequence<Int32>) -> String {
    String(decoding: ids.flatMap(bytes(of:)), as: UTF8.self)
  }

  func encoded() -> Data { Data() }
}

/// `PROMPT [work]THINKING</think>ANSWER[end]`, in which `</think>` is ordinary text that several
/// tokens spell, as chat models that have no token for it write it.
struct SpelledFormat: ResponseFormat {
  let name = "spelled"
  let meaning = "thinking that ends in a text of several tokens"
  let tokenizer: any Tokenizer
  var endOfThinking: EndMark?
  let endOfResponse: Int32 = 1
  var stopTokens: [Int32] = [1]
  var stopStrings: [TextMark] = []
  let largestBudget = 9

  init() {
    let tokenizer = PieceTokenizer(
      special: ["[pad]", "[end]", "[work]"],
      pieces: ["</", "think", ">", ">\n", "3</", "<", "/think>", ">4", "!", "\n"].map {
        Array($0.utf8)
      } + "0123456789+~;?".map { Array(String($0).utf8) } + [[0xC3], [0xA9]],
      end: 1, pad: 0)
    self.tokenizer = tokenizer
    endOfThinking = .text(TextMark("</think>", in: tokenizer))
  }

  /// The ids of pieces that are separated by spaces; a line break is written `⏎`.
  func ids(_ pieces: String) -> [Int32] {
    pieces.split(separator: " ").map {
      tokenizer.id(of: String($0).replacing("⏎", with: "\n")) ?? -1
    }
  }

  var closing: [Int32] { ids("</ think >⏎") }
  var bridge: [Int32] { ids("!") + closing }

  func tokens(of header: ResponseHeader) -> [Int32] { [2] }
  func statement(of budget: Int) -> [Int32] { [] }
  func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? { nil }

  func answer(in text: String) -> String { text.replacing("\n", with: "") }
}
