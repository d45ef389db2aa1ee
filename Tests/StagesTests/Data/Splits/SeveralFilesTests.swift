import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Several files of a split` {
  private static let inputs = "{train: {files: [b.csv, a.jsonl], folder: data}}"

  private static func files(last: String = "4+4=?,8") -> [String: Data] {
    [
      "data/a.jsonl": Data(
        (#"{"prompt":"1+1=?","answer":"2"}"# + "\n" + #"{"prompt":"2+2=?","answer":"4"}"#).utf8),
      "data/b.csv": Data("prompt,answer\n3+3=?,6\n\(last)\n".utf8),
    ]
  }

  @Test func `are read in the order of their paths, each in its own form`() throws {
    let whole = OwnFiles(Self.files(), inputs: Self.inputs)
    #expect(try whole.prompts() == ["train": ["1+1=?", "2+2=?", "3+3=?", "4+4=?"]])
    // A limit of a split holds for all of its files.
    let limited = OwnFiles(Self.files(), inputs: Self.inputs, more: ["limit: 3"])
    #expect(try limited.prompts()["train"]?.count == 3)
  }

  @Test func `are in the key by their content, in whichever order they are written`() throws {
    let files = OwnFiles(Self.files(), inputs: Self.inputs)
    try files.with { own in
      func outcome(_ yaml: String) throws -> PointOutcome? {
        try own.run(try own.graph(yaml)).points.first?.outcome
      }
      #expect(try outcome(files.yaml) == .ran)
      let turned = files.yaml.replacingOccurrences(of: "b.csv, a.jsonl", with: "a.jsonl, b.csv")
      #expect(try outcome(turned) == .hit)
      try own.write(Data("prompt,answer\n3+3=?,6\n4+4=?,9\n".utf8), to: "data/b.csv")
      #expect(try outcome(files.yaml) == .ran)
      #expect(try outcome(turned.replacingOccurrences(of: ", b.csv", with: "")) == .ran)
    }
  }

  @Test func `are told mistakes by their own names`() throws {
    let wrong = OwnFiles(Self.files(last: "4+4=?"), inputs: Self.inputs)
    #expect(try wrong.mistakes() == ["data/b.csv:3:6: the row has 1 cell, the header has 2"])
    let twice = OwnFiles(Self.files(last: "2+2=?,4"), inputs: Self.inputs)
    #expect(
      try twice.mistakes() == [
        "data/b.csv:3:1: the prompt is also in line 2 of data/a.jsonl (remove one, or write "
          + "'duplicates: drop')"
      ])
    let dropped = OwnFiles(
      Self.files(last: "2+2=?,4"), inputs: Self.inputs, more: ["duplicates: drop"])
    #expect(try dropped.prompts()["train"] == ["1+1=?", "2+2=?", "3+3=?"])
  }

  @Test func `may be all that a file adds`() throws {
    var files = Self.files()
    files["data/b.csv"] = Data("prompt,answer\n1+1=?,2\n".utf8)
    let dropped = OwnFiles(files, inputs: Self.inputs, more: ["duplicates: drop"])
    #expect(try dropped.mistakes() == [])
  }

  @Test func `are inspected with their names`() throws {
    let files = OwnFiles(Self.files(), inputs: Self.inputs)
    try files.with { own in
      let found = DataInspection(try own.graph(files.yaml), examples: 1) {
        URL(fileURLWithPath: $0).lastPathComponent
      }
      #expect(found.stages.first?.splits.first?.files == ["a.jsonl", "b.csv"])
      #expect(found.stages.first?.splits.first?.count == 4)
    }
  }
}
