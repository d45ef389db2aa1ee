import Fields
import Testing

@Suite struct JSONTextParsingTests {
  @Test func `has the numbers that a YAML file writes, with their text, where they are JSON's`() {
    for text in ["1", "-0", "1.10", "1e-3", "5.0", "12345678901234567890"] {
      #expect(JSONText(numberWritten: text)?.compact == text)
    }
    for text in ["007", "0x10", ".5", "+1", "1_000", "true", "\"1\"", "[1]", "", "1e999"] {
      #expect(JSONText(numberWritten: text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    "1.10", "1e2", "-0", "12345678901234567890", "0.10000000000000000555", "1E5", "2e-07",
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
    #expect(json.compact == "{\"ä🙂/\\u0008\\u000c\":[1,2E2]}")
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

  @Test func `a member's place is found, and that of a character in it`() throws {
    let text = #"{"a" : [1, {"é": "x"}], "b":{"c": "p\u00e4\n🙂é"}, "n":12}"#
    func rest(_ offset: Int) -> String {
      String(decoding: Array(text.utf8)[offset...], as: UTF8.self)
    }
    let c = try #require(JSONPlace(of: ["b", "c"], in: text.utf8))
    #expect(rest(c.name).hasPrefix(#""c": "p"#))
    #expect(rest(c.value).hasPrefix(#""p\u"#))
    let scalars = (0..<5).map {
      rest(JSONPlace.offset(ofScalar: $0, inStringAt: c.value, of: text.utf8))
    }
    for (found, start) in zip(scalars, ["p", #"\u00e4"#, #"\n"#, "🙂", "é"]) {
      #expect(found.hasPrefix(start))
    }
    let inner = try #require(JSONPlace(of: ["a", "1", "é"], in: text.utf8))
    #expect(rest(inner.value).hasPrefix(#""x"}"#))
    #expect(JSONPlace(of: ["b", "d"], in: text.utf8) == nil)
    #expect(JSONPlace(of: ["n", "d"], in: text.utf8) == nil)
  }

  @Test func `configuration values come back with their types`() throws {
    let value = FieldValue.map([
      "i": .int(1), "f": .float(1), "n": .absent, "s": .string("1"), "b": .bool(true),
      "l": .list([.float(-0.0), .map([:]), .number("1.10")]),
    ])
    #expect(
      FieldValue(exactly: try JSONText(parsing: JSONText.exactly(value).compact.utf8)) == value)
  }
}
