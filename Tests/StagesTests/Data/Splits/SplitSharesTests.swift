import Foundation
import PipelineCore
import Stages
import Testing

@Suite struct `Splits by digest` {
  private static let shares = "splits: {train: 0.7, dev: 0.1, test: 0.2}"

  private func files(
    _ lines: [String], fields: String = "{}", more: [String] = [Self.shares]
  ) -> OwnFiles {
    OwnFiles(
      ["a.jsonl": Data(lines.joined(separator: "\n").utf8)], inputs: "{all: {file: a.jsonl}}",
      fields: fields, more: more + ["vocabulary: any"])
  }

  private func lines(_ range: Range<Int>, cluster: (Int) -> Int = { $0 }) -> [String] {
    range.map { #"{"prompt":"p \#($0)","answer":"1","c":"\#(cluster($0))"}"# }
  }

  @Test func `have their shares, and every problem in one of them`() throws {
    let splits = try files(lines(0..<2000)).prompts()
    #expect(splits.keys.sorted() == ["dev", "test", "train"])
    #expect(Set(splits.values.joined()).count == 2000)
    // Five standard deviations of a binomial count.
    for (name, share) in [("train", 0.7), ("dev", 0.1), ("test", 0.2)] {
      let count = Double(splits[name]?.count ?? 0)
      #expect(abs(count - 2000 * share) < 5 * (2000 * share * (1 - share)).squareRoot(), "\(name)")
    }
  }

  @Test func `are moved by no other line, nor by the order`() throws {
    let few = try files(lines(0..<100)).prompts()
    let many = try files(lines(50..<300).reversed() + lines(0..<50)).prompts()
    for (name, prompts) in few {
      #expect(Set(prompts).isSubset(of: Set(many[name] ?? [])), "\(name)")
    }
  }

  @Test func `are others with another seed`() throws {
    let one = try files(lines(0..<100)).prompts()
    #expect(try files(lines(0..<100), more: [Self.shares, "split_seed: 0"]).prompts() == one)
    #expect(try files(lines(0..<100), more: [Self.shares, "split_seed: 1"]).prompts() != one)
  }

  @Test func `keep clusters whole`() throws {
    let splits = try files(lines(0..<400) { $0 / 8 }, fields: "{cluster: c}").splits()
    let clusters = splits.mapValues { rows in
      Set(rows.compactMap { $0.firstMatch(of: /"cluster":"([0-9]+)"/).map { String($0.1) } })
    }
    #expect(clusters.values.reduce(0) { $0 + $1.count } == 50)
    #expect(splits.values.allSatisfy { $0.count.isMultiple(of: 8) })
  }

  @Test func `put prompts together that differ in white space`() throws {
    let spaced = (0..<50).flatMap {
      [#"{"prompt":"p \#($0)","answer":"1"}"#, #"{"prompt":" p\n\#($0) ","answer":"1"}"#]
    }
    let splits = try files(spaced).prompts()
    #expect(splits.values.allSatisfy { $0.count.isMultiple(of: 2) })
    #expect(splits.values.reduce(0) { $0 + $1.count } == 100)
  }

  @Test func `leave other files their own splits`() throws {
    let own = OwnFiles(
      [
        "a.jsonl": Data(lines(0..<60).joined(separator: "\n").utf8),
        "b.csv": Data("prompt,answer\nx,1\n".utf8),
      ],
      inputs: "{all: {file: a.jsonl}, test: {file: b.csv}}",
      more: ["splits: {train: 0.8, dev: 0.2}", "vocabulary: any"])
    let splits = try own.prompts()
    #expect(splits.keys.sorted() == ["dev", "test", "train"] && splits["test"] == ["x"])
    #expect((splits["train"] ?? []).count + (splits["dev"] ?? []).count == 60)
  }

  @Test func `that stay empty are told`() throws {
    #expect(
      try files(lines(0..<1), more: ["splits: {train: 0.5, test: 0.5}"]).mistakes().map {
        $0.replacing(/'(train|test)'/, with: "'S'")
      } == [
        "a.jsonl:1:1: split 'S' is empty: none of the problems falls into its share (give it a "
          + "larger share)"
      ])
  }

  @Test(arguments: [
    ("splits: {train: 0.8, test: 0.1}", "the shares add up to 0.900, not to 1"),
    ("splits: {train: 1.5, test: -0.5}", "expected a number"),
    ("splits: {Train: 0.5, test: 0.5}", "is not a valid split name"),
    ("split_seed: 3", "'split_seed' has no meaning without 'splits'"),
    ("splits: {all: 1}", "split 'all' has files of its own and a share of 'splits'"),
  ])
  func `with a mistake in the pipeline say what is wrong`(more: String, message: String) throws {
    let own = files(lines(0..<2), more: [more])
    let shown = try own.with { DiagnosticPrinter().render($0.load(own.yaml).diagnostics) }
    #expect(shown.contains(message), "\(shown)")
    var without = files(lines(0..<2))
    without.inputs = "{rest: {file: a.jsonl}}"
    let missing = try without.with { DiagnosticPrinter().render($0.load(without.yaml).diagnostics) }
    #expect(missing.contains("'splits' divides the files of 'all', and none are given"))
  }

  @Test func `are known to the stages that read them`() throws {
    let own = files(lines(0..<20))
    let yaml =
      own.yaml.replacingOccurrences(of: "    vocabulary: any", with: "") + """

          eval:
            kind: eval
            inputs: {policy: {checkpoint: model}, problems: data}
            splits: [tst]
            sampling: {num_generations: 1, max_new_tokens: 8}
        """
    let shown = try own.with { DiagnosticPrinter().render($0.load(yaml).diagnostics) }
    #expect(shown.contains("did you mean 'test'?"), "\(shown)")
  }
}
