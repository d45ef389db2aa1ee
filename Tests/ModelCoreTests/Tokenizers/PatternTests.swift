import Foundation
import ModelCore
import Testing

struct PatternTests {
  /// The text in which a hyphen takes the place of every match.
  private static func replaced(_ pattern: String, in text: String) throws -> String {
    let quoted = String(decoding: try JSONEncoder().encode(pattern), as: UTF8.self)
    let tokenizer = try TokenizerFile.read(
      SubwordTokenizerTests.file(
        vocabulary: #"{"a":0,"b":1,"A":2,"B":3,"-":4,"\n":5,"\\":6,"z":7}"#, merges: "[]",
        others: #"""
          ,"normalizer":{"type":"Replace","pattern":{"Regex":\#(quoted)},"content":"-"},
          "decoder":{"type":"Fuse"}
          """#))
    return tokenizer.decode(try tokenizer.encode(text))
  }

  @Test func `find the beginnings of lines, of which none is after the last line feed`() throws {
    #expect(try Self.replaced("^", in: "a\nb\n") == "-a\n-b\n")
    #expect(try Self.replaced("^", in: "a\n\nb") == "-a\n-\n-b")
  }

  @Test func `take a number of repetitions with a question mark as a group that may be absent`()
    throws
  {
    #expect(try Self.replaced("a{2}?b", in: "aabab") == "-a-")
    #expect(try Self.replaced("a{1,2}?", in: "aab") == "--b")
  }

  @Test func `read escapes in classes without regard to case`() throws {
    #expect(try Self.replaced(#"(?i:[\x41-\x42])"#, in: #"aBz\"#) == #"--z\"#)
    #expect(try Self.replaced(#"(?i:[\x41b])"#, in: #"aABz\"#) == #"---z\"#)
    #expect(try Self.replaced("(?i:[a-b])", in: "aBz") == "--z")
  }

  @Test func `find characters in ranges in any order`() throws {
    #expect(try Self.replaced("[za-aA]", in: "aAbzB") == "--b-B")
    #expect(try Self.replaced("[^zb-bA-BA]", in: "aAbzB") == "-AbzB")
  }

  /// A word on which `a+b` takes some 767,000 steps.
  private static let slow = String(repeating: "a", count: 1_200)

  @Test func `share their steps among all pieces of a text`() throws {
    let split = #""type":"Split","invert":false,"behavior""#
    let tokenizer = try TokenizerFile.read(
      SubwordTokenizerTests.file(
        others: #"""
          ,"pre_tokenizer":{"type":"Sequence","pretokenizers":[
           {\#(split):"Removed","pattern":{"String":" "}},
           {\#(split):"Isolated","pattern":{"Regex":"a+b"}}]}
          """#))
    #expect(try tokenizer.encode(Self.slow).count == 1_200)
    let text = Array(repeating: Self.slow, count: 20).joined(separator: " ")
    #expect(throws: TokenizerError.patternTooSlow) { try tokenizer.encode(text) }
  }

  @Test func `share their steps among all tokens of a file`() throws {
    func read(_ count: Int) throws(ModelFileError) -> any Tokenizer {
      let tokens = (0..<count).map { index in
        #""\#(Self.slow + String(repeating: "a", count: index))":\#(index)"#
      }
      return try TokenizerFile.read(
        SubwordTokenizerTests.file(
          vocabulary: "{\(tokens.joined(separator: ","))}", merges: "[]",
          others: #","decoder":{"type":"Replace","pattern":{"Regex":"a+b"},"content":""}"#))
    }
    #expect(try read(1).decode([0]) == Self.slow)
    let error = #expect(throws: ModelFileError.self) { try read(20) }
    #expect(error?.description.contains("a pattern takes too many steps") == true)
  }

  private static func replace(_ pattern: String, _ content: String) -> String {
    #"{"type":"Replace","pattern":\#(pattern),"content":"\#(content)"}"#
  }

  @Test func `find nothing in an empty text`() throws {
    let (one, other) = (
      Self.replace(#"{"String":"a"}"#, ""), Self.replace(#"{"Regex":"^"}"#, "b")
    )
    let tokenizer = try TokenizerFile.read(
      SubwordTokenizerTests.file(
        others: #","normalizer":{"type":"Sequence","normalizers":[\#(one),\#(other)]}"#))
    #expect(try tokenizer.encode("a") == [] && tokenizer.encode("c") == [1, 2])
  }

  @Test func `are refused if they are an empty String`() {
    let error = #expect(throws: ModelFileError.self) {
      try TokenizerFile.read(
        SubwordTokenizerTests.file(
          others: #","normalizer":\#(Self.replace(#"{"String":""}"#, "b"))"#))
    }
    #expect(error?.description.contains("the pattern is an empty String") == true)
  }
}
