import Fields
import Foundation
import ModelCore
import PipelineCore
import Reasoning
import Stages
import Testing

/// A policy that answers from a table, as a server would: it reads and writes text, shows neither
/// ids nor log-probabilities, and cannot fork.
private struct ScriptedPolicy: Policy {
  let identity = "table"
  let capabilities: Set<PolicyCapability> = []
  let vocabularySize: Int? = nil
  let maxPositions: Int? = nil
  var answers: [String: TextResponse] = [:]

  func sample(_ requests: [PolicyRequest]) throws -> [PolicyResponse] {
    try requests.map { request in
      guard case .text(let prompt) = request.prompt else {
        throw PolicyLacks(.tokenIDs, policy: "")
      }
      return .text(try #require(answers[prompt]))
    }
  }
}

@Suite struct `A policy of text` {
  private static let problems = ["1+2=?", "3+4=?", "5+6=?"].map {
    let digits = $0.utf8.prefix(3).map { Int($0) - 48 }
    return Problem(
      family: "sum", difficulty: 1, prompt: $0, answer: "\(digits[0] + digits[2])",
      verifier: ExactAnswer().name)
  }

  private static let policy = ScriptedPolicy(answers: [
    "1+2=?<t>": TextResponse("1+2=3</t>3", stop: .stopToken),
    "3+4=?<t>": TextResponse("3+4=8;</t>8", tokenCount: 5, stop: .stopToken),
    "5+6=?<t>": TextResponse("5+6=11;5+6", stop: .length),
    "1+2=?<b>020</b><t>": TextResponse("1+2=3</t>3", stop: .stopToken),
  ])

  private static func task(
    _ budgets: (inout BudgetConfiguration) -> Void = { _ in }
  ) -> SamplingTask {
    var sampling = SamplingConfiguration()
    sampling.maxNewTokens = 20
    var configuration = BudgetConfiguration()
    budgets(&configuration)
    return SamplingTask(
      splits: [.init("easy", at: ["split"])], sampling: sampling, budgets: configuration)
  }

  @Test func `is cut by its context where it stops short of the limit on new tokens`() throws {
    func cutBy(_ response: TextResponse) throws -> [LengthCap]? {
      let policy = ScriptedPolicy(answers: ["1+2=?<t>": response])
      return try ResponseDrawing(Self.task(), policy: policy, seed: 1, purpose: "eval")
        .draw([(Self.problems[0], 0..<1)])[0][0].first?.cutBy
    }
    #expect(try cutBy(TextResponse("1+2", tokenCount: 3, stop: .length)) == [.context])
    #expect(try cutBy(TextResponse("1+2", tokenCount: 20, stop: .length)) == [.maxNewTokens])
    #expect(try cutBy(TextResponse("1+2", stop: .length)) == [.maxNewTokens])
    #expect(try cutBy(TextResponse("1+2=3</t>3", tokenCount: 20, stop: .stopToken)) == [])
    #expect(try cutBy(TextResponse("1+2", tokenCount: 3, stop: .stopToken)) == [])
  }

  private func records(
    _ task: SamplingTask, _ problems: [Problem] = problems
  ) throws -> [ResponseRecord] {
    try ResponseDrawing(task, policy: Self.policy, seed: 1, purpose: "eval")
      .draw(problems.map { ($0, 0..<1) }).flatMap { $0.flatMap { $0 } }
  }

  @Test func `is sampled, divided, counted and graded like any other`() throws {
    let records = try records(Self.task())
    #expect(records.map(\.isCorrect) == [true, false, false])
    #expect(records.map(\.isFinished) == [true, true, false])
    #expect(records.map(\.answer) == ["3", "8", ""])
    #expect(records.map(\.text) == ["1+2=3</t>3", "3+4=8;</t>8", "5+6=11;5+6"])
    #expect(records.allSatisfy { $0.tokens.isEmpty && $0.logProbabilities.isEmpty })
    // Where the policy counts, its number is divided between thinking and answer.
    #expect(records.map(\.tokenCount) == [8, 5, 10])
    #expect(records.map(\.thinkingTokenCount) == [5, 2, 10])
    #expect(records.map(\.answerTokenCount) == [1, 1, 0])
    #expect(LabelRecord([records[0]]).maxBudget == 8)
    // The record keeps everything when it is stored.
    for record in records {
      let stored = try JSONDecoder().decode(
        ResponseRecord.self, from: Data(record.json.compact.utf8))
      #expect(stored.json.compact == record.json.compact)
    }
  }

