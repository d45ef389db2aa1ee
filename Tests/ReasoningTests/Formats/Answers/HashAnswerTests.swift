import Reasoning
import Testing

@Suite struct `Answers after hashes` {
  private func find(_ text: String) -> String? { HashAnswer().answer(in: text) }

  @Test(arguments: [
    ("3 + 4 = 7\n#### 7", "7"), ("##### 7", "7"), ("####7", "7"),
    ("#### 2 apples\nmore", "2 apples"),
    ("#### -3", "-3"), ("#### \u{2212}3", "\u{2212}3"), ("#### $-3", "$-3"),
    ("#### $1,250.50", "$1,250.50"),
    ("#### 3/4\n", "3/4"), ("**#### 72**", "72"), ("#### yes", "yes"), ("#### .5\r\nand", ".5"),
    ("#### \\boxed{7}", "\\boxed{7}"),
  ])
  func `are the rest of the line`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: ["", "####", "### 7", "####  \n", "7"])
  func `are none where nothing follows`(text: String) { #expect(find(text) == nil) }

  // sglang pull request 29933: models run on with another question, whose answer was taken.
  @Test(arguments: [
    ("#### 18\n\nQuestion: Tom has 5.\n#### 5", "18"), ("#### 18Question: Tom has 5 #### 5", "18"),
    ("#### 18 Q: Tom has 5\n#### 5", "18"), ("#### 18<|im_end|>\n#### 5", "18"),
    ("#### 18</s>", "18"),
    ("#### 18. Question: Tom has 5\n#### 5", "18."), ("#### 18 #### 5", "18"),
    ("####\n#### 5", "5"),
  ])
  func `are those of the first mark, without what runs on`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    ("#### Step 1\n3+4\n#### Answer\n#### 7", "7"),
    ("#### 1. Add\n3+4=7\n#### 2. Check\n#### 7", "7"),
    ("#### 1) Add\n#### Done", "1) Add"), ("#### Step\n#### Done", "Step"),
  ])
  func `are numbers before headings`(text: String, answer: String) {
    #expect(find(text) == answer)
  }
}
