import Fields
import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Broken data files` {
  private static let rows = "q,a,d\r\n\"1+1=?\",2,1\n\"a, \"\"b\"\"\nc\",\"1,250\",3\n\nlast,é,\n"
  private static let lines = "{\"q\":\"1+1=?\",\"a\":2,\"d\":1}\n{\"q\":\"é\\n\",\"a\":\"x\"}\n"
  private static let list =
    "[{\"q\":\"1+1=?\",\"a\":2},\n {\"q\":\"é\\\"\",\"a\":\"x\",\"d\":[1]}\n]"

  @Test(arguments: ["t.csv", "t.tsv", "t.jsonl", "t.json", "t.txt"])
  func `are read to problems or to mistakes at places of the file`(name: String) throws {
    let defaults = try #require(DataKind.Configuration.descriptor.defaults.mapValue)
    let fields: [String: FieldValue] = [
      "fields": .map(["prompt": .string("q"), "answer": .string("a"), "n": .string("d")]),
      "vocabulary": .string("any"),
    ]
    let configuration = DataKind.Configuration(
      decoding: .map(defaults.merging(fields) { _, written in written }))
    let tabs = Self.rows.replacingOccurrences(of: ",", with: "\t")
    var mutator = TextMutator(seeds: [Self.rows, tabs, Self.lines, Self.list], random: 7)
    var (problems, mistakes) = (0, 0)
    for _ in 0..<1500 {
      let text = mutator.text()
      var reader = DataReader(configuration)
      reader.read(Data(text), named: name, split: "train")
      problems += reader.splits[0].problems.count
      mistakes += reader.diagnostics.count
      #expect(!reader.splits[0].problems.isEmpty || !reader.diagnostics.isEmpty)
      let count = text.count { $0 == UInt8(ascii: "\n") } + 1
      for mistake in reader.diagnostics {
        let (line, column) = (mistake.range.line, mistake.range.column)
        #expect((1...count).contains(line), "\(mistake.told)")
        // The place behind the last character of a line is one of it.
        #expect(
          (1...(mistake.file.line(line) ?? "").unicodeScalars.count + 1).contains(column),
          "\(mistake.told)")
      }
    }
    #expect(problems > 50 && mistakes > 500, "\(problems) \(mistakes)")
  }
}
