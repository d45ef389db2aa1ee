import Fields
import Testing

struct ShownTextTests {
  @Test func `control characters are shown as what they are, and lines stay lines`() {
    #expect("a\u{1B}[31mb\u{0}c\u{202E}d".shown == "a\\u{1b}[31mb\\u{0}c\\u{202e}d")
    #expect("two\n\tlines, é, 語".shown == "two\n\tlines, é, 語")
  }
}
