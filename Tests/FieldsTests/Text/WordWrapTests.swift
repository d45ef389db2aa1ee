import Fields
import Testing

struct WordWrapTests {
  @Test func `lines break at spaces and are at most as wide as asked for`() {
    #expect(
      WordWrap.lines(of: "one two three four", width: 9) == ["one two", "three", "four"])
    #expect(WordWrap.lines(of: "", width: 9) == [""])
    #expect(WordWrap.lines(of: "one two ", width: 7) == ["one two"])
  }

  @Test func `a word that is too long has its own line`() {
    #expect(WordWrap.lines(of: "a incomprehensible b", width: 6) == ["a", "incomprehensible", "b"])
  }

  @Test func `the first line and the others have their own margin`() {
    #expect(
      WordWrap.lines(of: "one two three", width: 10, indent: 2, hanging: 4)
        == ["  one two", "    three"])
    #expect(WordWrap.lines(of: "one two", width: 6, indent: 1) == [" one", " two"])
  }

  @Test func `columns after a name stay where they are`() {
    #expect(
      WordWrap.lines(of: "rl    learns by trial", width: 14, hanging: 6)
        == ["rl    learns", "      by trial"])
  }

  @Test func `items are kept whole`() {
    #expect(
      WordWrap.lines(of: ["20 updates,", "40 responses"], after: "cost  ", width: 20, hanging: 6)
        == ["cost  20 updates,", "      40 responses"])
  }

  @Test func `wide characters take two columns`() {
    #expect(WordWrap.lines(of: "日本 語", width: 6) == ["日本", "語"])
  }

  @Test func `narrow lines break inside names, and inside a word that alone is too wide`() {
    #expect(
      WordWrap.narrowLines(of: "mean_tokens a/b", width: 6) == ["mean_", "tokens", "a/b"])
    #expect(
      WordWrap.narrowLines(of: "a incomprehensible b", width: 6)
        == ["a", "incomp", "rehens", "ible b"])
    #expect(WordWrap.narrowLines(of: "日本語", width: 3) == ["日", "本", "語"])
    #expect(WordWrap.narrowLines(of: "ab", width: 0) == ["a", "b"])
    #expect(WordWrap.narrowLines(of: "  ", width: 1) == [""])
    #expect(WordWrap.longestPiece(of: "mean_tokens, all") == 7)
  }
}

struct TextLayoutTests {
  @Test func `a text is cut at its end or in its middle`() {
    #expect("address".truncated(to: 7) == "address")
    #expect("address".truncated(to: 4) == "add…")
    #expect("address".truncated(to: 0) == "")
    #expect("rl[alpha=0.1]".truncatedInMiddle(to: 9) == "rl[a…0.1]")
    #expect("address".truncatedInMiddle(to: 1) == "a")
    #expect("address".truncatedInMiddle(to: 0) == "")
  }

  @Test func `only the spaces at the end are trimmed`() {
    #expect("  a b  ".trimmingTrailingSpaces == "  a b")
    #expect("   ".trimmingTrailingSpaces == "")
  }
}
