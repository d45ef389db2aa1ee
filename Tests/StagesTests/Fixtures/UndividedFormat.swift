import ModelCore
import Reasoning

/// `Q: PROMPT⏎A: TEXT<end>`, a token for every character: nothing ends thinking, and the answer is
/// the text after the last `=> `.
struct UndividedFormat: ResponseFormat {
  let name = "undivided"
  let meaning = "responses that are not divided, in a template"
  let tokenizer: any Tokenizer
  let endOfThinking: EndMark? = nil
  let endOfResponse: Int32 = 1
  let largestBudget = 9

  init() throws {
    let characters = (32...126).map { String(UnicodeScalar($0)) } + ["\n"]
    tokenizer = try WordTokenizer(
      vocabulary: ["<pad>", "<end>"] + characters, end: "<end>", pad: "<pad>")
  }

  func prompt(of problem: Problem, header: ResponseHeader) throws(ProblemError) -> [Int32] {
    try encode("Q: " + problem.prompt + "\nA: ")
  }

  func tokens(of header: ResponseHeader) -> [Int32] { [] }
  func statement(of budget: Int) -> [Int32] { [] }
  func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? { nil }

  /// The text between a teacher's text and answer.
  var closing: [Int32] { (try? tokenizer.encode(" => ")) ?? [] }

  func answer(in text: String) -> String {
    text.ranges(of: "=> ").last.map { String(text[$0.upperBound...]) } ?? ""
  }
}
