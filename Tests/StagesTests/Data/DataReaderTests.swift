import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// Files of problems, with all mistakes that they can have.
@Suite struct `Files of problems` {
  private static let fields = "{prompt: q, answer: a, response: r, difficulty: d, size: s}"

  /// The diagnostics of data files, in the form `split:line:column: message (help)`.
  private func mistakes(
    _ files: [(split: String, bytes: Data)], fields: String = Self.fields, more: String = ""
  ) throws -> [String] {
    try OwnData.mistakes(files, fields: fields, more: more).map { diagnostic in
      let (range, help) = (diagnostic.range, diagnostic.help.map { " (\($0))" } ?? "")
      let name = (diagnostic.file.name as NSString).lastPathComponent.dropLast(6)
      return "\(name):\(range.line):\(range.column): \(diagnostic.message)\(help)"
    }
  }

  private func mistakes(
    _ text: String, fields: String = Self.fields, more: String = ""
  ) throws -> [String] {
    try mistakes([("train", Data(text.utf8))], fields: fields, more: more)
  }

  private static let good = #"{"q":"1+1=?","a":2,"r":"~1+1=2;","d":1,"s":1}"#

  @Test func `are told every mistake at once, at its line and column`() throws {
    let characters = "CMO0123456789+-*=;?:,<>~!@#_yabcdefghijklmnop"
    let vocabulary = "the vocabulary has the characters \(characters)"
    let found = try mistakes(
      """
      \(Self.good)
      {"q":"1+2=?","a":3,"r":"","d":1,"s":1
      {"q":12,"a":[3],"r":"","d":"1","s":{}}
      {"question":"1+3=?","a":"4","r":"","d":7,"s":true}
      ["q"]
      {"q":"","a":"","r":"é","d":1.0,"s":null}
      {"q":"1 + 4","a":"5","r":"x</t>5","d":2,"s":1e400}
      {"q":"1+5=?","q":"1+6=?"}
      nonsense
      {"q":"1+1=?","a":"2","r":"","d":1,"s":1}
      """)
    #expect(
      found == [
        "train:2:38: the line is not valid JSON: an object is not closed",
        "train:3:2: expected text for the prompt, found the number 12 (put it in quotes)",
        "train:3:9: expected text for the answer, found a list",
        "train:3:24: expected a whole number from 1 to 6 for the difficulty, found '1'",
        "train:3:32: 'size' can be text, texts, a number, true or false, not an object",
        "train:4:1: missing member 'q' for the prompt (the line has question, a, r, d, s)",
        "train:4:36: expected a whole number from 1 to 6 for the difficulty, found the number 7",
        "train:5:1: expected a JSON object, found a list",
        "train:6:2: the prompt is empty",
        "train:6:9: the answer is empty",
        "train:6:24: expected a whole number from 1 to 6 for the difficulty, found the number 1.0",
        "train:7:45: the line is not valid JSON: a number is too large",
        "train:8:14: the line is not valid JSON: duplicate member 'q'",
        "train:9:1: the line is not valid JSON: a value is missing",
        "train:10:2: the prompt stands in line 1 already "
          + "(remove one, or write 'duplicates: drop')",
        "train:6:21: 'é' in the response is not in the models' vocabulary (\(vocabulary))",
      ])
  }

  @Test func `have the answers that they write, to the last digit`() throws {
    let written = [
      "12345678901234567890", "1.10", "1e2", "1E5", "-0", "8.0", "0.10000000000000000555", "7",
    ]
    let lines = written.enumerated().map { #"{"q":"n\#($0)","a":\#($1)}"# }.joined(separator: "\n")
    let rows = try OwnData.rows(
      Data(lines.utf8), fields: "{prompt: q, answer: a}", more: "vocabulary: any")
    let answers = rows.compactMap { $0.firstMatch(of: /"answer":"([^"]*)"/).map { String($0.1) } }
    #expect(answers == written)
    // Models have a token for every digit, but none for a decimal point.
    let ladder = #"{"q":"1+1=?","a":12345678901234567890}"# + "\n" + #"{"q":"1+2=?","a":1.10}"#
    let found = try mistakes(ladder, fields: "{prompt: q, answer: a}")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("train:2:19: '.' in the answer is not in the models'") == true)
  }

  @Test(arguments: [
    ("12345678901234567890", ""), ("1.10", ", or write 1.1"), ("5.0", ", or write 5"),
    ("-0.0", ", or write 0"), ("1e+16", ", or write 10000000000000000"),
    ("1e2", ", or write 100"), ("-0", ""),
  ])
  func `carry no number along that would be written otherwise`(
    written: String, other: String
  ) throws {
    let line = #"{"q":"1+1=?","a":"2","r":"","d":1,"s":\#(written)}"#
    #expect(
      try mistakes(line) == [
        "train:1:35: the number \(written) of 'size' would not be kept as it is written "
          + "(write it as a string, \"\(written)\"\(other))"
      ])
    let quoted = line.replacingOccurrences(of: written, with: "\"\(written)\"")
    let rows = try OwnData.rows(Data(quoted.utf8), fields: Self.fields)
    #expect(rows.first?.contains("\"size\":\"\(written)\"") == true)
  }

  @Test(arguments: ["5", "-7", "0", "0.5", "-1.25", "1e-05", "1e+20", "9007199254740993"])
  func `carry every other number along as it is written, also when it is read again`(
    written: String
  ) throws {
    let line = #"{"q":"1+1=?","a":"2","r":"","d":1,"s":\#(written)}"#
    let row = try #require(try OwnData.rows(Data(line.utf8), fields: Self.fields).first)
    #expect(row.contains("\"size\":\(written)}"), "\(row)")
    let problem = try JSONDecoder().decode(Problem.self, from: Data(row.utf8))
    #expect(problem.json.compact == row)
  }

  @Test func `that models cannot read are told once, with the characters and how many`() throws {
    let lines = (0..<200).map { #"{"q":"D\#($0) + 1","a":"\#($0)"}"# } + [#"{"q":"1+1=?","a":"2"}"#]
    let found = try mistakes(lines.joined(separator: "\n"), fields: "{prompt: q, answer: a}")
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix(
        "train:1:7: 200 of 201 prompts use characters that models have no token for: 'D' (200), "
          + "a space (200) (the vocabulary has") == true, "\(found)")
  }

  @Test func `have a caret at the character that is wrong, however it is written`() throws {
    let line = #"{"q":"1\u00e9+1","a":"2"}"#
    let found = try mistakes(line, fields: "{prompt: q, answer: a}")
    #expect(found.first?.hasPrefix("train:1:8: 'é' in the prompt") == true, "\(found)")
  }

  @Test func `tell prompts apart by their bytes`() throws {
    let composed = #"{"prompt":"caf\u00e9","answer":"1"}"#
    let decomposed = #"{"prompt":"cafe\u0301","answer":"2"}"#
    let files = [("train", Data(composed.utf8)), ("test", Data(decomposed.utf8))]
    #expect(try mistakes(files, fields: "{}", more: "vocabulary: any") == [])
    let twice = [files[0], ("test", Data(composed.utf8))]
    #expect(try mistakes(twice, fields: "{}", more: "vocabulary: any").count == 1)
  }

  @Test func `may end lines as they like and begin with a mark`() throws {
    let lines = [Self.good, "", Self.good.replacingOccurrences(of: "1+1", with: "2+2"), "  ", ""]
    let text = "\u{FEFF}" + lines.joined(separator: "\r\n")
    #expect(try mistakes(text) == [])
    #expect(try OwnData.problems(Data(text.utf8), fields: Self.fields) == ["1+1=?", "2+2=?"])
    // The last line may lack its line break.
    #expect(try OwnData.problems(Data(Self.good.utf8), fields: Self.fields) == ["1+1=?"])
  }

  @Test func `that are no text are named for what they are`() throws {
    #expect(try mistakes("") == ["train:1:1: the file holds no problem"])
    #expect(try mistakes("\n \r\n\n") == ["train:1:1: the file holds no problem"])
    for (bytes, message) in [
      ([0xFF, 0xFE, 0x7B, 0], "the file is UTF-16 (save it as UTF-8)"),
      ([0x1F, 0x8B, 8, 0], "the file is compressed (unpack it first)"),
      ([0x28, 0xB5, 0x2F, 0xFD], "the file is compressed (unpack it first)"),
    ] as [([UInt8], String)] {
      #expect(try mistakes([("train", Data(bytes))]) == ["train:1:1: \(message)"])
    }
    #expect(
      try mistakes("[\n" + Self.good + "\n]").first
        == "train:1:2: the line is not valid JSON: a value is missing "
        + "(write one object a line, without a list)")
    let broken = Data(Self.good.utf8) + Data("\n{\"q\":\"é".utf8) + Data([0xFF, 0x22])
    #expect(
      try mistakes([("train", broken)])
        == ["train:2:8: the line is not valid UTF-8 (save the file as UTF-8)"])
    let huge = "{\"q\":\"" + String(repeating: "1", count: 1 << 20) + "\"}"
    #expect(
      try mistakes(Self.good + "\n" + huge) == ["train:2:1: the line is longer than 1 MiB"])
  }

  @Test func `are not read to the end when nothing in them is right`() throws {
    let text = String(repeating: "x\n", count: 5000)
    #expect(try mistakes(text).count == Diagnostic.limit)
  }

  @Test func `keep a prompt out of two splits, and may drop one that repeats in its own`() throws {
    let other = Self.good.replacingOccurrences(of: "1+1", with: "2+2")
    let files = [
      ("train", Data((Self.good + "\n" + Self.good + "\n" + other).utf8)),
      ("test", Data(Self.good.utf8)),
    ]
    let found = try mistakes(files, more: "duplicates: drop")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("test:1:2: the prompt is also in line 1 of ") == true)
    #expect(
      found.first?.hasSuffix(
        "train.jsonl (no prompt may be in two splits: remove one, or write "
          + "'duplicates: drop_across')") == true)
    #expect(
      try OwnData.problems(files[0].1, fields: Self.fields, more: "duplicates: drop")
        == ["1+1=?", "2+2=?"])
  }

  @Test func `have prompts no longer than is said`() throws {
    #expect(try mistakes(Self.good, more: "max_prompt_length: 5") == [])
    #expect(
      try mistakes(Self.good, more: "max_prompt_length: 4")
        == ["train:1:2: the prompt has 5 tokens, more than max_prompt_length, 4"])
  }

  @Test func `of any text are taken when no model is to read them`() throws {
    let line = #"{"prompt":"Wie viel ist 1 + 1, bitte?","answer":"zwei"}"#
    #expect(try mistakes(line, fields: "{}", more: "vocabulary: any") == [])
    #expect(try mistakes(line, fields: "{}").count == 2)
  }

  @Test func `may nest what is asked for`() throws {
    let line = #"{"prompt":"1+1=?","extra":{"answer":2,"budget":64},"a.b":"x"}"#
    let rows = try OwnData.rows(
      Data(line.utf8), fields: "{answer: extra.answer, token_budget: extra.budget, tag: a.b}")
    #expect(
      rows == [
        #"{"family":"data","difficulty":1,"prompt":"1+1=?","answer":"2","verifier":"exact","#
          + #""fields":{"tag":"x","token_budget":64}}"#
      ])
  }

  @Test func `name a family to be judged by its verifier`() throws {
    let line = #"{"prompt":"O2_2=4?","answer":"+","family":"search"}"#
    let fields = "{family: family}"
    #expect(
      try OwnData.rows(Data(line.utf8), fields: fields, more: "verifier: family")
        == [#"{"family":"search","difficulty":1,"prompt":"O2_2=4?","answer":"+"}"#])
    let found = try mistakes(
      line.replacingOccurrences(of: "search", with: "seek"), fields: fields,
      more: "verifier: family")
    #expect(
      found == [
        "train:1:34: unknown family 'seek'; expected one of chain, scan, search, peak"
      ])
  }
}
