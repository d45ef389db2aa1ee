import Reasoning
import Testing

@Suite struct `Thoughts` {
  private func count(_ text: String) -> Int {
    ThoughtOpenings.count(in: text, openedBy: ThoughtOpenings.english)
  }

  @Test(arguments: [
    ("", 0), (" \n. ", 0), ("So it is 4", 1),
    ("Wait, it is 4.", 1),
    ("It is 4. Wait, it is 5.", 2),
    ("It is 4.\n\nAlternatively, count them. Hmm… Wait! No.", 4),
    ("It is 4. \"Wait,\" she said.", 2),
    ("They wait here. Waiters come. I say Wait to them.", 1),
    ("It is 4. But wait, is it? Another approach: count.", 3),
    ("A: Wait\u{2026} so it is 5", 2),
    ("It is 4, Wait", 1),
  ])
  func `begin with the words of a sentence`(text: String, thoughts: Int) {
    #expect(count(text) == thoughts)
  }

  @Test func `are not counted where a format has no words`() {
    #expect(LadderFormat().thoughtOpenings.isEmpty)
  }

  @Test func `of a long hostile text are counted once through`() {
    #expect(count(String(repeating: "Wait", count: 200_000)) == 1)
    #expect(count(String(repeating: "Wait.", count: 100_000)) == 100_000)
  }
}

@Suite struct `Limits that cut` {
  @Test func `are none for a response that ends by itself, however long`() {
    #expect(
      LengthCap.those(
        cutThinking: false, isFinished: true, isAtLength: true, limit: .maxNewTokens) == [])
    #expect(
      LengthCap.those(
        cutThinking: false, isFinished: false, isAtLength: false, limit: .maxNewTokens) == [])
  }

  @Test func `are the budget of thinking and what ended the answer`() {
    #expect(
      LengthCap.those(
        cutThinking: true, isFinished: true, isAtLength: false, limit: .answerBudget)
        == [.thinkingBudget])
    #expect(
      LengthCap.those(
        cutThinking: true, isFinished: false, isAtLength: true, limit: .answerBudget)
        == [.thinkingBudget, .answerBudget])
  }
}
