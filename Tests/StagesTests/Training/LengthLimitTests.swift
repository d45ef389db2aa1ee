import PipelineCore
import Reasoning
import Stages
import Testing

@Suite struct `Examples that are too long` {
  private static let lengths = [4, 9, 5, 12, 6]

  /// Prompts of one character and `<t>`, and responses that make up the rest.
  private func examples() throws -> [SupervisedExample] {
    try Self.lengths.map { length in
      try .response(
        [Int32](repeating: 20, count: length - 3) + [1],
        to: Problem(family: "sum", difficulty: 1, prompt: "1", answer: "1"), in: LadderFormat())
    }
  }

  private func fitted(
    _ maxLength: Int, _ truncation: Truncation
  ) throws -> (lengths: [Int?], told: [String]) {
    var told: [String] = []
    let fitted = try LengthLimit(maxLength: maxLength, truncation: truncation).applied(
      to: try examples(), name: { "example \($0)" }, tell: { told.append($0) })
    return (fitted.map { $0?.tokens.count }, told)
  }

  @Test func `are an error that counts them and names the longest`() throws {
    let error = #expect(throws: StageFailure.self) { try fitted(8, .error) }
    #expect(
      error?.description
        == "2 of 5 examples are longer than the 'max_length' of 8 tokens; the longest, example 3, "
        + "has 12; raise 'max_length', or write 'truncation: drop' or 'truncation: cut'")
    #expect(throws: StageFailure.self) { try fitted(11, .error) }
  }

  @Test(arguments: Truncation.allCases) func `are none where all fit`(
    truncation: Truncation
  ) throws {
    let (lengths, told) = try fitted(12, truncation)
    #expect(lengths == Self.lengths && told.isEmpty)
  }

  @Test func `are left out, and counted`() throws {
    let (lengths, told) = try fitted(8, .drop)
    #expect(lengths == [4, nil, 5, nil, 6])
    #expect(
      told == ["left out 2 of 5 examples, which are longer than the 'max_length' of 8 tokens"])
    let error = #expect(throws: StageFailure.self) { try fitted(3, .drop) }
    #expect(error?.description.contains("leaves none of the 5 examples") == true)
  }

  @Test func `are cut, and end nowhere`() throws {
    let (lengths, told) = try fitted(8, .cut)
    #expect(lengths == [4, 8, 5, 8, 6])
    #expect(told == ["cut 2 of 5 examples at the 'max_length' of 8 tokens"])
    let long = try examples()[3]
    let cut = try #require(
      try LengthLimit(maxLength: 8, truncation: .cut).applied(
        to: [long], name: { _ in "" }, tell: { _ in })[0])
    #expect(cut.tokens == Array(long.tokens.prefix(8)) && !cut.tokens.contains(1))
    #expect(cut.weights == [0, 0] + [Float](repeating: 1, count: 6))
    // Prompt and `<t>` alone take two tokens.
    #expect(throws: StageFailure.self) { try fitted(2, .cut) }
  }
}
