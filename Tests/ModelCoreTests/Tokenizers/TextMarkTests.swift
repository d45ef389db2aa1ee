import ModelCore
import TensorCore
import Testing

@Suite struct `Text marks` {
  private static func tokenizer() throws -> WordTokenizer {
    try WordTokenizer(
      vocabulary: ["a", "b", "ab", "aa", "ba", "bab", "<", "</", "think", ">", ">\n\n", "2</"])
  }

  private func at(_ token: Int, _ byte: Int = 0) -> TokenPosition {
    TokenPosition(token: token, byte: byte)
  }

  @Test func `are found whichever tokens spell them, and inside of tokens`() throws {
    let tokenizer = try Self.tokenizer()
    let mark = TextMark("</think>", in: tokenizer)
    // a </ think > b
    let whole = try #require(mark.place(in: [0, 7, 8, 9, 1]))
    #expect(whole == MarkPlace(lower: at(1), upper: at(4)) && whole.tokens == 1..<4)
    // a 2</ think >⏎⏎ b
    let tokens: [Int32] = [0, 11, 8, 10, 1]
    let inside = try #require(mark.place(in: tokens[...]))
    #expect(inside == MarkPlace(lower: at(1, 1), upper: at(3, 1)) && inside.tokens == 1..<4)
    #expect(tokenizer.text(of: tokens[...], from: at(0), to: inside.lower) == "a2")
    #expect(tokenizer.text(of: tokens[...], from: inside.upper, to: at(5)) == "\n\nb")
    #expect(tokenizer.text(of: tokens[...], from: inside.lower, to: inside.upper) == "</think>")
    #expect(tokenizer.text(of: tokens[...], from: at(3, 1), to: at(3, 2)) == "\n")
    // A slice keeps the indices of its array.
    #expect(mark.place(in: tokens[1...]) == inside && mark.place(in: tokens[2...]) == nil)
    #expect(mark.ends(tokens[..<4]) && !mark.ends(tokens[..<3]) && !mark.ends(tokens[...]))
    #expect(TextMark("", in: tokenizer).place(in: tokens[...]) == nil)
  }

  @Test func `divide a text into parts that are the whole again`() throws {
    let tokenizer = try TokenizerFile.read(
      SubwordTokenizerTests.file(
        vocabulary: #"{"▁a":0,"b<":1}"#, merges: "[]",
        others: #","decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}"#))
    let tokens: [Int32] = [0, 1]
    func text(_ start: TokenPosition, _ end: TokenPosition) -> String {
      tokenizer.text(of: tokens[...], from: start, to: end)
    }
    #expect(text(at(0), at(2)) == " ab<")
    #expect(text(at(0), at(1)) == " a" && text(at(0), at(1, 1)) == " ab")
  }

  @Test func `are equal for the same text of the same tokenizer`() throws {
    let mark = TextMark("ab", in: try Self.tokenizer())
    #expect(mark == TextMark("ab", in: try Self.tokenizer()))
    #expect(mark != TextMark("ba", in: try Self.tokenizer()))
    #expect(mark != TextMark("ab", in: try WordTokenizer(vocabulary: ["a", "b"])))
  }

  @Test func `leave no beginning behind at a cut`() throws {
    let mark = TextMark("</think>", in: try Self.tokenizer())
    func kept(_ tokens: [Int32]) -> Int { mark.withoutBeginning(tokens[...]).count }
    #expect(kept([0, 1]) == 2 && kept([]) == 0)
    #expect(kept([0, 6]) == 1 && kept([0, 7]) == 1 && kept([0, 7, 8]) == 1)
    #expect(kept([0, 11, 8]) == 1, "a token that the mark begins in goes as a whole")
    #expect(kept([0, 7, 8, 9]) == 4, "a whole mark stays")
    #expect(kept([7, 8, 6]) == 2, "the first one did not go on")
  }

  /// Compares with a search of the whole text at every place, for marks that overlap themselves.
  @Test(arguments: ["a", "ab", "aab", "abab", "aaaa", "babba", "abaabaa"])
  func `are found at the first place of the text`(text: String) throws {
    let tokenizer = try Self.tokenizer()
    let mark = TextMark(text, in: tokenizer)
    let wanted = Array(text.utf8)
    var stream = RandomStream(seed: 1, purpose: "marks")
    var found = 0
    for _ in 0..<300 {
      let tokens = (0..<stream.int(in: 0...8)).map { _ in Int32(stream.int(in: 0...5)) }
      let owners = tokens.indices.flatMap { index in
        tokenizer.bytes(of: tokens[index]).indices.map { at(index, $0) }
      }
      let all = Array(tokenizer.decode(tokens).utf8)
      let start = all.indices.first { all[$0...].starts(with: wanted) }
      let place = mark.place(in: tokens[...])
      #expect((place == nil) == (start == nil))
      guard let start, let place else { continue }
      found += 1
      let end = start + wanted.count
      #expect(place.lower == owners[start])
      #expect(place.upper == (end < owners.count ? owners[end] : at(tokens.count)))
      #expect(place.tokens == owners[start].token..<owners[end - 1].token + 1)
      #expect(mark.ends(tokens[..<place.tokens.upperBound]))
      #expect(!mark.ends(tokens[..<place.tokens.lowerBound]))
    }
    #expect(found > 3)
  }
}
