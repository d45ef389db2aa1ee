import Foundation
import ModelCore
import Testing

/// Files that were changed at random: each is read or refused, and what is read encodes and decodes
/// any text or says why not.
struct TokenizerFileFuzzTests {
  /// LACONIC_SEED=N repeats a run.
  private static let seed =
    ProcessInfo.processInfo.environment["LACONIC_SEED"].flatMap { UInt64($0) } ?? 20_261_130

  /// Replacements that keep much of a file valid.
  private static let words = [
    "0", "-1", "1", "300", "4194303", "4194304", "99999999999999999999", "null", "true", "false",
    "[]", "{}", "\"\"", "\"a\"", "\"▁\"", "\"Isolated\"", "\"Removed\"", "\"first\"", "\"BPE\"",
    "\"(?:a|b)*+$\"", "\"[^\"", "\"\\\\p{L}\"", "\"Sequence\"", "\"ByteLevel\"", "\"NFKC\"",
  ]

  @Test(arguments: ["gemma", "llama3", "metaspace_first", "split_inverted", "punctuation"])
  func `a file that was changed at random never crashes`(shape: String) throws {
    let file = Array(try referenceFile("tokenizers/\(shape).json"))
    let separators = file.indices.filter { file[$0] == UInt8(ascii: ":") }
    // Every other change is before the vocabulary, where more of them leave a file valid.
    let head = try #require(file.firstRange(of: Array("\"model\"".utf8))).lowerBound
    var random = Random(state: Self.seed | 1)
    var read = 0
    for _ in 0..<120 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        if Bool.random(using: &random), let place = separators.randomElement(using: &random),
          place < bytes.count, bytes[place] == UInt8(ascii: ":")
        {
          // The value of a member becomes another.
          let end = bytes[place...].firstIndex { ",}]".utf8.contains($0) } ?? bytes.endIndex
          let word = Self.words.randomElement(using: &random) ?? "0"
          bytes.replaceSubrange(place + 1..<max(end, place + 1), with: word.utf8)
        } else {
          let isBefore = Bool.random(using: &random)
          let place = Int.random(in: 0..<(isBefore ? head : bytes.count), using: &random)
          if place < bytes.count { bytes[place] = UInt8.random(in: 0x20...0x7E, using: &random) }
        }
      }
      guard let tokenizer = try? TokenizerFile.read(Data(bytes)) else { continue }
      read += 1
      for line in ["a b <mark> the 12\n\n e\u{301} 中 <unk>", "", "   ", "Question's x"] {
        let ids = (try? tokenizer.encode(line, addSpecial: true, parseSpecial: true)) ?? [0, 1]
        let text = tokenizer.decode(ids)
        #expect(text.utf8.count < 1 << 20, "seed \(Self.seed)")
      }
    }
    #expect(read > 0)
  }
}

private struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
