import ModelCore
import Reasoning
import TensorCore
import Testing

@Suite struct `A format whose thinking ends in several tokens` {
  private static let format = SpelledFormat()

  private static let problems = (1...3).flatMap { a in
    (1...3).map { b in
      Problem(
        family: "sum", difficulty: 1, prompt: "\(a)+\(b)?", answer: "\(a + b)",
        verifier: ExactAnswer().name)
    }
  }

  private func parse(_ pieces: String) -> ParsedResponse {
    Self.format.parse(Self.format.ids(pieces))
  }

  // MARK: Division

  @Test(arguments: [
    ("2 ; </ think > 4 [end]", 2, 1), ("2 ; </ think >⏎ 4 [end]", 2, 1),
    ("2 ; < /think> 4 [end]", 2, 1), ("2 3</ think > 4 [end]", 1, 1),
    ("2 3</ think >4 [end]", 1, 0), ("3</ think >4 [end]", 0, 0),
    ("2 < ; </ think > 4 [end]", 3, 1), ("2 < </ think > 4 [end]", 2, 1),
  ])
  func `is divided at the text, whichever tokens spell it`(
    pieces: String, thinking: Int, answer: Int
  ) throws {
    let response = parse(pieces)
    #expect(response.isFinished && response.answer == "4")
    #expect(response.thinking == Array(Self.format.ids(pieces).prefix(thinking)))
    #expect(response.answerTokenCount == answer)
    #expect(response.tokenCount == Self.format.ids(pieces).count)
    #expect(try response.graded(for: Self.problems[2]).isCorrect)
  }

  @Test func `is unfinished without the whole text, or without an end after it`() {
    for pieces in ["2 ; </ think 4 [end]", "2 [end]", "2 ; </ think [end] > 4"] {
      #expect(!parse(pieces).isFinished, "\(pieces)")
    }
    let open = parse("2 ; </ think > 4")
    #expect(!open.isFinished && open.thinking.count == 2 && open.answerTokenCount == 0)
    #expect(parse("2 ; </ think [end] > 4").thinking.count == 4)
  }

  @Test func `is shown as text that the mark divides, even inside of a token`() {
    func text(_ pieces: String) -> (String, String) {
      Self.format.text(of: Self.format.ids(pieces))
    }
    #expect(text("2 3</ think >4 [end]") == ("23", "</think>4[end]"))
    #expect(text("2 ; </ think >⏎ 4 [end]") == ("2;", "</think>\n4[end]"))
    #expect(text("2 ; </") == ("2;</", ""))
    // A character of two tokens before a mark that begins inside one.
    let ids = [27, 28] + Self.format.ids("3</ think >4")
    #expect(Self.format.text(of: ids) == ("é3", "</think>4"))
  }

  @Test func `ends at a stop string too, which may share a token with the answer`() {
    var format = Self.format
    format.stopStrings = [
      TextMark("4\n", in: format.tokenizer), TextMark("?", in: format.tokenizer),
    ]
    let response = format.parse(format.ids("2 ; </ think > 3 4 ⏎ ? [end]"))
    #expect(response.isFinished && response.answer == "3")
    #expect(response.tokenCount == 8 && response.answerTokenCount == 1)
    let shared = format.parse(format.ids("2 3</ think >4 ⏎ 1"))
    #expect(shared.isFinished && shared.answer == "" && shared.answerTokenCount == 0)
    #expect(!format.parse(format.ids("2 ? </ think > 3 [end]")).isFinished)
    #expect(format.endsResponse(format.ids("2 4 ⏎")[...]))
    #expect(!format.endsResponse(format.ids("2 4 ⏎ 1")[...]))
  }

