import Fields
import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// The output of programs is checked against the declared type before it is kept.
@Suite(.timeLimit(.minutes(120))) struct `What programs hand over` {
  private static let problems = [
    #"{"family":"data","difficulty":1,"prompt":"1+1=?","answer":"2","verifier":"exact"}"#,
    #"{"family":"data","difficulty":1,"prompt":"1+2=?","answer":"3","verifier":"exact"}"#,
  ]

  /// A response with all its members; tests change its text.
  private static func response(_ number: Int = 1, sample: Int = 0) -> String {
    #"{"split":"test","problem":{"family":"data","difficulty":1,"prompt":"1+\#(number)=?","#
      + #""answer":"\#(number + 1)","verifier":"exact"},"sample":\#(sample),"#
      + #""tokens":[13,3,\#(number + 9),1],"#
      + #""log_probabilities":[-1.0,-1.0,-1.0,-1.0],"thinking_tokens":1,"#
      + #""answer_tokens":1,"length":4,"#
      + #""stop":"stop_token","finished":true,"answer":"\#(number + 1)","correct":true}"#
  }

  private static let least =
    #"{"split":"test","problem":{"prompt":"1+1=?","answer":"2"},"sample":0,"#
    + #""text":"It is <b>2</b>.","#
    + #""length":5,"finished":true,"answer":"2","correct":true}"#

  private func run(_ own: OwnData, _ yaml: String) throws -> RunSummary {
    return try Runner.run(
      try own.graph(yaml), store: try own.store(), options: .testing(allowsPrograms: true))
  }

  /// Stages that copy files as outputs: `ev`, which gets the problems of the data stage `data`.
  private static let yaml = """
    version: 1
    name: own
    stages:
      data:
        kind: data
        inputs: {files: {test: {file: problems.jsonl}}}
      ev:
        kind: command
        inputs: {made: {file: made.jsonl}, problems: data}
        command: [cp, "{inputs.made}", "{output}/responses.jsonl"]
        outputs: [responses.jsonl]
        type: responses
    """

  /// The failure message for a program's output; nil if it is accepted.
  private func failure(
    _ lines: [String], yaml: String = Self.yaml, stage: String = "ev"
  ) throws -> String? {
    try OwnData.with { own in
      try own.write(Data(Self.problems.joined(separator: "\n").utf8), to: "problems.jsonl")
      try own.write(Data(lines.map { $0 + "\n" }.joined().utf8), to: "made.jsonl")
      let summary = try run(own, yaml)
      let point = try #require(summary.points.first { $0.address == stage })
      guard case .failed(let sentence) = point.outcome else {
        #expect(point.outcome == .ran)
        return nil
      }
      // Nothing of it is kept: the next run repeats the stage.
      let again = try run(own, yaml).points.first { $0.address == stage }
      #expect(again?.outcome == .failed(sentence) && again?.artifact == nil)
      return sentence
    }
  }

  @Test
  func `are responses when every member is right, and when only those are there that must be`()
    throws
  {
    #expect(try failure([Self.response(), Self.response(2)]) == nil)
    let twice = [(1, 0), (2, 1), (2, 0), (1, 1)].map { Self.response($0, sample: $1) }
    #expect(try failure(twice) == nil)
    #expect(try failure([Self.least, "", Self.response(2)]) == nil)
  }

  @Test func `answer every problem of a split that they answer`() throws {
    #expect(
      try failure([Self.response(2)])
        == "responses.jsonl:1:1: 1 of the 2 problems of split 'test' has no response; the first is "
        + "'1+1=?'")
    // A line that is wrong may be the answer that is missing: it alone is told.
    let wrong = Self.response().replacingOccurrences(of: #""length":4"#, with: #""length":400"#)
    #expect(
      try failure([wrong])
        == "responses.jsonl:1:221: 'length' is 400, but 'tokens' has 4")
  }

  @Test func `answer every problem as often`() throws {
    let lines = [Self.response(), Self.response(2), Self.response(sample: 2)]
    #expect(
      try failure(lines)
        == "responses.jsonl:1:1: 3 samples are missing in split 'test'; the first is sample 1 of "
        + "'1+1=?'")
    #expect(
      try failure([Self.response(sample: 1), Self.response(2, sample: 1)])?
        .contains("2 samples are missing in split 'test'; the first is sample 0 of '1+1=?'")
        == true)
    // Also where it is not known which problems there are.
    let alone = Self.yaml.replacingOccurrences(of: ", problems: data", with: "")
    #expect(try failure([Self.response(2)], yaml: alone) == nil)
    #expect(
      try failure([Self.response(), Self.response(2), Self.response(sample: 1)], yaml: alone)?
        .contains("1 sample is missing in split 'test'; the first is sample 1 of '1+2=?'") == true)
  }

  @Test(arguments: [
    (
      #""length":4"#, #""length":-4"#,
      ":1:221: expected a whole number from 0 to 100000000 for 'length', found -4"
    ),
    (
      #""length":4"#, #""length":4611686018427387904"#,
      "expected a whole number from 0 to 100000000 for 'length'"
    ),
    (#""length":4"#, #""length":400"#, "'length' is 400, but 'tokens' has 4"),
    (
      #""length":4"#, #""length":4.0"#, "expected a whole number for 'length', found the number 4.0"
    ),
    (#""length":4"#, #""length":"4""#, "expected a whole number for 'length', found '4'"),
    (#""thinking_tokens":1"#, #""thinking_tokens":4"#, "have 5 tokens, more than the length of 4"),
    ("[-1.0,-1.0,-1.0,-1.0]", "[-1.0]", "1 log-probabilities do not match 4 tokens"),
    (
      "[-1.0,-1.0,-1.0,-1.0]", "[-1.0,-1.0,-1.0,-1e99]",
      "expected a finite number for element 4 of 'log_probabilities', found"
    ),
    (#""tokens":[13,"#, #""tokens":[-13,"#, "for element 1 of 'tokens', found the number -13"),
    (#""sample":0"#, #""sample":-1"#, "expected a whole number from 0"),
    (#""finished":true,"#, "", "missing member 'finished'"),
    (#""finished":true"#, #""finished":false"#, "that did not finish cannot be correct"),
    (#""correct":true"#, #""correct":true,"unreadable":true"#, "cannot be read cannot be correct"),
    (#""finished":true"#, #""finshed":true"#, "missing member 'finished'"),
    (
      #""correct":true"#, #""correct":1"#,
      "expected true or false for 'correct', found the number 1"
    ),
    (#""correct":true"#, #""correct":false"#, "'correct' is false, but the answer is '2'"),
    (#""answer":"2","verifier""#, #""answer":2,"verifier""#, "expected text for 'answer'"),
    (#""answer":"2","verifier""#, #""answer":"4","verifier""#, "is '2' in the problems, not '4'"),
    (
      #""difficulty":1"#, #""difficulty":9"#,
      "expected a whole number from 1 to 6 for 'difficulty', found 9"
    ),
    (
      #""verifier":"exact""#, #""verifier":"fuzzy""#,
      "unknown value 'fuzzy' for 'verifier'; expected one of exact, number"
    ),
    (#""split":"test""#, #""split":"nope""#, ":1:2: unknown split 'nope' of the problems"),
    ("1+1=?", "1+7=?", "split 'test' of the problems has no prompt '1+7=?'"),
    (
      #""sample":0"#, #""sample":0,"budget_use":"x""#,
      "unknown value 'x' for 'budget_use'; expected one of thinking, prefilled, stated"
    ),
    ("}", "", "the line is not valid JSON"),
  ])
  func `are no responses when a member is wrong`(
    text: String, wrong: String, message: String
  ) throws {
    let line = Self.response()
    let changed = line.replacingOccurrences(of: text, with: wrong)
    #expect(changed != line)
    let sentence = try #require(try failure([changed]))
    #expect(sentence.hasPrefix("responses.jsonl:1:"), "\(sentence)")
    #expect(sentence.contains(message), "\(sentence)")
  }

  @Test func `are judged by the verifier that their problem names`() throws {
    func told(_ answer: String, correct: Bool) throws -> String? {
      let line = Self.response().replacingOccurrences(of: "exact", with: "number")
        .replacingOccurrences(
          of: #""answer":"2","correct":true"#,
          with: #""answer":"\#(answer)","correct":\#(correct)"#)
      return try failure([line, Self.response(2)])
    }
    #expect(try told("2.0", correct: true) == nil)
    #expect(
      try told("2.0", correct: false)?.contains("'correct' is false, but the answer is '2.0'")
        == true)
    #expect(try told("3", correct: true)?.contains("'correct' is true") == true)
  }

  @Test func `hold a response to a problem's sample once`() throws {
    let twice = try failure([Self.response(), Self.response(2), Self.response()])
    #expect(
      twice == "responses.jsonl:3:109: line 1 has sample 0 of this problem already",
      "\(twice ?? "")")
    let other = Self.response(sample: 1).replacingOccurrences(
      of: #""difficulty":1"#, with: #""difficulty":2"#)
    #expect(
      try failure([Self.response(), other])
        == "responses.jsonl:2:17: line 1 has another problem under this prompt")
    #expect(try failure([]) == "responses.jsonl:1:1: the file holds no response")
  }

  @Test func `need a length where they bring text, and tokens or text`() throws {
    let short = Self.least.replacingOccurrences(of: #""length":5,"#, with: "")
    #expect(try failure([short])?.contains("missing member 'length'") == true)
    let none = Self.least.replacingOccurrences(of: #""text":"It is <b>2</b>.","#, with: "")
    #expect(try failure([none])?.contains("needs 'tokens' or 'text'") == true)
  }

  @Test func `are told all their mistakes, with lines and carets in the log`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.problems.joined(separator: "\n").utf8), to: "problems.jsonl")
      let bad = (0..<7).map {
        Self.response(sample: $0).replacingOccurrences(of: ":4,", with: ":5,")
      }
      try own.write(Data(bad.joined(separator: "\n").utf8), to: "made.jsonl")
      let summary = try run(own, Self.yaml)
      let point = try #require(summary.points.last)
      guard case .failed(let sentence) = point.outcome else {
        Issue.record("\(summary.points)")
        return
      }
      #expect(sentence.hasSuffix("; and 5 more mistakes"), "\(sentence)")
    }
  }

  @Test func `are problems when each can be judged and stands once`() throws {
    let yaml = """
      version: 1
      name: own
      stages:
        made:
          kind: command
          inputs: {made: {file: made.jsonl}}
          command: [sh, -c, "mkdir {output}/splits; cp {inputs.made} {output}/splits/test.jsonl"]
          outputs: [splits/]
          type: problems
      """
    func said(_ lines: [String]) throws -> String? {
      try failure(lines, yaml: yaml, stage: "made")
    }
    #expect(try said(Self.problems) == nil)
    #expect(try said([#"{"prompt":"1+1=?","answer":"2","verifier":"exact"}"#]) == nil)
    #expect(
      try said([Self.problems[0], Self.problems[0]])
        == "splits/test.jsonl:2:33: the prompt stands in line 1 already")
    #expect(try said([]) == "splits/test.jsonl:1:1: the file holds no problem")
    #expect(
      try said([
        #"{"prompt":"1+1=?","answer":"2","verifier":"exact","fields":{"size":5.0}}"#
      ])
        == "splits/test.jsonl:1:61: the number 5.0 of 'size' would not be kept as it is written")
    #expect(
      try said([#"{"prompt":"1+1=?","answer":2,"verifier":"exact"}"#])
        == "splits/test.jsonl:1:19: expected text for 'answer', found the number 2")
    #expect(
      try said([#"{"prompt":"1+1=?","answer":"2"}"#])?.contains("has no verifier")
        == true)
  }

  @Test func `are a model when it can be read`() throws {
    let yaml = """
      version: 1
      name: own
      stages:
        made:
          kind: command
          inputs: {made: {file: made.jsonl}}
          command: [cp, "{inputs.made}", "{output}/config.json"]
          outputs: [config.json]
          type: model
      """
    let sentence = try failure(["{}"], yaml: yaml, stage: "made")
    #expect(sentence?.hasPrefix("what it left is not a model that other stages can take") == true)
    #expect(sentence?.contains("config.json") == true, "\(sentence ?? "")")
  }

  @Test func `may be what our own stages make, under budgets too`() throws {
    try OwnData.with { own in
      try own.write(BudgetPipeline.problems, to: "train.jsonl")
      let names = ["labels", "stating", "samples", "cut", "given", "free"]
      let parts = BudgetPipeline.yaml.split(separator: "\n\n").filter { part in
        ["version", "  sums", "  base"].contains { part.hasPrefix($0) }
          || names.contains { part.hasPrefix("  \($0):") }
      }
      let copies = names.filter { !["stating", "labels"].contains($0) }.map { name in
        """
          copy_\(name):
            kind: command
            inputs: {from: \(name), problems: sums}
            command: [cp, "{inputs.from}/responses.jsonl", "{output}"]
            outputs: [responses.jsonl]
            type: responses
        """
      }
      let summary = try run(
        own, parts.joined(separator: "\n") + "\n" + copies.joined(separator: "\n"))
      #expect(summary.outcome == .done, "\(summary.points.map(\.outcome))")
    }
  }

  @Test func `are shown by their text, and never read with our vocabulary`() throws {
    try OwnData.with { own in
      try own.write(Data(Self.problems.joined(separator: "\n").utf8), to: "problems.jsonl")
      let foreign = Self.response(2).replacingOccurrences(of: "[13,3,11,1]", with: "[1,2,1,2]")
      try own.write(Data((Self.least + "\n" + foreign).utf8), to: "made.jsonl")
      let yaml =
        Self.yaml + """

            page:
              kind: report
              inputs: {samples: {ev: ev}, parts: {results: table}}
              title: Page
              count: 8
            table: {kind: table, inputs: {results: {ev: ev}}, columns: [accuracy]}
          """
      let wrong = foreign.replacingOccurrences(
        of: #""answer":"3","correct":true"#, with: #""answer":"9","correct":false"#)
      try own.write(Data((Self.least + "\n" + wrong).utf8), to: "made.jsonl")
      let summary = try run(own, yaml)
      let digest = try #require(summary.digests["page"], "\(summary.points)")
      let page = String(
        decoding: try own.store().artifact(digest).read("report.md"), as: UTF8.self)
      #expect(page.contains("It is"), "\(page)")
      #expect(page.contains("4 tokens of a program's own, without their text"), "\(page)")
      #expect(!page.contains("<eos>") && !page.contains("&lt;eos&gt;"), "\(page)")
    }
  }

  @Test func `cannot be learned where they are text, or of tokens that models lack`() throws {
    func said(_ line: String) throws -> String? {
      let artifact = StoredFile(
        type: .responses, path: ResponsesArtifact.path, data: Data(line.utf8))
      let records = try ResponsesArtifact.read(artifact)
      return #expect(throws: StageFailure.self) {
        try ResponseTargets(records, in: LadderFormat())
      }?.description
    }
    #expect(try said(Self.least)?.contains("has no tokens, only text") == true)
    let foreign = Self.response().replacingOccurrences(of: "[13,3,10,1]", with: "[13,3,5000,1]")
    #expect(try said(foreign)?.contains("token 5000") == true)
  }
}
