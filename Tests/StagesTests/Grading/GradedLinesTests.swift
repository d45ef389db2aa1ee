import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

@Suite struct `Lines of answers` {
  private func graded(_ text: String, _ verifier: any AnswerVerifier) -> GradedLines {
    GradedLines(Data((text + "\n").utf8), named: "answers.jsonl", by: verifier)
  }

  @Test func `are graded one by one, with fields of their own`() {
    let lines = graded(
      """
      {"answer": "0.5", "reference": "1/2"}
      {"response": "so it is \\\\boxed{7}.", "reference": "8"}
      {"answer": "many", "reference": "8"}
      {"answer": "1.05", "reference": "1", "abs_tolerance": 0.1}
      """, NumericAnswer())
    #expect(lines.mistakes.isEmpty)
    #expect(lines.lines.map(\.verdict) == [.right, .wrong, .unreadable, .right])
    #expect(lines.lines.map(\.answer) == ["0.5", "7", "many", "1.05"])
    let choice = graded(
      #"{"answer": "blue", "reference": "B", "choices": ["red", "blue"]}"#, ChoiceAnswer())
    #expect(choice.lines.map(\.verdict) == [.right])
  }

  @Test func `with a mistake say where it is`() {
    let lines = graded(#"{"answer": 5, "reference": "5"}"#, NumberAnswer())
    #expect(lines.lines.isEmpty)
    #expect(lines.mistakes.map(\.range.column) == [2])
    #expect(graded(#"{"answer": "5"}"#, NumberAnswer()).mistakes.count == 1)
  }
}
