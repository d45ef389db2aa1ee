import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Duplicates of prompts` {
  private func files(_ more: [String], last: String = "z") -> OwnFiles {
    func bytes(_ prompts: [String]) -> Data {
      Data(
        prompts.map { "{\"prompt\":\"\($0)\",\"answer\":\"1\"}" }.joined(separator: "\n").utf8)
    }
    return OwnFiles(
      [
        "train.jsonl": bytes(["a b", "a b", "c", "d", #"e\u0301"#, last]),
        "dev.jsonl": bytes(["c", "f", "a  b "]), "test.jsonl": bytes(["f", "d", "g", "\u{e9}"]),
      ],
      inputs: "{train: {file: train.jsonl}, dev: {file: dev.jsonl}, test: {file: test.jsonl}}",
      more: more + ["vocabulary: any"])
  }

  @Test func `across splits stay in test, then in dev, and are never trained on`() throws {
    #expect(
      try files(["duplicates: drop_across"]).prompts() == [
        "test": ["f", "d", "g", "\u{e9}"], "dev": ["c", "a  b "],
        "train": ["a b", "e\u{301}", "z"],
      ])
  }

  @Test func `may be found by their text`() throws {
    let splits = try files(["duplicates: drop_across", "duplicates_by: text"]).prompts()
    #expect(splits["train"] == ["z"])
    #expect(splits["dev"] == ["c", "a  b "] && splits["test"]?.count == 4)
  }

  @Test func `are mistakes unless they are to be dropped`() throws {
    #expect(try files([]).mistakes().count == 4)
    #expect(try files(["duplicates: drop"]).mistakes().count == 3)
    #expect(try files(["duplicates_by: text"]).mistakes().count == 6)
    #expect(
      try files(["duplicates: drop"]).mistakes().first
        == "dev.jsonl:1:2: the prompt is also in line 3 of train.jsonl (no prompt may be in two "
        + "splits: remove one, or write 'duplicates: drop_across')")
  }

  @Test func `that empty a split are told`() throws {
    #expect(
      try files(["duplicates: drop_across", "duplicates_by: text"], last: "g").mistakes() == [
        "train.jsonl:1:1: split 'train' is empty: other splits have each of its problems (they "
          + "are kept in test, then dev, then train)"
      ])
  }

  @Test func `are counted in the summary`() throws {
    let own = files(["duplicates: drop_across"])
    try own.with { folder in
      let summary = try folder.run(try folder.graph(own.yaml))
      let digest = try #require(summary.points.first?.artifact)
      let text = String(
        decoding: try folder.store().artifact(digest).read("problems.json"), as: UTF8.self)
      let figures = text.filter { !$0.isWhitespace }
      #expect(
        figures.contains(#""train":{"count":3,"repeats":1,"shared":2}"#)
          && figures.contains(#""test":{"count":4,"repeats":0,"shared":0}"#), "\(text)")
    }
  }
}
