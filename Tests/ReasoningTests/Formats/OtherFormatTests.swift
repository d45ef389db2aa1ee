import Fields
import ModelCore
import Reasoning
import TensorCore
import Testing

/// `PROMPT [work] THINKING [done] = ANSWER <end>`, with words for tokens: other marks than the
/// ladder's, two tokens before an answer, and a bridge of its own.
private struct EqualsFormat: ResponseFormat {
  let name = "equals"
  let meaning = "thinking between other marks, the answer after an equals sign"
  let tokenizer: any Tokenizer
  let endOfThinking: EndMark? = .token(3)
  let endOfResponse: Int32 = 1
  let largestBudget = 9

  init() throws {
    tokenizer = try WordTokenizer(
      vocabulary: ["<pad>", "<end>", "[work]", "[done]", "[about]", "[hurry]", "="]
        + (0...9).map { String($0) } + ["+", "-", "*", "~", ";", "?"], end: "<end>", pad: "<pad>")
  }

  var closing: [Int32] { [3, 6] }
  var bridge: [Int32] { [5, 3, 6] }

  func tokens(of header: ResponseHeader) -> [Int32] {
    switch header {
    case .none: [2]
    case .given(let budget): [4] + statement(of: budget)
    case .stated: [4]
    }
  }

  func statement(of budget: Int) -> [Int32] { [7 + Int32(min(max(budget, 0), largestBudget)), 2] }

  func statedBudget(
    in tokens: ArraySlice<Int32>, opening: ResponseOpening
  ) -> (budget: Int?, response: ArraySlice<Int32>)? {
    guard let begin = tokens.firstIndex(of: 2) else { return nil }
    let header = tokens[..<begin]
    let number = header.last.map { Int($0) - 7 }.flatMap { (0...9).contains($0) ? $0 : nil }
    let isWhole = header.dropLast() == (opening == .prompt ? [4] : [])
    return (isWhole ? number : nil, tokens[(begin + 1)...])
  }

  func answer(in text: String) -> String { text.hasPrefix("=") ? String(text.dropFirst()) : "" }
}

/// Nothing but the format knows what a response looks like.
@Suite struct `A format of other marks` {
  private static let problems = (1...3).flatMap { a in
    (1...3).map { b in
      Problem(
        family: "sum", difficulty: 1, prompt: "\(a)+\(b)?", answer: "\(a + b)",
        verifier: ExactAnswer().name)
    }
  }

  private static func trace(_ problem: Problem) -> TeacherTrace {
    TeacherTrace(thinking: "~\(problem.prompt.dropLast());", answer: problem.answer)
  }

  private static let backend = CPUBackend(numerics: .exact, threads: 1)