  @Test func `can be given a budget, which is part of its prompt`() throws {
    let records = try records(Self.task { $0.prefilledBudgets = [20] }, [Self.problems[0]])
    #expect(records.map(\.budget) == [20])
    #expect(records.map(\.isCorrect) == [true])
  }

  @Test func `is refused where a task needs more than text`() throws {
    for (task, lacks) in [
      (Self.task { $0.cuts.budgets = [4, 8] }, PolicyCapability.forks),
      (Self.task { $0.answer.thinkingBudget = 4 }, .forks),
      (Self.task { $0.budgetHeader = .stated }, .tokenIDs),
    ] {
      #expect(throws: PolicyLacks(lacks, policy: "table")) { try records(task) }
    }
  }
}

/// Capabilities are checked before anything runs.
@Suite struct `A stage that demands a capability of its policy` {
  /// A kind whose artifact is a policy without some capabilities.
  private struct RemoteKind: StageKind {
    let name = "remote"
    let meaning = "A policy that only knows text"
    let version = 1
    let roles: [Role] = []
    let output = ArtifactType.model
    let fields = GroupDescriptor(meaning: "", fields: [])
    let usesSeed = false
    let usesNumerics = false
    var has: Set<Capability> = []

    func provides(_ config: FieldValue) -> Set<Capability>? { has }
    func run(_ context: any StageContext) throws {}
  }

  private func messages(
    _ stage: String, role: String = "problems", has: [PolicyCapability] = []
  ) -> [String] {
    let remote = RemoteKind(has: Set(has.map { Capability(rawValue: $0.rawValue) }))
    let text = """
      version: 1
      name: demo
      stages:
        problems:
          kind: problems
          families: [chain]
          splits:
            train: {count: 4, difficulty: [1, 2]}
            easy: {count: 4, difficulty: [1, 2]}
        remote: {kind: remote}
        asked:
          kind: \(stage)
          inputs: {policy: remote, \(role): problems}

      """
    return Pipeline.load(
      SourceFile(name: "p.yaml", text: text), kinds: StageKinds(StageKinds.builtIn.all + [remote]),
      directory: FileManager.default.temporaryDirectory
    ).diagnostics.map(\.message)
  }

  private static let plain = """
    eval
        splits: [easy]
        sampling: {num_generations: 1, max_new_tokens: 20
    """

  @Test func `is refused by name where the policy lacks it`() {
    #expect(
      messages(Self.plain + "}\n    budgets: [4, 8]") == [
        "'asked' needs an input 'policy' with forks and token_ids; 'remote' has none"
      ])
    #expect(
      messages(Self.plain + "}\n    budgets: [4, 8]", has: [.tokenIDs, .logProbabilities]) == [
        "'asked' needs an input 'policy' with forks; 'remote' has log_probabilities and token_ids"
      ])
    #expect(
      messages(Self.plain + ", banned_tokens: abc}") == [
        "'asked' needs an input 'policy' with token_ids; 'remote' has none"
      ])
  }

  @Test func `is accepted where it asks for no more than the policy has`() {
    #expect(messages(Self.plain + "}") == [])
    #expect(messages(Self.plain + "}\n    prefilled_budgets: [20]") == [])
    #expect(messages(Self.plain + "}\n    budgets: [4, 8]", has: [.tokenIDs, .forks]) == [])
  }

  @Test func `trains only what has gradients`() {
    let training = """
      sft
          split: train
          train: {learning_rate: 1e-3, max_steps: 2, prompts_per_step: 2}
      """
    #expect(
      messages(training, role: "data", has: [.tokenIDs]) == [
        "'asked' needs an input 'policy' with gradients; 'remote' has token_ids"
      ])
    #expect(messages(training, role: "data", has: [.tokenIDs, .gradients]) == [])
  }
}
