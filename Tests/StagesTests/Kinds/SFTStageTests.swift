import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

/// `sft` on the texts of a file: its lengths, rows and passes.
@Suite(.timeLimit(.minutes(120)))
struct `Training on stored texts` {
  /// `1+1=?` to `3+4=?`, of which two have a long response.
  private static let problems: Data = {
    let rows = (1...3).flatMap { a in
      (1...4).map { b in
        let work = String(repeating: "~\(a)+\(b)=\(a + b);", count: a == b && a > 1 ? 5 : b)
        return #"{"q":"\#(a)+\#(b)=?","a":"\#(a + b)","r":"\#(work)</t>\#(a + b)"}"#
      }
    }
    return Data((rows.joined(separator: "\n") + "\n").utf8)
  }()

  private static func yaml(_ fields: String, train: String) -> String {
    """
    version: 1
    name: own
    stages:
      data:
        kind: data
        inputs: {files: {train: {file: train.jsonl}}}
        fields: {prompt: q, answer: a, response: r}
      base:
        kind: sft
        inputs: {data: data}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
      intermediate_size: 24}
        train: {learning_rate: 1e-2, prompts_per_step: 4, lr_scheduler_type: linear, \(train)}
        \(fields)
    """
  }

  private func with<Result>(
    _ fields: String, train: String = "num_train_epochs: 1",
    _ body: (OwnData, StageGraph) throws -> Result
  ) throws -> Result {
    try OwnData.with { own in
      try own.write(Self.problems, to: "train.jsonl")
      return try body(own, try own.graph(Self.yaml(fields, train: train)))
    }
  }

  /// The rows of the log, by a figure.
  private func logged(_ figure: String, _ own: OwnData, _ summary: RunSummary) throws -> [Double] {
    let digest = try #require(summary.digests["base"])
    let log = String(
      decoding: try own.store().artifact(digest).read("metrics.jsonl"), as: UTF8.self)
    return try log.matches(of: try Regex("\"\(figure)\":\\s*([-0-9.e]+)")).map {
      try #require(Double(String($0.output[1].substring ?? "")))
    }
  }

  private func message(_ own: OwnData, _ graph: StageGraph) throws -> String {
    guard case .failed(let text) = try own.run(graph).points.last?.outcome else { return "" }
    return text
  }

