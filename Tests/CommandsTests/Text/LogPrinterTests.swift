import Commands
import Fields
import Testing

@Suite struct LogRowTests {
  @Test(arguments: [
    (
      #"{"step": 34, "loss": 0.41234567, "num_tokens": 1234.0, "lr": 0.000042134}"#,
      "step 34  loss 0.4123  num_tokens 1234  lr 4.213e-05"
    ),
    (
      #"{"step":1,"reward":-12.3456,"kl":0,"big":123456789.5,"small":0.00012345}"#,
      "step 1  reward -12.35  kl 0  big 123456789.5  small 0.000123"
    ),
    (#"{"step": 2, "note": "a b", "none": null}"#, "step 2  note a b  none null"),
    (#"{"step": 3, "lengths": [1, 2.50]}"#, "step 3  lengths [1,2.50]"),
  ])
  func `figures are cut to what is read`(_ line: String, _ text: String) {
    #expect(LogRow(line)?.text == text)
  }

  @Test(arguments: ["epoch 1: loss 0.3", "", "[1]", "{", #"{"a": 1} {"b": 2}"#])
  func `a line that is no object has no figures`(_ line: String) {
    #expect(LogRow(line) == nil)
  }
}

@Suite struct LogColumnsTests {
  private let known = ["step", "loss", "rewards/a/mean", "rewards/a/std", "rewards/b/mean", "kl"]

  @Test(arguments: [
    ("loss,step", ["loss", "step"]), ("kl, loss", ["kl", "loss"]),
    ("rewards/*/mean", ["rewards/a/mean", "rewards/b/mean"]),
    ("rewards/a/*,*", ["rewards/a/mean", "rewards/a/std", "step", "loss", "rewards/b/mean", "kl"]),
    ("??", ["kl"]), ("*o*", ["loss"]), ("l*s", ["loss"]), ("s*t", []), ("", []),
  ])
  func `are names and patterns, in the order given`(_ list: String, _ names: [String]) {
    #expect(LogColumns(list).names(among: known) == names)
  }

  @Test func `of an unknown name have a near one`() {
    #expect(LogColumns("step,los").unknown(among: known)?.nearest == "loss")
    #expect(LogColumns("step,*ss").unknown(among: known) == nil)
    #expect(LogColumns("x*").unknown(among: known)?.name == "x*")
  }

  @Test func `are matched quickly whatever the pattern`() {
    let name = String(repeating: "a", count: 2000)
    let pattern = String(repeating: "a*", count: 500) + "b"
    #expect(LogColumns(pattern).names(among: [name]).isEmpty)
  }
}

@Suite struct LogPrinterTests {
  private func printer(
    _ form: LogPrinter.Form = .columns, _ columns: String? = nil, sources: [String] = ["base"],
    isInteractive: Bool = false
  ) -> LogPrinter {
    LogPrinter(
      form, columns: columns.map { LogColumns($0) },
      of: sources.map { LogPrinter.Source(address: $0, columns: LogColumns("*"), declared: []) },
      isInteractive: isInteractive, width: 28)
  }

  private let rows: [Substring] = [
    #"{"step":1,"loss":2.7632960171022463,"completions/mean_length":31.5}"#,
    #"{"step":2,"loss":0.00001234567,"completions/mean_length":5.0}"#,
  ]

  @Test func `columns stand below their names, a name of two parts on two lines`() throws {
    var printer = printer(.columns, "step,*")
    #expect(
      try printer.text([rows]).split(separator: "\n") == [
        "                 completions/",
        "step       loss   mean_length",
        "   1      2.763         31.50",
        "   2  1.235e-05             5",
      ])
  }

  @Test func `rows that follow continue the table until a number needs more room`() throws {
    var printer = printer(.columns, "step,loss")
    #expect(try printer.text([[rows[0]]]) == "step   loss\n   1  2.763\n")
    #expect(try printer.text([[rows[0]]]) == "   1  2.763\n")
    #expect(try printer.text([[rows[1]]]) == "step       loss\n   2  1.235e-05\n")
    #expect(try printer.text([[]]) == "")
  }

  @Test func `a column that no row of a step has is a dash`() throws {
    var printer = printer()
    #expect(
      try printer.text([[#"{"step":1,"a":2}"#, #"{"step":2}"#]])
        == "step  a\n   1  2\n   2  —\n")
  }

  @Test func `columns that do not fit in the line are left out, which the header shows`() throws {
    var printer = printer()
    let text = try printer.text([rows])
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 28 })
    #expect(text.hasPrefix("step       loss …\n"))
  }

  @Test func `the logs of several points are tables under their addresses`() throws {
    var printer = printer(.columns, "step", sources: ["base", "rl[alpha=0.1]"])
    #expect(
      try printer.text([[rows[0]], rows])
        == "base\nstep\n   1\n\nrl[alpha=0.1]\nstep\n   1\n   2\n")
    #expect(try printer.text([[], [rows[0]]]) == "   1\n")
  }

  @Test func `CSV has one header, every digit, and the stage where there are several`() throws {
    var one = printer(.csv, "loss,step")
    #expect(
      try one.text([rows])
        == "loss,step\n2.7632960171022463,1\n0.00001234567,2\n")
    #expect(try one.text([[rows[0]]]) == "2.7632960171022463,1\n")
    var two = printer(.csv, sources: ["base", "rl[a=1,b=2]"])
    #expect(
      try two.text([[#"{"step":1,"note":"a \"b\""}"#, "text"], [#"{"step":1.50,"kl":null}"#]])
        == "stage,step,note,kl\nbase,1,\"a \"\"b\"\"\",\n\"rl[a=1,b=2]\",1.50,,\n")
  }

  @Test func `what a program printed is shown between its figures, without control characters`()
    throws
  {
    var printer = printer(.columns, "step", isInteractive: true)
    #expect(
      try printer.text([["\u{1B}[2Jhello", #"{"step":1,"note":"\u001b[2J"}"#, "bye"]])
        == "\\u{1b}[2Jhello\nstep\n   1\nbye\n")
  }
}
