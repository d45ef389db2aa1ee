import Fields
import Foundation
import PipelineCore
import Stages
import Testing

/// Stored responses read completely, in part, and without their tokens.
@Suite struct `Stored responses` {
  private static func stored(_ text: String) -> StoredFile {
    StoredFile(type: .responses, path: ResponsesArtifact.path, data: Data(text.utf8))
  }

  private static func line(_ number: Int) -> String {
    """
    {"split":"easy","problem":{"family":"chain","difficulty":2,"prompt":"p\\"length\\":9\(number)",\
    "answer":"1"},"sample":\(number),"tokens":[5,6,\(number)],"log_probabilities":[-0.5,-0.25,0.0],\
    "thinking_tokens":1,"answer_tokens":1,"length":3,"stop":"eos","cut_by":["thinking_budget"],\
    "finished":true,"answer":"1","correct":true,"budget":8,"budget_use":"thinking","summary":0,\
    "forced":[1]}
    """
  }

  private let artifact = stored((0..<3).map(Self.line).joined(separator: "\n\n") + "\n")

  @Test func `come in order, whatever lines are empty`() throws {
    let records = try ResponsesArtifact.read(artifact)
    #expect(records.map(\.sample) == [0, 1, 2] && records[2].tokens == [5, 6, 2])
    #expect(records[1].json.compact == Self.line(1))
    // The last line without its line break, and an empty file.
    let open = try ResponsesArtifact.read(Self.stored(Self.line(7)))
    #expect(open.map(\.sample) == [7])
    let none = try ResponsesArtifact.read(Self.stored(""))
    #expect(none.isEmpty)
  }

  @Test func `at some places are those of all`() throws {
    let all = try ResponsesArtifact.read(artifact)
    let some = try ResponsesArtifact.read(artifact, at: [2, 0])
    #expect(some.map(\.json.compact) == [all[2].json.compact, all[0].json.compact])
  }

  @Test func `for figures have all but their tokens`() throws {
    let whole = try ResponsesArtifact.read(artifact)
    let figures = try ResponsesArtifact.readFigures(artifact)
    #expect(figures.allSatisfy { $0.tokens.isEmpty && $0.logProbabilities.isEmpty })
    let stripped = whole.map { record in
      var record = record
      (record.tokens, record.logProbabilities, record.forced) = ([], [], nil)
      return record.json.compact
    }
    #expect(figures.map(\.json.compact) == stripped)
  }
}
