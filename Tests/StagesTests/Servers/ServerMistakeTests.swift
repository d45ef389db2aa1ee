import Foundation
import PipelineCore
import Stages
import Testing

/// Mistakes in a server, or in a stage that asks one, have their places.
@Suite struct `A mistake about a server` {
  private func message(_ text: String) throws -> String {
    try ServerPipeline.with { pipeline in
      let (_, diagnostics) = Pipeline.load(
        SourceFile(name: "own.yaml", text: text),
        kinds: .builtIn(connector: pipeline.server.connector), directory: pipeline.own.folder)
      return DiagnosticPrinter().render(diagnostics)
    }
  }

  @Test(arguments: [
    (", dialekt: vllm", "unknown field 'dialekt'", "did you mean 'dialect'?"),
    (", api_key_env: sk-123", "this is not the name of an environment variable", "never write"),
    (", max_cost: 3", "max_cost has no effect without prices", "prices: {prompt"),
    (", max_connections: 0", "max_connections", "1 to 4096"),
  ]) func `in its fields is told where it is`(
    fields: String, expected: String, help: String
  ) throws {
    let found = try message(ServerPipeline.yaml(server: fields))
    #expect(found.contains("own.yaml:13:"), "\(found)")
    #expect(found.contains(expected) && found.contains(help), "\(found)")
  }

  @Test(arguments: [
    ("ftp://host/v1", "by http or https"),
    ("http://me:secret@host/v1", "holds a name or a password"),
    ("host", "this is not the URL of a server"),
  ]) func `in its URL is told`(url: String, expected: String) throws {
    let found = try message(ServerPipeline.yaml(url: url))
    #expect(found.contains(expected), "\(found)")
  }

  @Test(arguments: [
    ("budgets: [8]\n    answer_budget: 4", "needs an input 'policy' with forks and token_ids"),
    ("prefilled_budgets: [8]", "messages to a server cannot begin its response with a budget"),
  ]) func `in what a stage needs of it names what it lacks`(
    more: String, expected: String
  ) throws {
    let found = try message(ServerPipeline.yaml(stage: more))
    #expect(found.contains(expected), "\(found)")
  }

  @Test func `in a format without messages is told`() throws {
    let found = try message(ServerPipeline.yaml(format: "{name: ladder}"))
    #expect(found.contains("'ladder' has no messages for a server"), "\(found)")
  }

  @Test func `in a stage that trains it names what it lacks`() throws {
    let found = try message(
      ServerPipeline.yaml() + """

          trained:
            kind: sft
            inputs:
              policy: {server: {base_url: "http://h/v1", model: m, dialect: vllm}}
              data: sums
            split: test
            train: {learning_rate: 1e-3, max_steps: 1, prompts_per_step: 1}
        """)
    #expect(found.contains("takes a model as 'policy', but a server has no gradients"), "\(found)")
  }

  @Test func `is not in the pipeline that is shipped`() throws {
    try OwnData.with { own in
      try own.write(ServerPipeline.problems, to: "test.jsonl")
      let text = try String(
        contentsOf: Pipelines.folder.appendingPathComponent("real/server.yaml"), encoding: .utf8)
      let (pipeline, diagnostics) = Pipeline.load(
        SourceFile(name: "server.yaml", text: text), overrides: ["vars.problems=test.jsonl"],
        kinds: .builtIn, directory: own.folder)
      #expect(diagnostics.isEmpty, "\(DiagnosticPrinter().render(diagnostics))")
      #expect(pipeline != nil)
    }
  }
}
