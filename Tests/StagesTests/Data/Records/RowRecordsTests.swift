import Foundation
import Stages
import Testing

@Suite struct `Rows of cells` {
  private static let fields = "{prompt: q, answer: a}"
  private static let any = ["vocabulary: any"]

  private func rows(
    _ text: String, _ name: String = "t.csv", fields: String = Self.fields
  ) throws -> [String] {
    try OwnFiles(name, text, fields: fields, more: Self.any).splits()["train"] ?? []
  }

  private func mistakes(_ text: String, _ name: String = "t.csv") throws -> [String] {
    try OwnFiles(name, text, fields: Self.fields, more: Self.any).mistakes()
  }

  /// The problem of a row without further members.
  private func problem(_ prompt: String, _ answer: String) -> String {
    #"{"family":"data","difficulty":1,"prompt":"\#(prompt)","answer":"\#(answer)","#
      + #""verifier":"exact"}"#
  }

  @Test func `are problems by the names in their header`() throws {
    #expect(
      try rows("id,q,a\n1,1+1=?,2\n2,2+2=?,4\n") == [problem("1+1=?", "2"), problem("2+2=?", "4")])
    #expect(try rows("a,q\n2,x") == [problem("x", "2")])
  }

  @Test func `may have commas, quotes and line breaks in quotes`() throws {
    let text = "q,a\r\n\"If x, then \"\"y\"\".\r\nWhat is y?\",\"1,250\"\r\n\r\nnext,\"\"\"\"\r\n"
    #expect(
      try rows("\u{FEFF}" + text) == [
        problem(#"If x, then \"y\".\nWhat is y?"#, "1,250"), problem("next", #"\""#),
      ])
  }

  @Test func `may be divided by tabs, which leave quotes alone`() throws {
    let expected = [problem(#"He said \"2\", no?"#, "2")]
    #expect(try rows("q\ta\nHe said \"2\", no?\t2\n", "t.tsv") == expected)
    // An ending that says nothing leaves it to the content.
    #expect(try rows("q\ta\nHe said \"2\", no?\t2\n", "t.txt") == expected)
    #expect(try rows("q,a\nx,2\n", "t.data") == [problem("x", "2")])
    #expect(try rows(#"{"q":"x","a":2}"#, "t.txt") == [problem("x", "2")])
  }

  @Test func `carry numbers along that are written as numbers, and other cells as texts`() throws {
    let text = "prompt,answer,d,n,zip,rate,tag\np,007,3,64,007,5.0,true\nr,1,2,,,,\n"
    let rows = try OwnFiles(
      "t.csv", text, fields: "{difficulty: d, n: n, zip: zip, rate: rate, tag: tag}",
      more: Self.any
    ).splits()["train"]
    #expect(
      rows == [
        #"{"family":"data","difficulty":3,"prompt":"p","answer":"007","verifier":"exact","#
          + #""fields":{"n":64,"rate":"5.0","tag":"true","zip":"007"}}"#,
        #"{"family":"data","difficulty":2,"prompt":"r","answer":"1","verifier":"exact"}"#,
      ])
  }

  @Test func `are the same problems as lines of JSON`() throws {
    let line = #"{"q":"a, \"b\"\nc","a":"1"}"#
    #expect(
      try OwnFiles("t.jsonl", line, fields: Self.fields, more: Self.any).splits()["train"]
        == rows("q,a\n\"a, \"\"b\"\"\nc\",1\n"))
  }

  @Test(arguments: [
    ("q,a\n1,2,3\n", "2:5: the row has 3 cells, the header has 2 (put a cell that has a"),
    ("q,a\nx,1\n\nonly\n", "4:5: the row has 1 cell, the header has 2"),
    ("q,a\nx,1\ny,\"open\nz,3\n", "3:3: the quote is not closed"),
    ("q,a\n\"x\"y,1\n", "2:4: text follows the quote that ends the cell (write each quote"),
    ("q,a\nsay \"x\",1\n", "2:5: a quote stands inside a cell that does not begin with one (put"),
    ("q,a\n\"é\",\"è\"\u{301}\n", "2:8: text follows the quote that ends the cell"),
    ("q,a\rx,1\r", "1:4: a carriage return stands alone (end lines with LF or CR LF)"),
    ("quest,a\nx,1\ny,2\n", "1:1: missing column 'q' for the prompt (the header has quest, a)"),
    ("qq,a\nx,1\n", "1:1: missing column 'q' for the prompt"),
    (",q,a\n0,x,1\n", "1:1: the name of column 1 is empty (an index that pandas wrote?"),
    ("q,a, \n0,x,1\n", "1:5: the name of column 3 is empty"),
    ("q,a,q\nx,1,y\n", "1:5: two columns are called 'q'"),
    ("q;a\nx;1\n", "1:1: the header has semicolons between its names (save the file with commas"),
    ("{\"q\":\"x\",\"a\":1}\n", "1:1: the file holds JSON, not cells (let its name end in .jsonl)"),
    ("q,a\n  ,1\n", "2:1: the prompt is empty"),
    ("q,a\n\"x\ny\",\n", "3:4: the answer is empty"),
    ("q,a\nx,1\n\"x\",2\n", "3:1: the prompt stands in line 2 already (remove one, or write"),
    ("q,a\n", "1:1: the file holds no problem"),
    ("", "1:1: the file holds no problem"),
  ])
  func `with a mistake are told at their cell`(text: String, message: String) throws {
    let found = try mistakes(text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("t.csv:" + message) == true, "\(found)")
  }

  @Test func `name the column that may be meant`() throws {
    #expect(
      try OwnFiles(
        "t.csv", "id,questions,a\n1,x,1\n", fields: "{prompt: question, answer: a}", more: Self.any
      ).mistakes() == [
        "t.csv:1:4: missing column 'question' for the prompt (write 'prompt: questions' under "
          + "'fields' if that is it)"
      ])
  }

  @Test func `point at the character of a cell that models cannot read`() throws {
    let found = try OwnFiles("t.csv", "q,a\n1+1=?,2\n\"1\"\"+\n2É\",3\n", fields: Self.fields)
      .mistakes()
    #expect(found.first?.hasPrefix("t.csv:3:3: '\"' in the prompt is not in the models'") == true)
  }

  @Test func `of other bytes are named for what they are`() throws {
    for (bytes, message) in [
      (Data("q,a\nx\u{e9}".utf8.dropLast()), "2:2: the file is not valid UTF-8"),
      (Data([0xFF, 0xFE, 0x71, 0]), "1:1: the file is UTF-16"),
      (Data([0x50, 0x4B, 3, 4, 0]), "1:1: the file is a zip archive, as spreadsheets are"),
      (Data("PAR1".utf8), "1:1: the file is Parquet"),
    ] {
      let found = try OwnFiles(["t.csv": bytes], inputs: "{train: {file: t.csv}}").mistakes()
      #expect(found.count == 1)
      #expect(found.first?.hasPrefix("t.csv:" + message) == true, "\(found)")
    }
  }

  @Test func `longer than is allowed end the reading where they begin`() throws {
    let long = "q,a\nx,\"" + String(repeating: "1\n", count: 1 << 20)
    #expect(
      try mistakes(long) == ["t.csv:2:3: the row is longer than 1 MiB (is the quote not closed?)"])
    let cells = "q,a\nx," + String(repeating: "1", count: 1 << 20)
    #expect(try mistakes(cells) == ["t.csv:2:1: the row is longer than 1 MiB"])
    // A header of very many columns takes no longer than its length.
    let header = (0..<100_000).map { "c\($0)" }.joined(separator: ",")
    #expect(try mistakes(header + "\n1\n").count == 1)
    #expect(
      try mistakes(String(repeating: ",", count: 1 << 19)).count == 1000)
  }
}
