import Foundation
import PipelineCore
import Reasoning
import Stages
import Testing

@Suite(.timeLimit(.minutes(120))) struct `Problems from files` {
  private static let line = #"{"prompt":"1+1=?","answer":"2"}"#

  private func outcomes(_ own: OwnData, _ yaml: String) throws -> [PointOutcome] {
    try own.run(try own.graph(yaml)).points.map(\.outcome)
  }

  @Test func `count by their content, not by where they are`() throws {
    try OwnData.with { own in
      try own.write(Data((Self.line + "\n").utf8), to: "train.jsonl")
      let yaml = OwnData.yaml(["train"], fields: "{}")
      #expect(try outcomes(own, yaml) == [.ran])
      #expect(try outcomes(own, yaml) == [.hit])
      // The same bytes in another file, with a new modification time.
      try own.write(Data((Self.line + "\n").utf8), to: "there/other.jsonl")
      let moved = yaml.replacingOccurrences(of: "train.jsonl", with: "there/other.jsonl")
      #expect(try outcomes(own, moved) == [.hit])
      // The same size and time, but other content.
      let file = own.folder.appendingPathComponent("train.jsonl")
      let time = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate]
      try own.write(
        Data((Self.line.replacingOccurrences(of: "1+1", with: "2+0") + "\n").utf8),
        to: "train.jsonl")
      try FileManager.default.setAttributes(
        [.modificationDate: try #require(time)], ofItemAtPath: file.path)
      #expect(try outcomes(own, yaml) == [.ran])
      // Another split is another result.
      #expect(try outcomes(own, yaml.replacingOccurrences(of: "{train:", with: "{dev:")) == [.ran])
    }
  }

  @Test(
    arguments: [
      (#"{"suite":"ladder","splits":{}}"#, [.difficulty, .family]),
      (#"{"suite":"ladder","balance":["family"]}"#, [.family]),
      (#"{"suite":"ladder","balance":[]}"#, []),
      (#"{"balance":["family","difficulty"]}"#, [.family, .difficulty]),
      (#"{"splits":{}}"#, []),
    ] as [(String, [ProblemBalance])])
  func `are balanced as is asked, also where they are a suite's own`(
    summary: String, balance: [ProblemBalance]
  ) throws {
    let artifact = StoredFile(
      type: .problems, path: ProblemsArtifact.summaryPath, data: Data(summary.utf8))
    #expect(try ProblemsArtifact.balance(of: artifact) == balance)
  }

  @Test func `that a run finds changed for the worse fail it in one sentence`() throws {
    try OwnData.with { own in
      try own.write(Data("{}\n{}\n{}\n{}\n".utf8), to: "train.jsonl")
      let summary = try own.run(try own.graph(OwnData.yaml(["train"], fields: "{}")))
      let outcome = try #require(summary.points.first?.outcome)
      guard case .failed(let sentence) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      let place = own.folder.path + "/train.jsonl:1:1: "
      #expect(sentence.hasPrefix(place + "missing member 'prompt' for the prompt; "))
      #expect(sentence.hasSuffix("; and 5 more mistakes"))
    }
  }

  /// Mistakes in a pipeline, each with a part of the message about it.
  @Test(arguments: [
    ("fields: {promt: q}", "did you mean 'prompt'?"),
    ("fields: {prompt: [q]}", "expected text"),
    ("verifier: family", "map 'family' under 'fields'"),
    ("verifier: fuzzy", "expected one of exact, number, "),
    ("vocabulary: any\n    max_prompt_length: 5", "needs a vocabulary that counts tokens"),
    ("balance: [family]", "a balance by 'family' needs to know each line's family"),
    ("balance: difficulty", "write a list: [difficulty]"),
    ("fields: {family: f}\n    balance: [family, family]", "given twice"),
    ("format: gsm", "did you mean 'gsm8k'?"),
    ("fields: {prompt: q}\n    format: gsm8k", "'format: gsm8k' finds the prompt itself"),
    ("fields: {response: r}\n    format: math", "leave out 'response', or 'format'"),
    ("solution: worked", "'solution: worked' has no meaning with 'format: lines'"),
    ("solution: worked\n    format: svamp", "write 'solution: equations'"),
    ("solution: equations\n    format: math", "write 'solution: worked'"),
    ("limit: 0", "expected a whole number"),
    ("response_format: {name: laddder}", "did you mean 'ladder'?"),
  ])
  func `with a mistake in the pipeline say what is wrong`(field: String, message: String) throws {
    try OwnData.with { own in
      try own.write(Data(Self.line.utf8), to: "train.jsonl")
      let text = field.contains("fields") ? field : "fields: {}\n    \(field)"
      let yaml = OwnData.yaml(["train"], fields: "{}")
        .replacingOccurrences(of: "fields: {}", with: text)
      let shown = DiagnosticPrinter().render(own.load(yaml).diagnostics)
      #expect(shown.contains(message), "\(shown)")
    }
  }

  @Test(arguments: [
    ("Train: {file: a.jsonl}", "is not a valid split name"),
    ("train: {file: b.jsonl}", "does not exist"),
    ("file: a.jsonl", "write {LABEL: {file: a.jsonl}}"),
    ("train: problems", "takes a file or files as 'files', but 'problems' makes problems"),
  ])
  func `with a mistake in their inputs say what is wrong`(files: String, message: String) throws {
    try OwnData.with { own in
      try own.write(Data(Self.line.utf8), to: "a.jsonl")
      let shown = DiagnosticPrinter().render(
        own.load(
          """
          version: 1
          name: own
          stages:
            problems: {kind: problems, families: [scan], splits: {easy: {count: 1}}}
            data:
              kind: data
              inputs: {files: {\(files)}}
          """
        ).diagnostics)
      #expect(shown.contains(message), "\(shown)")
    }
  }

  @Test func `are checked by what reads them before anything runs`() throws {
    func said(_ more: String, of stage: String) throws -> String {
      try OwnData.with { own in
        try own.write(Data(Self.line.utf8), to: "train.jsonl")
        let yaml = OwnData.yaml(["train"], fields: "{}", more: more) + "\n" + stage
        return DiagnosticPrinter().render(own.load(yaml).diagnostics)
      }
    }
    let base = """
        base:
          kind: sft
          inputs: {data: data}
          split: train
          model: {}
          train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 1}
      """
    #expect(
      try said("", of: base).contains("the problems of 'data' have no responses to imitate"))
    #expect(
      try said("", of: base.replacingOccurrences(of: "split: train", with: "split: trian"))
        .contains("did you mean 'train'?"))
    #expect(try said("vocabulary: any", of: base).contains("'data' has 'vocabulary: any'"))
  }

  @Test func `fewer than one step draws are told before anything runs`() throws {
    try OwnData.with { own in
      let lines = [Self.line, Self.line.replacingOccurrences(of: "1+1", with: "2+0")]
      try own.write(Data(lines.joined(separator: "\n").utf8), to: "train.jsonl")
      let yaml =
        OwnData.yaml(["train"], fields: "{}") + """

            base:
              kind: sft
              inputs: {data: generated}
              split: train
              model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
              intermediate_size: 24}
              train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
            generated: {kind: problems, families: [scan], splits: {train: {count: 4}}}
            rl:
              kind: rl
              inputs: {policy: base, problems: data}
              split: train
              sampling: {num_generations: 2, max_new_tokens: 8}
              algorithm: {adv_estimator: rloo, scale_rewards: none, clip_ratio_low: 0.2, \
              clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 0, num_iterations: 2}
              train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 3}
          """
      func mistakes(_ yaml: String) throws -> [String] {
        Preflight(
          try own.graph(yaml), store: try own.store(), fingerprint: { $0.fingerprint }, name: { $0 }
        ).mistakes.map(\.message)
      }
      #expect(
        try mistakes(yaml) == ["the file holds 2 problems, fewer than 'rl' draws in one step: 3"])
      let fewer = yaml.replacingOccurrences(of: "prompts_per_step: 3", with: "prompts_per_step: 2")
      #expect(try mistakes(fewer) == [])
    }
  }

  @Test func `are drawn in passes, or in balance where that is asked for, and the plan says so`()
    throws
  {
    try OwnData.with { own in
      let line = #"{"prompt":"1+1=?","answer":"2","response":"","kind":"a"}"#
      try own.write(Data(line.utf8), to: "train.jsonl")
      func draws(_ more: String) throws -> (cost: String?, summary: String) {
        let yaml =
          OwnData.yaml(["train"], fields: "{response: response, family: kind}", more: more) + """

              base:
                kind: sft
                inputs: {data: data}
                split: train
                model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
                intermediate_size: 24}
                train: {learning_rate: 1e-2, max_steps: 1, prompts_per_step: 2}
            """
        let graph = try own.graph(yaml)
        let summary = try own.run(graph)
        let digest = try #require(summary.digests["data"], "\(summary.points)")
        let bytes = try own.store().artifact(digest).read("problems.json")
        let base = try #require(graph.points.first { $0.stage == "base" })
        let cost = base.kind.cost(of: base.config, inputs: graph.upstreams(of: base))
        return (cost.draws, String(decoding: bytes, as: UTF8.self))
      }
      let even = try draws("")
      #expect(even.cost == "in shuffled passes" && !even.summary.contains("balance"))
      let balanced = try draws("balance: [family]")
      #expect(balanced.cost == "balanced by family" && balanced.summary.contains("balance"))
    }
  }

  @Test func `train, sample, judge and reinforce as generated ones do`() throws {
    let text = try String(
      contentsOf: Pipelines.folder.appendingPathComponent("own-data.yaml"), encoding: .utf8)
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(
        name: "own-data.yaml",
        text: text + """

            rl:
              kind: rl
              inputs: {policy: base, problems: sums}
              split: train
              sampling: {num_generations: 2, max_new_tokens: 8}
              algorithm: {adv_estimator: rloo, scale_rewards: none, clip_ratio_low: 0.2, \
              clip_ratio_high: 0.2, loss_agg_mode: token-mean, kl_coef: 0, num_mini_batches: 2}
              train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 4}
            samples:
              kind: sample
              inputs: {policy: rl, problems: sums}
              split: test
              sampling: {num_generations: 1, max_new_tokens: 8}
            again:
              kind: sft
              inputs: {data: sums, policy: base}
              split: train
              truncated_fraction: 0.5
              train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 4}
          """),
      overrides: ["base.train.max_steps=60"], kinds: .builtIn, directory: Pipelines.folder)
    #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
    try TemporaryStore.with { store in
      let options = RunOptions.testing(jobs: 2)
      let graph = StageGraph(try #require(pipeline))
      let summary = try Runner.run(graph, store: store, options: options)
      #expect(summary.outcome == .done, "\(summary.points)")
      let digest = try #require(summary.digests["eval"])
      let report = String(
        decoding: try store.artifact(digest).read("evaluation.json"), as: UTF8.self)
      // The model has learned something, and the file's levels are the difficulties.
      let accuracy = try #require(report.firstMatch(of: /"accuracy": ([0-9.]+)/)?.1)
      #expect(try #require(Double(accuracy)) > 0.05)
      #expect(report.contains("\"by_difficulty\": {\n        \"1\""))
      #expect(report.contains("\"by_family\": {\n        \"data\""))
      let second = try Runner.run(graph, store: store, options: options)
      #expect(second.points.allSatisfy { $0.outcome == .hit })
    }
  }
}
