import Fields
import Testing

@Suite struct `JSON of Python` {
  @Test func `has numbers that JSON cannot write`() throws {
    let json = try JSONText(parsingPython: #"[NaN, Infinity, -Infinity, -1, "NaN"]"#.utf8)
    let values = try #require(json.arrayValue)
    guard case .double(let nan) = values[0], case .double(let most) = values[1],
      case .double(let least) = values[2], case .int(-1) = values[3],
      case .string("NaN") = values[4]
    else {
      Issue.record("\(json.compact)")
      return
    }
    #expect(nan.isNaN && most == .infinity && least == -.infinity)
  }

  @Test func `may have half of a surrogate pair`() throws {
    let json = try JSONText(parsingPython: #"["\ud83d", "\ud83dx", "\ude00", "\ud83d\ude00"]"#.utf8)
    #expect(
      json.arrayValue?.compactMap(\.stringValue) == ["\u{FFFD}", "\u{FFFD}x", "\u{FFFD}", "😀"])
    let two = try JSONText(parsingPython: #""\ud83d\ud83d\ude00""#.utf8)
    #expect(two.stringValue == "\u{FFFD}😀")
  }

  @Test(arguments: ["NaN", "Infinity", "[-Infinity]", #""\ud83d""#, #""\ud83d\u0041""#])
  func `is refused where JSON is asked for`(text: String) {
    #expect(throws: JSONTextError.self) { try JSONText(parsing: text.utf8) }
  }
}