  @Test func `for epochs takes as many steps, with the rates of as many`() throws {
    try with("", train: "num_train_epochs: 2.1") { own, graph in
      let rates = try logged("learning_rate", own, try own.run(graph))
      // 2.1 passes over 12 examples, 4 in a step, are 6.3 steps.
      let expected = (0..<7).map { 1e-2 * (1 - Double($0) / 7) }
      #expect(rates.count == 7)
      for (rate, value) in zip(rates, expected) { #expect(abs(rate - value) < 1e-12) }
    }
  }

  @Test func `for epochs has the bytes of as many steps`() throws {
    let epochs = try with("", train: "num_train_epochs: 2") { own, graph in
      try own.run(graph).digests["base"]
    }
    let steps = try with("", train: "max_steps: 6") { own, graph in
      try own.run(graph).digests["base"]
    }
    #expect(epochs == steps && epochs != nil)
  }

  @Test(arguments: ["", "max_length: 60\n    packing: true\n    loss_agg_mode: token-mean"])
  func `stopped after any step goes on to the same bytes`(fields: String) throws {
    let train = "num_train_epochs: 3"
    let whole = try with(fields, train: train) { own, graph in try own.run(graph).digests }
    try with(fields, train: train) { own, graph in
      var stops = 0
      while true {
        var options = RunOptions.testing(checkpoints: .steps(1))
        options.stopAfterAStep { $0 == "base" }
        let summary = try Runner.run(graph, store: try own.store(), options: options)
        if summary.outcome == .done {
          #expect(summary.digests == whole)
          break
        }
        stops += 1
        try #require(stops < 30)
      }
      #expect(stops > 1)
    }
  }

  @Test func `packed for more steps goes on from where fewer ended`() throws {
    func yaml(_ steps: Int) -> String {
      Self.yaml("max_length: 60\n    packing: true", train: "max_steps: \(steps)")
        .replacing("lr_scheduler_type: linear, ", with: "")
    }
    func run(_ own: OwnData, _ steps: Int) throws -> RunSummary {
      try own.run(try own.graph(yaml(steps)))
    }
    let fresh = try with("") { own, _ in try run(own, 5).digests["base"] }
    try with("") { own, _ in
      _ = try run(own, 2)
      let longer = try run(own, 5)
      #expect(longer.points.last?.outcome == .resumed(step: 2))
      #expect(longer.digests["base"] == fresh)
    }
  }

  @Test func `packed reads the same tokens in fewer rows`() throws {
    let plain = try with("") { own, graph in try logged("num_tokens", own, try own.run(graph)) }
    let packed = try with("max_length: 60\n    packing: true") { own, graph in
      try logged("num_tokens", own, try own.run(graph))
    }
    #expect(plain.count == 3 && packed.count < 3)
    // A step of 4 rows holds whole examples, each of which is fed without its last token.
    #expect(packed.allSatisfy { $0 <= 4 * 60 })
    let (most, least) = (try #require(packed.max()), try #require(plain.max()))
    #expect(most > least)
  }

  @Test func `longer than allowed fails before the first step, at the longest row`() throws {
    try with("max_length: 30") { own, graph in
      let text = try message(own, graph)
      #expect(text.hasPrefix("5 of 12 examples are longer than the 'max_length' of 30 tokens"))
      #expect(text.contains("the longest, row 6 of split 'train' ('2+2=?'), has 44;"))
    }
  }

  @Test func `left out is left out of every pass`() throws {
    try with("max_length: 30\n    truncation: drop", train: "num_train_epochs: 2") { own, graph in
      // 2 passes over 7 examples, 4 in a step.
      let tokens = try logged("num_tokens", own, try own.run(graph))
      #expect(tokens.count == 4)
    }
  }

  @Test func `cut is read up to the limit`() throws {
    try with("max_length: 20\n    truncation: cut") { own, graph in
      let tokens = try logged("num_tokens", own, try own.run(graph))
      #expect(tokens.count == 3 && tokens.allSatisfy { $0 <= 4 * 19 })
    }
  }

  @Test func `with and without budgets differs in one field`() throws {
    let plain = try with("") { own, graph in try logged("num_tokens", own, try own.run(graph)) }
    try with("budget_header: true") { own, graph in
      let stating = try logged("num_tokens", own, try own.run(graph))
      // `<b>NNN</b><t>` are five tokens more than `<t>`.
      let added: Double = stating.reduce(0, +) - plain.reduce(0, +)
      #expect(added == 12 * 5)
    }
  }

  @Test func `with a warm-up longer than the passes fails`() throws {
    try with("", train: "num_train_epochs: 1, warmup_steps: 4") { own, graph in
      let text = try message(own, graph)
      #expect(
        text
          == "warm-up of 4 steps is longer than the run of 3, which is 'num_train_epochs' of 12 "
          + "rows")
    }
  }

  @Test func `without a response names the row and the field that needs one`() throws {
    try with("max_length: 60") { own, _ in
      let row = #"{"q":"M45,12,97?","a":"97","f":"scan"}"# + "\n"
      try own.write(Data(row.utf8), to: "train.jsonl")
      let yaml = Self.yaml("max_length: 60", train: "max_steps: 1").replacing(
        "response: r}", with: "family: f}\n    verifier: family")
      #expect(
        try message(own, own.graph(yaml))
          == "row 1 of split 'train' ('M45,12,97?') has no response, which 'max_length' needs")
    }
  }

  @Test(arguments: [
    ("max_length: 60", "truncated_fraction: 0.5"), ("max_length: 60", "drills: {}"),
    ("budget_header: true", "drills: {}"), ("max_length: 60\n    packing: true", "curriculum: {}"),
  ])
  func `is not combined with examples that are made for each step`(
    field: String, other: String
  ) throws {
    try with(field) { own, _ in
      let yaml = Self.yaml(field + "\n    " + other, train: "max_steps: 2")
      let messages = own.load(yaml).diagnostics.map(\.message)
      #expect(messages.count == 1 && messages[0].contains("makes examples for each step"))
    }
  }

  @Test func `for epochs is planned as far as the data is known, and never extended`() throws {
    let overrides = ["base.train.max_steps=null", "base.drills=null", "base.train.warmup_steps=0"]
    func cost(_ more: [String]) throws -> (cost: StageCost, hasPrefix: Bool) {
      let graph = try MiniPipeline.graph(overrides: overrides + more)
      let base = try #require(graph.points.first { $0.stage == "base" })
      let key = StageKey.compute(point: base, inputs: [], fingerprint: "")
      return (base.kind.cost(of: base.config, inputs: graph.upstreams(of: base)), key.prefix != nil)
    }
    // The split asks for 64 problems, and a step draws 4.
    let (planned, hasPrefix) = try cost(["base.train.num_train_epochs=1.5"])
    #expect(planned.steps == 24 && planned.prompts == 96 && planned.optimizerSteps == 24)
    #expect(planned.keptBytes == nil && planned.checkpointBytes != nil && !hasPrefix)
    try with("", train: "num_train_epochs: 1") { own, graph in
      let base = try #require(graph.points.first { $0.stage == "base" })
      let unknown = base.kind.cost(of: base.config, inputs: graph.upstreams(of: base))
      #expect(unknown.steps == nil && unknown.work == nil && unknown.modelParameters != nil)
      let plan = Planner.plan(graph, store: try own.store()) { $0.fingerprint }
      #expect(plan.points.count == 2)
    }
  }
}
