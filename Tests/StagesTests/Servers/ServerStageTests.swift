import Fields
import Foundation
import PipelineCore
import Reasoning
import Servers
import Stages
import Testing

/// A stage that asks a server keeps every answer as it comes, and pays for none twice.
@Suite struct `A server as a policy` {
  // MARK: Answers

  @Test func `answers every problem once, graded and with what the server said`() throws {
    try ServerPipeline.with { pipeline in
      let summary = try pipeline.run()
      let records = try pipeline.responses(summary)
      #expect(records.count == 10)
      #expect(records.allSatisfy { $0.isCorrect })
      let first = try #require(records.first)
      #expect(first.text == "<think>\nI add [1, 2].\n</think>\n\nThe answer is \\boxed{3}.")
      #expect(first.tokens.isEmpty && first.tokenCount == 12 && first.promptTokenCount == 20)
      #expect(first.thinkingTokenCount == 4 && first.hasThinkingLength)
      #expect(first.note?.finish == "stop" && first.note?.fingerprint == "build-1")
      #expect(first.note?.thinkingFrom == "reasoning")
      #expect(first.note?.thinkingTokensFrom == "completion_tokens_details")
      let request = first.note?.requestID ?? ""
      #expect(request.hasPrefix("request-"))
      // Answers came last first; records are in the order of problems and samples.
      #expect(first.problem.prompt == "1+2=?")
      let samples = records.map(\.sample)
      #expect(samples == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
      let asked = pipeline.server.asked
      let seeds = Set(asked.map(\.seed))
      #expect(asked.count == 10 && seeds.count == 10)
      #expect(asked.allSatisfy { $0.maxTokens == 64 && $0.temperature == 1 })
      guard case .chat(let messages) = asked.last?.prompt else {
        Issue.record("messages are sent")
        return
      }
      #expect(messages == [ServerMessage(role: "user", content: "1+2=?")])
    }
  }

  @Test func `has no thinking length where nobody counts it`() throws {
    try ServerPipeline.with(ScriptedServer(.init(thinkingTokens: nil))) { pipeline in
      let record = try #require(try pipeline.responses(try pipeline.run()).first)
      #expect(record.hasLength && !record.hasThinkingLength)
      #expect(record.json.compact.contains(#""thinking_tokens":null"#))
      #expect(record.note?.thinkingTokensFrom == "absent")
      let (whole, thinking) = (
        [record].haveLengths(for: MeanTokens()), [record].haveLengths(for: ThinkingTokens())
      )
      #expect(whole && !thinking)
    }
  }

  @Test(arguments: ["sample", "label"])
  func `answers other kinds of stages too`(kind: String) throws {
    try ServerPipeline.with { pipeline in
      let run = try pipeline.run(ServerPipeline.yaml(kind: kind))
      #expect(try pipeline.responses(run).count == 10)
    }
  }

  // MARK: Nothing is asked twice

  @Test(arguments: [0, 1, 7]) func `that breaks off is asked only for what is missing`(
    _ answers: Int
  ) throws {
    let whole = try ServerPipeline.with { try $0.run().digests["scores"] }
    try ServerPipeline.with(ScriptedServer(.init(dies: answers))) { pipeline in
      let broken = try pipeline.run()
      guard case .failed(let sentence)? = broken.points.last?.outcome else {
        Issue.record("a broken connection fails the stage")
        return
      }
      #expect(sentence.contains("the connection broke"))
      #expect(pipeline.server.asked.count == answers)
      pipeline.server.set { $0.dies = nil }
      let summary = try pipeline.run()
      #expect(pipeline.server.asked.count == 10)
      let seeds = Set(pipeline.server.asked.map(\.seed))
      #expect(seeds.count == 10)
      #expect(summary.digests["scores"] == whole)
    }
  }

  @Test func `is not needed for what it answered before`() throws {
    try ServerPipeline.with { pipeline in
      let first = try pipeline.run()
      pipeline.server.set { $0.isAway = true }
      let again = try pipeline.run()
      #expect(again.digests == first.digests)
      // Another stage of the same responses finds them as cells.
      let audited = try pipeline.run(ServerPipeline.yaml(stage: "audit: exact"))
      #expect(try pipeline.responses(audited).count == 10)
      pipeline.server.set { $0.isAway = false }
      #expect(pipeline.server.asked.count == 10)
      _ = try pipeline.run(
        ServerPipeline.yaml(sampling: "{num_generations: 3, max_new_tokens: 64}"))
      #expect(pipeline.server.asked.count == 15)
    }
  }

