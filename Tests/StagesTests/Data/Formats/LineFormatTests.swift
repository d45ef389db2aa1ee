import Foundation
import PipelineCore
import Stages
import Testing

/// Problems in the layouts of published data sets. The lines are our own.
@Suite struct `Lines of a named format` {
  private func rows(_ lines: String..., format: String, more: String = "") throws -> [String] {
    try OwnData.rows(
      Data(lines.joined(separator: "\n").utf8), fields: "{}",
      more: "format: \(format)\n    vocabulary: any" + (more.isEmpty ? "" : "\n    \(more)"))
  }

  private func mistakes(_ line: String, format: String, more: String = "") throws -> [String] {
    try OwnData.mistakes(
      [("train", Data(line.utf8))], fields: "{}",
      more: "format: \(format)\n    vocabulary: any" + (more.isEmpty ? "" : "\n    \(more)")
    ).map { diagnostic in
      "\(diagnostic.range.line):\(diagnostic.range.column): \(diagnostic.message)"
    }
  }

  private static let gsm8k =
    #"{"question":"Ida has 2 bags of 600 nuts. How many? ","answer":"Ida has 2*600 = "#
    + #"<<2*600=1200>>1200 nuts.\nThat is $<<1200*1=1200>>1200.\n#### 1,200"}"#

