import Fields
import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Data in another response format` {
  private func read(
    _ line: String, _ fields: [String: FieldValue]
  ) throws -> (problems: [String], mistakes: [String]) {
    let defaults = try #require(DataKind.Configuration.descriptor.defaults.mapValue)
    let configuration = DataKind.Configuration(
      decoding: .map(defaults.merging(fields) { _, written in written }))
    var reader = try DataReader(configuration, in: UndividedFormat())
    reader.read(Data(line.utf8), named: "train.jsonl", split: "train")
    return (
      reader.splits[0].problems.map(\.json.compact),
      reader.diagnostics.map { "\($0.range.line):\($0.range.column): \($0.message)" }
    )
  }

  @Test func `may be any text that its tokenizer reads`() throws {
    let line = #"{"prompt":"How many are 2 and 3, please?","answer":"five"}"#
    let found = try read(line, [:])
    #expect(found.problems.count == 1 && found.mistakes == [])
    #expect(
      try read(#"{"prompt":"caf\u00e9","answer":"1"}"#, [:]).mistakes == [
        "1:15: 'é' in the prompt is not in the models' vocabulary"
      ])
  }

  @Test func `is counted in its tokens, without the template`() throws {
    let line = #"{"prompt":"12345","answer":"1"}"#
    #expect(try read(line, ["max_prompt_length": .int(5)]).mistakes == [])
    #expect(
      try read(line, ["max_prompt_length": .int(4)]).mistakes == [
        "1:2: the prompt has 5 tokens, more than max_prompt_length, 4"
      ])
  }

  @Test func `may not write its marks`() throws {
    #expect(
      try read(#"{"prompt":"a \u003cend> b","answer":"1"}"#, [:]).mistakes == [
        "1:14: '<end>' in the prompt is the name of a token and would be read as that token"
      ])
    // The mark stands in neither member of its own: the first is pointed at.
    let line = #"{"body":"<end","question":"> x","answer":"1","formula":"1"}"#
    #expect(try read(line, ["format": .string("asdiv")]).mistakes == [])
  }

  @Test func `has the answer in the text of a solution`() throws {
    let line = #"{"question":"q","answer":"It is <<1+1=2>>2.\n#### 2"}"#
    #expect(
      try read(line, ["format": .string("gsm8k")]).problems.first?
        .contains(#""response":"It is 2. => 2""#) == true)
    let own = #"{"problem":"p","solution":"It is\n=> 2","answer":"2"}"#
    #expect(
      try read(own, ["format": .string("math")]).problems.first?
        .contains(#""response":"It is\n=> 2""#) == true)
    // Where it cannot be found, or is another one, it is added.
    let other = own.replacingOccurrences(of: "=> 2", with: "=> 3")
    #expect(
      try read(other, ["format": .string("math")]).problems.first?
        .contains(#""response":"It is\n=> 3 => 2""#) == true)
  }

  @Test func `leaves responses of the user's own as they are`() throws {
    let line = #"{"prompt":"p","answer":"2","response":"two"}"#
    let fields = FieldValue.map(["response": .string("response")])
    #expect(
      try read(line, ["fields": fields]).problems.first?.contains(#""response":"two""#) == true)
  }
}
