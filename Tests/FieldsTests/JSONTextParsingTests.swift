import Fields
import Testing

@Suite struct JSONTextParsingTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "9223372036854775807", "0.0", "-0.0", "1e-300", "0.1",
    #""a \"b\" \\ \n""#, "[]", "{}", "[1,[2.0,{}],\"x\"]", #"{"b":1,"a":[null,{"c":2.5}]}"#,
  ])
  func `what we write is read back to the same text`(text: String) throws {
    #expect(try JSONText(parsing: text.utf8).compact == text)
  }

  @Test func `escapes, spaces and surrogates are read`() throws {
    let json = try JSONText(
      parsing: "\t{ \"\\u00e4\\ud83d\\ude42\\/\\b\\f\" : [ 1 , 2E2 ] }\r\n".utf8)
    #expect(json["ä🙂/\u{8}\u{c}"]?.arrayValue?.count == 2)
    #expect(json.compact == "{\"ä🙂/\\u0008\\u000c\":[1,200.0]}")
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "1e999", "+1", "NaN", "[1,]", "[1 2]", "[",
    "{",
    "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "\"", "\"\n\"", #""\x""#,
    #""\u12""#, #""\ud83d""#, #""\ude42""#, #""\ud83d\u0041""#, "1 2", "\"a\" b", "'a'",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: JSONTextError.self) { try JSONText(parsing: text.utf8) }
  }

  @Test func `bytes that are no UTF-8, and nesting without end, are refused`() {
    #expect(throws: JSONTextError.self) { try JSONText(parsing: [0x22, 0xff, 0x22]) }
    for opening in ["[", "{\"a\":"] {
      let text = String(repeating: opening, count: 100_000)
      #expect(throws: JSONTextError.self) { try JSONText(parsing: text.utf8) }
    }
  }

  @Test func `configuration values come back with their types`() throws {
    let value = FieldValue.map([
      "i": .int(1), "f": .float(1), "n": .absent, "s": .string("1"), "b": .bool(true),
      "l": .list([.float(-0.0), .map([:])]),
    ])
    #expect(
      FieldValue(exactly: try JSONText(parsing: JSONText.exactly(value).compact.utf8)) == value)
  }
}