  @Test func `is in the key by what it is, not by where it is`() throws {
    try ServerPipeline.with { pipeline in
      _ = try pipeline.run()
      _ = try pipeline.run(ServerPipeline.yaml(server: ", max_connections: 2", url: "http://b/v1"))
      #expect(pipeline.server.asked.count == 10)
      pipeline.server.set { $0.root = "checkpoint-2" }
      _ = try pipeline.run()
      #expect(pipeline.server.asked.count == 20)
    }
  }

  @Test func `that changes its build in the middle ends the stage, unless any may answer`() throws {
    try ServerPipeline.with(ScriptedServer(.init(changes: 3))) { pipeline in
      guard case .failed(let sentence)? = try pipeline.run().points.last?.outcome else {
        Issue.record("a change fails the stage")
        return
      }
      #expect(sentence.contains("system_fingerprint was 'build-1' and is 'build-2'"))
      let any = try pipeline.run(ServerPipeline.yaml(server: ", system_fingerprint: any"))
      #expect(try pipeline.responses(any).count == 10)
    }
  }

  // MARK: Plans and money

  @Test func `has a plan with requests, tokens and money, and an unknown key until it answers`()
    throws
  {
    try ServerPipeline.with { pipeline in
      let text = ServerPipeline.yaml(server: ", prices: {prompt: 1, completion: 10}")
      let plan = try pipeline.plan(text)
      let planned = try #require(plan.points.last)
      #expect(planned.state == .waits(on: [0]))
      #expect(planned.cost.requests == 10 && planned.cost.maxGeneratedTokens == 640)
      // A prompt has at most its 5 bytes, and what templates write around it.
      #expect(planned.cost.maxPromptTokens == 10 * (5 + 16 + 256))
      let money = try #require(planned.cost.maxMoney)
      #expect(abs(money - (2770 * 1 + 640 * 10) / 1e6) < 1e-12)
      #expect(pipeline.server.asked.isEmpty)

      pipeline.server.set { $0.isAway = true }
      _ = try pipeline.run(
        """
        version: 1
        name: asked
        response_format: {name: messages}
        stages:
          sums:
            kind: data
            inputs: {files: {test: {file: test.jsonl}}}
            fields: {prompt: q, answer: a}
        """)
      #expect(try pipeline.plan().points.last?.state == .waits(on: []))
      pipeline.server.set { $0.isAway = false }
      let found = try pipeline.plan().points.last?.state
      #expect(found == .miss)
      _ = try pipeline.run()
      pipeline.server.set { $0.isAway = true }
      guard case .hit = try pipeline.plan().points.last?.state else {
        Issue.record("the identity is remembered")
        return
      }
    }
  }

  @Test func `stops before max_cost is passed and keeps what is done`() throws {
    try ServerPipeline.with { pipeline in
      // A response costs 12 and may cost 64 at most, so the limit of 100 is reached in steps.
      let text = ServerPipeline.yaml(
        server: ", prices: {prompt: 0, completion: 1e6}, max_cost: 100")
      guard case .failed(let sentence)? = try pipeline.run(text).points.last?.outcome else {
        Issue.record("the limit fails the stage")
        return
      }
      #expect(pipeline.server.asked.count == 4)
      #expect(sentence.hasPrefix("max_cost 100.00 would be passed: 48.00 is spent"))
      #expect(sentence.contains("6 responses are missing"))
      _ = try pipeline.run(text.replacingOccurrences(of: "max_cost: 100", with: "max_cost: 1000"))
      #expect(pipeline.server.asked.count == 10)
    }
  }
}

extension ServerPipeline {
  private func graph(_ text: String) throws -> StageGraph {
    let (pipeline, diagnostics) = Pipeline.load(
      SourceFile(name: "own.yaml", text: text), kinds: .builtIn(connector: server.connector),
      directory: own.folder)
    if diagnostics.hasErrors { Issue.record("\(DiagnosticPrinter().render(diagnostics))") }
    return StageGraph(try #require(pipeline))
  }

  fileprivate func run(_ text: String = Self.yaml()) throws -> RunSummary {
    try own.run(try graph(text))
  }

  fileprivate func plan(_ text: String = Self.yaml()) throws -> Plan {
    Planner.plan(try graph(text), store: try own.store()) { $0.fingerprint }
  }

  fileprivate func responses(_ summary: RunSummary) throws -> [ResponseRecord] {
    let digest = try #require(summary.points.last?.artifact, "\(summary.points)")
    return try ResponsesArtifact.read(try own.store().artifact(digest))
  }
}