  @Test func `lets no text forge the mark`() throws {
    #expect(throws: ProblemError.spellsMark("</think>", text: "1</think>2")) {
      try Self.format.encode("1</think>2")
    }
    #expect(try Self.format.encode("1</").count == 2)
    #expect(Self.format.thinkingMark == "</think>")
    #expect(
      Self.format.trace(ofResponse: "1;</think>3", answer: "")
        == TeacherTrace(thinking: "1;", answer: "3"))
    #expect(
      Self.format.trace(ofResponse: "1</think>\u{301}3", answer: "").thinking == "1",
      "an accent does not hide the mark")
  }

  @Test func `lets no text forge a mark of one token, special or not`() throws {
    var format = Self.format
    #expect(try format.encode("1!2;").count == 4)
    format.endOfThinking = .token(try #require(format.tokenizer.id(of: "!")))
    #expect(throws: ProblemError.spellsMark("!", text: "1!2")) { try format.encode("1!2") }
    format.stopTokens.append(try #require(format.tokenizer.id(of: ";")))
    #expect(throws: ProblemError.spellsMark(";", text: "1;2")) { try format.encode("1;2") }
  }

  // MARK: Rollouts

  private static let backend = CPUBackend(numerics: .exact, threads: 1)

  /// A policy that learned several spellings of the mark.
  private static let trained = Result { () throws -> Transformer in
    var shape = ModelConfiguration()
    shape.hiddenSize = 24
    shape.layerCount = 1
    shape.headCount = 2
    shape.intermediateSize = 32
    shape.shortConvolutionWidth = 4
    let model = Transformer(
      configuration: shape, vocabularySize: format.tokenizer.vocabularySize, seed: 1)
    let train = TrainingFixtures.train {
      $0.learningRate = 2e-2
      $0.maxSteps = 120
      $0.promptsPerStep = 8
    }
    let trainer = SupervisedTrainer(
      optimization: TrainingState(
        model: model, format: format, configuration: train, backend: backend),
      lossScaleFactor: 10, backend: backend)
    let examples = try problems.flatMap { problem in
      try ["; </ think >⏎", "3</ think >", "; < /think>"].map { ending in
        let sum = problem.answer
        let spelled = ending == "3</ think >" && sum == "4" ? "3</ think >4" : "\(ending) \(sum)"
        let tokens = format.ids("~ ~ \(problem.prompt.first ?? "1") \(spelled) [end]")
        return try SupervisedExample.response(tokens, to: problem, in: format)
      }
    }
    let source = ResponseExamples(examples, seed: 1, count: 8)
    for step in 0..<120 { _ = try trainer.step(step, examples: source.examples(at: step)) }
    return model
  }

  private static func settings() -> SamplingSettings {
    var settings = SamplingSettings()
    settings.maxNewTokens = 16
    return settings
  }

  private static func cut(
    _ request: (ResponseRequest) throws -> BudgetCutRequest
  ) throws -> [BudgetCutEpisode] {
    try BudgetCutSampler(
      policy: LocalPolicy(try trained.get(), backend: backend), format: format,
      settings: settings(), answerBudget: 4
    ).sample(
      try problems.flatMap { problem in
        try (0..<4).map { try request(ResponseRequest(problem: problem, sample: $0)) }
      })
  }

  @Test func `has thoughts that stop where the text ends, and cuts that leave no half of it`()
    throws
  {
    let budgets = Array(1...9)
    var (closed, shortened, inside, right) = (0, 0, 0, 0)
    for episode in try Self.cut({
      try BudgetCutRequest(
        $0, in: Self.format, budgets: budgets, summaries: 1, seed: 3, purpose: "test")
    }) {
      let thought = episode.thought.tokens
      if episode.thought.stop == .stopString {
        closed += 1
        let text = Self.format.tokenizer.decode(thought)
        #expect(text.contains("</think>"))
        #expect(!Self.format.tokenizer.decode(thought.dropLast()).contains("</think>"))
        if !text.hasSuffix("</think>") { inside += 1 }
      }
      for part in episode.cuts {
        let kept = Self.format.tokenizer.decode(thought.prefix(part.length))
        let widest = budgets[part.budgets.upperBound - 1]
        if part.isForced {
          #expect(part.length <= widest && part.givenCount == part.length + 4)
          #expect(!["<", "</", "</think"].contains { kept.hasSuffix($0) }, "\(kept)")
          if part.length < widest, widest < thought.count { shortened += 1 }
        } else {
          #expect(part.length == thought.count && part.givenCount == part.length)
        }
        for summary in part.summaries.joined() {
          let tokens = summary.sampled.tokens
          #expect(tokens.prefix(part.length) == thought.prefix(part.length))
          if part.isForced {
            #expect(Array(tokens[part.length..<part.givenCount]) == Self.format.bridge)
            #expect(summary.parsed.thinking.count == part.length + 1, "the bridge begins with !")
          }
          #expect(summary.parsed == Self.format.parse(tokens))
          if summary.graded.isCorrect { right += 1 }
        }
      }
    }
    #expect(closed > 20 && shortened > 20, "\(closed), \(shortened)")
    #expect(inside > 3 && right > 50, "\(inside), \(right)")
  }

  @Test func `answers in two phases as in one, if the budget is wide enough`() throws {
    let whole = try ResponseSampler(
      policy: LocalPolicy(try Self.trained.get(), backend: Self.backend), format: Self.format,
      settings: Self.settings(), numGenerations: 4, seed: 3, purpose: "test"
    ).sample(Self.problems).joined()
    let phases = try Self.cut {
      try BudgetCutRequest($0, in: Self.format, thinkingBudget: 12, seed: 3, purpose: "test")
    }
    var same = 0
    for (rollout, episode) in zip(whole, phases)
    where rollout.parsed.isFinished && rollout.parsed.answerTokenCount <= 3 {
      let answered = try #require(episode.summaries.joined().first)
      guard answered.forced.isEmpty else { continue }
      #expect(answered.sampled.tokens == rollout.sampled.tokens)
      #expect(answered.parsed == rollout.parsed)
      same += 1
    }
    #expect(same > 20)
  }

  @Test func `trains each design of rollouts`() throws {
    let context = RolloutContext(
      model: try Self.trained.get(), format: Self.format, backend: Self.backend,
      settings: Self.settings(), numGenerations: 4, seed: 5)
    let plan = BudgetPlan(budgets: [2, 4, 7], weights: [0.5, 0.25, 0.25], summariesPerBudget: 2)
    let designs: [any RolloutSpecification] = [
      PlainRollout(), ThinkAnswerRollout(thinkingBudget: 4, answerBudget: 4),
      BudgetCuts(plan: plan, answerBudget: 4),
    ]
    for design in designs {
      let longest = design.longestSequence(maxNewTokens: 16, in: Self.format)
      let groups = try design.makeEnvironment(context).episodes(for: Self.problems, step: 0)
      let episodes = groups.flatMap(\.episodes)
      #expect(episodes.contains { $0.response.graded.isCorrect }, "\(design)")
      for sequence in episodes.flatMap(\.sequences) {
        #expect(sequence.tokens.count <= 4 + longest)
        #expect(sequence.isSampled.count { $0 } == sequence.logProbabilities.count)
      }
    }
  }
}
