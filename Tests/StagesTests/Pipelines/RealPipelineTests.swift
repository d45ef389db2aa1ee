import Fields
import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// The pipelines of published models, and their small variants with all stages run on a tiny model.
@Suite struct `Pipelines of published models` {
  private static let folder = Pipelines.folder.appendingPathComponent("real")

  static let names = [
    "anytime.yaml", "budget-estimates.yaml", "length-penalty.yaml", "short-answers.yaml",
    "short-or-long.yaml", "test-time.yaml",
  ]

  /// Passes on a folder with the tiny model in `model`.
  private static func withModel<Result>(_ body: (URL) throws -> Result) throws -> Result {
    try OwnData.with { own in
      try TinyChatModel().write(to: own.folder.appendingPathComponent("model"))
      return try body(own.folder)
    }
  }

  private static func load(
    _ name: String, in folder: URL, _ overrides: [String]
  ) throws -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return Pipeline.load(
      SourceFile(name: name, text: text), overrides: overrides, kinds: .builtIn, directory: folder)
  }

  private static func files(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.sorted()
  }

  @Test func `each has a small variant`() throws {
    // A server runs no model here that could be a small one.
    #expect(try Self.files(in: Self.folder) == (Self.names + ["server.yaml"]).sorted())
    #expect(try Self.files(in: Self.folder.appendingPathComponent("small")) == Self.names)
  }

  /// The variables that name files of problems, in each pipeline, with the files below.
  private static let variables = [
    "anytime.yaml": ["problems": "svamp.jsonl"],
    "budget-estimates.yaml": [
      "styles": "styles.jsonl", "learned": "styles.jsonl", "test": "held-out.jsonl",
    ],
    "length-penalty.yaml": [
      "styles": "styles.jsonl", "practice": "one-step.jsonl", "test": "held-out.jsonl",
    ],
    "short-answers.yaml": ["train": "asdiv.jsonl", "test": "held-out.jsonl"],
    "short-or-long.yaml": ["styles": "styles.jsonl", "test": "held-out.jsonl"],
    "test-time.yaml": ["problems": "svamp.jsonl"],
  ]

  /// Lines as the data sets are published, and as docs/models.md makes them.
  private static let lines = [
    "svamp.jsonl": """
    {"Body": "Ann has 3 apples.", "Question": "How many with 4 more?", "Answer": 7.0, \
    "Equation": "( 3.0 + 4.0 )", "Type": "Addition"}

    """,
    "styles.jsonl": """
    {"prompt": "A box has 12 pens. How many have 5 boxes?", "answer": "60", \
    "response": "5 * 12 = 60"}

    """,
    "one-step.jsonl": """
    {"prompt": "A box has 12 pens. How many have 5 boxes?", "answer": "60"}
    {"prompt": "A box has 12 pens. How many have 6 boxes?", "answer": "72"}

    """,
    "asdiv.jsonl": """
    {"body": "A box has 12 pens.", "question": "How many have 5 boxes?", \
    "answer": "60 (pens)", "formula": "5*12=60", "solution_type": "Multiplication"}

    """,
    "held-out.jsonl": """
    {"body": "A box has 10 pens.", "question": "How many have 3 boxes?", \
    "answer": "30 (pens)", "formula": "3*10=30", "solution_type": "Multiplication"}

    """,
  ]

  @Test(arguments: names) func `are valid once model and data are there`(name: String) throws {
    try Self.withModel { folder in
      for (file, text) in Self.lines {
        try Data(text.utf8).write(to: folder.appendingPathComponent(file))
      }
      func path(_ file: String) -> String { folder.appendingPathComponent(file).path }
      var data = try #require(Self.variables[name]).map { "vars.\($0)=\(path($1))" }
      if name == "length-penalty.yaml" { data.append("vars.prompts_per_step=2") }
      let (pipeline, diagnostics) = try Self.load(
        name, in: Self.folder, data + ["vars.model=\(path("model"))"])
      #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
      let mistakes = Preflight(
        StageGraph(try #require(pipeline)), store: try Store(root: folder.appending(path: "store")),
        fingerprint: { $0.fingerprint }, name: { $0 }
      ).mistakes
      #expect(mistakes.isEmpty, "\(DiagnosticPrinter().render(mistakes))")
    }
  }

  @Test(arguments: names) func `say which files are missing`(name: String) throws {
    let diagnostics = try Self.load(name, in: Self.folder, ["vars.model=no/such-model"]).diagnostics
    let text = DiagnosticPrinter().render(diagnostics)
    #expect(diagnostics.hasErrors)
    #expect(text.contains("no/such-model"), "\(text)")
    #expect(diagnostics.allSatisfy { $0.message.contains("does not exist") }, "\(text)")
  }

  /// The rows of each table of a small variant, without the header.
  private static let rows: [(name: String, tables: [String: [String]])] = [
    ("test-time.yaml", ["table": ["model"], "lengths": ["model"]]),
    (
      "anytime.yaml",
      [
        "table": ["cut"],
        "prompts": ["at_once", "uncut", "words_30", "words_100", "answer_only"],
      ]
    ),
    ("budget-estimates.yaml", ["table": ["start", "plain", "stated"], "given": ["given"]]),
    ("length-penalty.yaml", ["table": ["start", "still", "rl", "rl"]]),
    ("short-or-long.yaml", ["table": ["start"]]),
    (
      "short-answers.yaml",
      ["table": ["before", "equations", "after_budget"], "given": ["after_budget"]]
    ),
  ]

  @Test(arguments: rows) func `come to tables on a tiny model, once`(
    name: String, tables: [String: [String]]
  ) throws {
    try Self.withModel { folder in
      let (pipeline, diagnostics) = try Self.load(
        name, in: Self.folder.appendingPathComponent("small"),
        ["vars.model=\(folder.appendingPathComponent("model").path)"])
      #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
      let graph = StageGraph(try #require(pipeline))
      let store = try Store(root: folder.appendingPathComponent("store"))
      let first = try Runner.run(graph, store: store, options: .testing(jobs: 2))
      #expect(first.outcome == .done)
      // What learns nothing, at a rate of 0 or where no answer is right, is the policy that it
      // began with, byte by byte, and the evaluation of that is there already.
      #expect(
        first.points.allSatisfy { $0.outcome == .ran || $0.address.hasPrefix("eval") },
        "\(first.points)")
      let second = try Runner.run(graph, store: store, options: .testing(jobs: 2))
      #expect(second.points.allSatisfy { $0.outcome == .hit })
      #expect(second.digests == first.digests)
      for (stage, rows) in tables {
        let table = try store.artifact(try #require(first.digests[stage]))
        let lines = String(decoding: try table.read("table.csv"), as: UTF8.self)
          .split(whereSeparator: \.isNewline).dropFirst()
        let labels = lines.map { $0.prefix { $0 != "," } }.map(String.init)
        #expect(labels == rows, "\(stage)")
      }
    }
  }
}