  @Test func `gsm8k have worked text without annotations, and the final number`() throws {
    #expect(
      try rows(Self.gsm8k, format: "gsm8k") == [
        #"{"family":"data","difficulty":1,"prompt":"Ida has 2 bags of 600 nuts. How many?","#
          + #""answer":"1200","verifier":"exact","#
          + #""response":"Ida has 2*600 = 1200 nuts.\nThat is $1200."}"#
      ])
  }

  @Test func `gsm8k have short equations where they are asked for and there are any`() throws {
    let found = try rows(
      Self.gsm8k, #"{"question":"q","answer":"All 5.\n#### -5"}"#, format: "gsm8k",
      more: "solution: equations")
    #expect(found.first?.hasSuffix(#""response":"2*600=1200\n1200*1=1200"}"#) == true, "\(found)")
    #expect(found.last?.contains(#""answer":"-5","#) == true, "\(found)")
    #expect(found.last?.hasSuffix(#""response":"All 5."}"#) == true, "\(found)")
  }

  @Test(arguments: [
    (#"{"question":"q","answer":"five"}"#, "1:17: the answer has no final number behind '####'"),
    (#"{"question":"q","answer":"x\n#### "}"#, "1:17: nothing follows '####' in the answer"),
    (#"{"question":"q","answer":5}"#, "1:17: expected text for the answer, found the number 5"),
    (#"{"answer":"x #### 5"}"#, "1:1: missing member 'question' for the prompt"),
    (#"{"question":"","answer":"x #### 5"}"#, "1:2: the prompt is empty"),
  ])
  func `gsm8k are told their mistakes at their place`(line: String, message: String) throws {
    #expect(try mistakes(line, format: "gsm8k") == [message])
  }

  @Test func `gsm8k may have marks that nothing closes`() throws {
    let open = String(repeating: "<<", count: 1000)
    let found = try rows(
      #"{"question":"q","answer":"a <<1+1=2>>2 \#(open) >\n#### 2"}"#, format: "gsm8k")
    #expect(found.first?.hasSuffix("\"response\":\"a 2 \(open) >\"}") == true)
  }

  @Test func `svamp join body and question, and evaluate the equation`() throws {
    let line =
      #"{"Body":"Ada had 9 figs and ate 4 ","Question":"How many are left?","Answer":5.0,"#
      + #""Equation":"( 9.0 - 4.0 )","Type":"Subtraction","ID":"own-1"}"#
    let row =
      #"{"family":"Subtraction","difficulty":1,"prompt":"Ada had 9 figs and ate 4 How many are "#
      + #"left?","answer":"5","verifier":"number","response":"9 - 4 = 5","#
      + #""fields":{"equation":"( 9.0 - 4.0 )"}}"#
    #expect(
      try OwnData.rows(
        Data(line.utf8), fields: "{family: Type}",
        more: "format: svamp\n    vocabulary: any\n    verifier: number") == [row])
  }

  @Test(arguments: [
    ("( ( 8.0 + 4.0 ) * 2.5 )", "30.0", "(8 + 4) * 2.5 = 30", "30"),
    ("( 8.0 + 4.0 ) * ( 2.0 - 1.0 )", "12.0", "(8 + 4) * (2 - 1) = 12", "12"),
    ("8.0", "8.0", "8 = 8", "8"),
    ("( 1.0 / 3.0 )", "0.333333333333", "1 / 3 = 0.333333333333", "0.333333333333"),
    // An equation that is wrong is shown with its own value.
    ("( 4.0 - 1.0 )", "2", "4 - 1 = 3", "2"),
    // What cannot be evaluated is not learned.
    ("( 4.0 - x )", "2", nil, "2"), ("( 1.0 / 0.0 )", "2", nil, "2"),
    ("( 4.0 - 2.0", "2", nil, "2"),
  ])
  func `svamp have equations as people write them`(
    equation: String, answer: String, response: String?, kept: String
  ) throws {
    let line =
      #"{"Body":"b","Question":"q","Answer":\#(answer),"Equation":"\#(equation)"}"#
    let row = try #require(try rows(line, format: "svamp").first)
    if let response {
      #expect(row.contains("\"response\":\"\(response)\""), "\(row)")
    } else {
      #expect(!row.contains("\"response\""), "\(row)")
    }
    #expect(row.contains("\"answer\":\"\(kept)\""), "\(row)")
  }

  @Test func `svamp may nest as deep as they like`() throws {
    let deep = String(repeating: "( ", count: 20_000) + "1.0" + String(repeating: " )", count: 9)
    let line = #"{"Body":"b","Question":"q","Answer":1.0,"Equation":"\#(deep)"}"#
    #expect(try rows(line, format: "svamp").count == 1)
  }

  @Test func `math carry level, subject and id along where they are there`() throws {
    let line =
      #"{"problem":"What is $1+1$?\n","solution":"It is $\\boxed{2}$.","answer":"2","#
      + #""subject":"Sums","level":3,"unique_id":"own/1"}"#
    #expect(
      try rows(line, #"{"problem":"p","solution":"s","answer":"\\pi"}"#, format: "math") == [
        #"{"family":"data","difficulty":1,"prompt":"What is $1+1$?","answer":"2","#
          + #""verifier":"exact","response":"It is $\\boxed{2}$.","#
          + #""fields":{"level":3,"subject":"Sums","unique_id":"own/1"}}"#,
        #"{"family":"data","difficulty":1,"prompt":"p","answer":"\\pi","verifier":"exact","#
          + #""response":"s"}"#,
      ])
  }

  @Test(arguments: [
    ("9 (figs)", "9"), ("14  (seats)", "14"), ("3:4", "3:4"), ("Ada", "Ada"), ("(a)", "(a)"),
    ("2.5 (km)", "2.5"),
  ])
  func `asdiv have answers without their units`(written: String, answer: String) throws {
    let line =
      #"{"body":"Two figs.","question":"How many? ","answer":"\#(written)","formula":"4+5=9"}"#
    #expect(
      try rows(line, format: "asdiv") == [
        #"{"family":"data","difficulty":1,"prompt":"Two figs. How many?","answer":"\#(answer)","#
          + #""verifier":"exact","response":"4+5=9"}"#
      ])
  }

  @Test func `carry along what is asked for besides`() throws {
    let line = #"{"body":"b","question":"q","answer":"1","formula":"1=1","grade":"2","n":7}"#
    let found = try OwnData.rows(
      Data(line.utf8), fields: "{token_budget: n, grade: grade}",
      more: "format: asdiv\n    vocabulary: any")
    #expect(
      found.first?.hasSuffix(#""fields":{"grade":"2","token_budget":7}}"#) == true, "\(found)")
  }

  @Test func `are read by models as far as the vocabulary goes`() throws {
    let line = #"{"body":"1+2","question":"=?","answer":"3","formula":"1+2=3"}"#
    let found = try OwnData.mistakes(
      [("train", Data(line.utf8))], fields: "{}", more: "format: asdiv")
    // The space between the two members is in neither, so the first member is pointed at.
    #expect(found.map(\.message) == ["a space in the prompt is not in the models' vocabulary"])
    #expect(found.first?.range.column == 2)
    let other = try OwnData.mistakes(
      [("train", Data(line.replacingOccurrences(of: "=?", with: "=D").utf8))], fields: "{}",
      more: "format: asdiv")
    #expect(other.first?.message.contains("a space in the prompt") == true)
  }
}