  /// A policy that learned whole and cut responses in the format.
  private static let trained = Result { () throws -> (EqualsFormat, Transformer) in
    let format = try EqualsFormat()
    var shape = ModelConfiguration()
    shape.hiddenSize = 16
    shape.layerCount = 1
    shape.headCount = 2
    shape.intermediateSize = 24
    shape.shortConvolutionWidth = 4
    // The model has more ids than the format has tokens.
    let model = Transformer(
      configuration: shape, vocabularySize: format.tokenizer.vocabularySize + 3, seed: 1)
    let train = TrainingFixtures.train {
      $0.learningRate = 2e-2
      $0.maxSteps = 100
      $0.promptsPerStep = 8
    }
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model, format: format, configuration: train, backend: backend),
      lossScaleFactor: 10, backend: backend)
    let examples = try problems.enumerated().flatMap { index, problem in
      [
        try SupervisedExample.complete(problem, trace(problem), in: format),
        try .truncated(problem, trace(problem), cut: index % 4, in: format),
      ]
    }
    let source = ResponseExamples(examples, seed: 1, count: 8)
    for step in 0..<100 { _ = try trainer.step(step, examples: source.examples(at: step)) }
    return (format, model)
  }

  private static func context() throws -> RolloutContext {
    let (format, model) = try trained.get()
    var settings = SamplingSettings()
    settings.maxNewTokens = 14
    return RolloutContext(
      model: model, format: format, backend: backend, settings: settings, numGenerations: 4,
      seed: 5)
  }

  @Test func `is learned whole, and cut without the bridge`() throws {
    let format = try EqualsFormat()
    let problem = Self.problems[1]
    func parts(_ example: SupervisedExample) -> [String] {
      let learned = example.tokens.indices.filter { example.weights[$0] != 0 }
      let given = example.tokens.indices.filter { example.weights[$0] == 0 }
      return [given, learned].map { format.tokenizer.decode($0.map { example.tokens[$0] }) }
    }
    #expect(
      parts(try .complete(problem, Self.trace(problem), in: format))
        == ["1+2?[work]", "~1+2;[done]=3<end>"])
    #expect(
      parts(try .truncated(problem, Self.trace(problem), cut: 2, in: format))
        == ["1+2?[work]~1[hurry][done]=", "3<end>"])
    let response = try format.response(Self.trace(problem))
    #expect(
      parts(try .response(response, to: problem, in: format, stating: 8))
        == ["1+2?[about]", "8[work]~1+2;[done]=3<end>"])
    let given = format.trace(ofResponse: "1;[done]3", answer: "4")
    #expect(given == TeacherTrace(thinking: "1;", answer: "3"))
    var stream = RandomStream(seed: 1, purpose: "test")
    let source = ExampleSource(
      pool: ProblemPool(Self.problems), format: format, drills: Drills())
    #expect(throws: ProblemError.noTeacher(prompt: problem.prompt)) {
      _ = try source.example(of: problem, progress: 1, using: &stream)
    }
  }

  @Test func `is parsed, and shown as text`() throws {
    let format = try EqualsFormat()
    let tokens = try format.response(TeacherTrace(thinking: "~1;", answer: "3"))
    let parsed = format.parse(tokens)
    #expect(parsed.thinking.count == 3 && parsed.answer == "3" && parsed.isFinished)
    #expect(parsed.tokenCount == 7)
    #expect(parsed.answerTokenCount == 2)
    #expect(format.text(of: tokens) == ("~1;", "[done]=3<end>"))
    let stating = format.parse(format.statement(of: 7) + tokens, opening: .budget)
    #expect(stating.statedBudget == 7 && stating.tokenCount == 7)
    let whole = format.parse([4] + format.statement(of: 7) + tokens, opening: .prompt)
    #expect(whole == stating)
    #expect(format.parse([10, 10], opening: .budget).isFinished == false)
    #expect(format.bannedTokens(ofVocabularySize: 25) == [0, 23, 24])
  }

  @Test func `reads its own words, and lets no text forge a mark`() throws {
    let format = try EqualsFormat()
    #expect(format.characters == "=0123456789+-*~;?")
    #expect(format.reads("7") && !format.reads("M"))
    #expect(throws: ProblemError.spellsMark("[done]", text: "1[done]")) {
      try format.encode("1[done]")
    }
    let error = #expect(throws: ProblemError.self) { try format.encode("1M") }
    #expect(error?.description.contains("'1M' cannot be read") == true, "\(error as Any)")
  }

  @Test func `is rolled out, cut, answered and scored`() throws {
    let context = try Self.context()
    let specifications: [any RolloutSpecification] = [
      PlainRollout(), ThinkAnswerRollout(thinkingBudget: 2, answerBudget: 3),
      BudgetCuts(
        plan: BudgetPlan(budgets: [2, 4, 6], weights: [0.5, 0.25, 0.25], summariesPerBudget: 2),
        answerBudget: 3),
      HeaderRollout(.stated),
      HeaderRollout(.drawn(BudgetPlan(budgets: [8], weights: [1], summariesPerBudget: 1))),
    ]
    for (place, specification) in specifications.enumerated() {
      let groups = try specification.makeEnvironment(context).episodes(for: Self.problems, step: 0)
      let responses = groups.flatMap(\.episodes).map(\.response)
      #expect(responses.count == 36)
      #expect(responses.allSatisfy { $0.tokens.allSatisfy { 0 < $0 && $0 < 23 } })
      #expect(
        responses.allSatisfy {
          $0.parsed
            == context.format.parse($0.sampled.tokens, opening: place == 3 ? .budget : .thinking)
        })
      // Headers were never learned, so nothing is right after them.
      if place < 3 { #expect(responses.contains { $0.graded.isCorrect }, "\(specification)") }
      if place == 4 { #expect(responses.allSatisfy { $0.prompt.suffix(3) == [4, 15, 2] }) }
    }
  }

  @Test func `has its bridge put after a cut thought, whole`() throws {
    let context = try Self.context()
    let sampler = BudgetCutSampler(
      policy: LocalPolicy(context.model, backend: context.backend), format: context.format,
      settings: context.settings, answerBudget: 3)
    let requests = try Self.problems.map {
      try BudgetCutRequest(
        ResponseRequest(problem: $0, sample: 0), in: context.format, budgets: [2, 9], summaries: 1,
        seed: 3, purpose: "test")
    }
    var cut = 0
    for episode in try sampler.sample(requests) {
      for part in episode.cuts where part.isForced {
        cut += 1
        #expect(part.givenCount == part.length + 3)
        for summary in part.summaries.joined() {
          #expect(summary.forced == Array(part.length..<part.length + 3))
          #expect(summary.sampled.tokens[part.length..<part.givenCount] == [5, 3, 6])
          #expect(summary.parsed.thinking.count == part.length + 1)
        }
      }
      #expect(episode.cuts.contains { !$0.isForced && $0.budgets.contains(1) })
    }
    #expect(cut >= 9)
  }

  @Test func `trains a policy, whose probabilities are those it sampled with`() throws {
    let (format, model) = try Self.trained.get()
    // A temperature at which the policy, which knows the answers, is sometimes wrong.
    var sampling = try Self.context().settings
    sampling.temperature = 2
    var algorithm = AlgorithmConfiguration()
    algorithm.estimator = GRPO()
    algorithm.policyLoss = PPOClip(clipRatioLow: 0, clipRatioHigh: 0)
    let trainer = PolicyTrainer(
      optimization: TrainingState(
        model: model.copy(), format: format,
        configuration: TrainingFixtures.train { $0.promptsPerStep = 9 }, backend: Self.backend),
      reference: nil,
      training: PolicyTrainingConfiguration(
        sampling: sampling, numGenerations: 4, reward: RewardConfiguration(),
        algorithm: algorithm),
      problems: ProblemPool(Self.problems), seed: 5, backend: Self.backend)
    let metrics = try trainer.step(0)
    #expect(metrics["clip_ratio/region_mean"] == 0)
    #expect((metrics["accuracy"] ?? 0) > 0 && (metrics["grad_norm"] ?? 0) > 0, "\(metrics)")
  }
}

@Suite struct `Response formats` {
  @Test func `are told by their names, the ladder first`() {
    let names = ResponseFormats.all.map(\.name)
    #expect(names.first == "ladder" && Set(names).count == names.count)
    #expect(ResponseFormats.choices.map(\.name) == names)
    #expect(ResponseFormats.standard.name == "ladder")
    #expect(ResponseFormats.named("ladder") != nil && ResponseFormats.named("none") == nil)
  }
}
