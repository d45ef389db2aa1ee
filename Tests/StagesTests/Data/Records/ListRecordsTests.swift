import Stages
import Testing

@Suite struct `A list of objects` {
  private func mistakes(_ text: String) throws -> [String] {
    try OwnFiles("t.json", text, fields: "{answer: meta.final}", more: ["vocabulary: any"])
      .mistakes()
  }

  @Test func `holds problems, also in the middle of objects`() throws {
    let text = """
      [
        {"prompt": "p", "meta": {"final": 1.10}}, {"prompt": "q",
         "meta": {"final": "x"}}
      ]

      """
    let files = OwnFiles("t.json", text, fields: "{answer: meta.final}", more: ["vocabulary: any"])
    let rows = try files.splits()["train"]
    #expect(rows?.count == 2)
    #expect(rows?.first?.contains(#""answer":"1.10""#) == true, "\(rows ?? [])")
    // Lines of JSON may be called so too.
    let lines = OwnFiles("t.json", #"{"prompt":"p","answer":"1"}"#, more: ["vocabulary: any"])
    #expect(try lines.prompts() == ["train": ["p"]])
  }

  @Test(arguments: [
    ("[{\"prompt\": \"p\"},\n {\"prompt\": 7, \"meta\": {\"final\": 1}}]", "1:2: missing member"),
    ("[\n{\"prompt\": 7, \"meta\": {\"final\": 1}}]", "2:2: expected text for the prompt"),
    ("[\n{\"prompt\": \"p\", \"meta\":\n {\"final\": \"\"}}]", "3:3: the answer is empty"),
    ("[{\"prompt\": \"p\", \"meta\": {\"final\": 1}},\n 5]", "2:2: expected a JSON object, found"),
    ("[{\"prompt\": \"p\"", "1:16: the file is not valid JSON: an object is not closed"),
    ("[] x", "1:4: the file is not valid JSON: unexpected text after the value"),
    ("[]", "1:1: the file holds no problem"),
  ])
  func `is told its mistakes at their place`(text: String, message: String) throws {
    let found = try mistakes(text)
    #expect(found.first?.hasPrefix("t.json:" + message) == true, "\(found)")
  }
}
