import ModelCore
import Reasoning
import TensorCore
import Testing

/// The episodes that each kind of rollout gives to the trainer.
@Suite struct `Rollout environments` {
  static let plan = BudgetPlan(
    budgets: [1, 3, 6], weights: [0.5, 0.25, 0.25], summariesPerBudget: 2)

  static func context(
    _ model: Transformer, threads: Int = 1, generations: Int = 3, wantsBaseline: Bool = false
  ) -> RolloutContext {
    var settings = SamplingSettings()
    settings.maxNewTokens = 14
    return RolloutContext(
      model: model, backend: CPUBackend(numerics: .exact, threads: threads), settings: settings,
      numGenerations: generations, seed: 5, wantsBaseline: wantsBaseline)
  }

  private static let specifications: [any RolloutSpecification] = [
    PlainRollout(), BudgetCuts(plan: plan, answerBudget: 3),
    ThinkAnswerRollout(thinkingBudget: 3, answerBudget: 3), HeaderRollout(.stated),
    HeaderRollout(.drawn(plan)),
  ]

  private func episodes(
    _ specification: any RolloutSpecification, step: Int = 0, threads: Int = 1,
    problems: [Problem]? = nil
  ) throws -> [EpisodeGroup] {
    try specification.makeEnvironment(Self.context(try Answerer.model(), threads: threads))
      .episodes(for: problems ?? Array(Answerer.problems.prefix(6)), step: step)
  }

  /// Returns log-probabilities of the chosen tokens, as the trainer computes them.
  private func logProbabilities(
    _ sequence: TrainingSequence, _ model: Transformer
  ) throws -> [UInt32] {
    let batch = PackedBatch(sequences: [(sequence.tokens, sequence.isSampled)])
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
    let hidden = try model.forward(tape, tokens: batch.tokens, layout: batch.layout)
    return try tape.logProbabilities(
      hidden, table: model.lmHead, rows: batch.rows, targets: batch.targets, temperature: 1,
      banned: LadderVocabulary.banned
    ).values.map(\.bitPattern)
  }

  @Test(arguments: specifications.indices)
  func `on the sampling weights every ratio is one, of chains and of summaries`(
    index: Int
  ) throws {
    let model = try Answerer.model()
    var count = 0
    for group in try episodes(Self.specifications[index]) {
      #expect(group.episodes.count == 3)
      for sequence in group.episodes.flatMap(\.sequences) {
        #expect(
          try logProbabilities(sequence, model) == sequence.logProbabilities.map(\.bitPattern))
        count += 1
      }
    }
    #expect(count >= 18)
  }

  @Test(arguments: specifications.indices)
  func `no sequence is longer than its specification says`(
    index: Int
  ) throws {
    // `<t>`, `<b>` or `<b>NNN</b><t>`, and 14 tokens; or a thought, `</t>` and 3 of an answer.
    let longestOfEach = Self.specifications.map {
      $0.longestSequence(maxNewTokens: 14, in: ResponseFormats.standard)
    }
    #expect(longestOfEach == [15, 1 + 6 + 1 + 3, 8, 15, 20])
    let longest = Self.specifications[index].longestSequence(
      maxNewTokens: 14, in: ResponseFormats.standard)
    for group in try episodes(Self.specifications[index]) {
      let prompt = group.problem.prompt.unicodeScalars.count
      for sequence in group.episodes.flatMap(\.sequences) {
        #expect(sequence.tokens.count <= prompt + longest)
      }
    }
  }

  @Test(arguments: specifications.indices)
  func `an episode depends on no thread and no other prompt, and on its step`(
    index: Int
  ) throws {
    let specification = Self.specifications[index]
    let all = try episodes(specification)
    let threaded = try episodes(specification, threads: 2)
    let alone = try episodes(specification, problems: [Answerer.problems[3]])
    let later = try episodes(specification, step: 1)
    func tokens(_ groups: [EpisodeGroup]) -> [[[Int32]]] {
      groups.map { $0.episodes.flatMap { $0.sequences.map(\.tokens) } }
    }
    #expect(tokens(threaded) == tokens(all))
    #expect(tokens(alone)[0] == tokens(all)[3])
    #expect(tokens(later) != tokens(all))
  }

  @Test func `a cut thought has a segment for every token, and its summaries as summaries`() throws
  {
    let groups = try episodes(Self.specifications[1])
    var (forced, closed) = (0, 0)
    for episode in groups.flatMap(\.episodes) {
      let thought = episode.sequence.sampledCount
      // Token 1, tokens 2 to 3, tokens 4 to 6.
      #expect(episode.segments == Array([0, 1, 1, 2, 2, 2].prefix(thought)))
      #expect(episode.budgetScores.count == 3)
      #expect(episode.sequence.tokens.count == episode.sequence.isSampled.count)
      let prompt = episode.sequence.tokens.count - thought
      #expect(episode.sequence.isSampled.prefix(prompt).allSatisfy { !$0 })
      let rewards = (0..<3).map { budget in
        episode.summaries.joined().filter { $0.budget == budget }.map(\.reward)
      }
      for (score, rewards) in zip(episode.budgetScores, rewards) where !rewards.isEmpty {
        #expect(rewards.count == 2 && score == rewards.reduce(0, +) / 2)
      }
      for branch in episode.summaries.joined() {
        // Only the answer of a summary is trained, and `</t>` comes before it.
        let given = branch.sequence.isSampled.firstIndex(of: true) ?? 0
        #expect(branch.sequence.isSampled[given...].allSatisfy { $0 })
        #expect(branch.sequence.tokens[given - 1] == LadderVocabulary.endThinking)
        #expect((1...3).contains(branch.sequence.tokens.count - given))
      }
      if episode.isTruncated {
        forced += 1
        #expect(thought == 6 && episode.summaries.count == 3)
      } else {
        closed += 1
      }
      #expect(
        episode.response.tokens.prefix(episode.sequence.tokens.count).elementsEqual(
          episode.sequence.tokens))
    }
    #expect(forced > 0 && closed > 0, "\(forced) forced, \(closed) closed")
    #expect(groups.allSatisfy { $0.plan == Self.plan })
    #expect(groups.flatMap(\.episodes).contains { Set($0.budgetScores).count > 1 })
  }

  @Test func `only so many summaries of a step are learned from, and all are counted`() throws {
    let all = try episodes(Self.specifications[1])
    let some = try episodes(
      BudgetCuts(plan: Self.plan, answerBudget: 3, maxSummariesPerStep: 7))
    func summaries(_ groups: [EpisodeGroup]) -> [Summary] {
      groups.flatMap(\.episodes).flatMap(\.summaries).flatMap { $0 }
    }
    #expect(summaries(some).map(\.reward) == summaries(all).map(\.reward))
    #expect(summaries(some).count { $0.isTrained } == 7 && summaries(all).allSatisfy(\.isTrained))
    let none = try episodes(
      BudgetCuts(plan: Self.plan, answerBudget: 3, maxSummariesPerStep: 0))
    #expect(none.flatMap(\.episodes).allSatisfy { $0.sequences.count == 1 })
    #expect(
      some.map { $0.episodes.map(\.budgetScores) } == all.map { $0.episodes.map(\.budgetScores) })
  }

  @Test func `two phases train a forced end of thinking too`() throws {
    let episodes = try episodes(Self.specifications[2]).flatMap(\.episodes)
    #expect(episodes.contains { $0.response.forced == [3] })
    #expect(episodes.contains { $0.response.forced.isEmpty })
    for episode in episodes {
      #expect(episode.sequence.sampledCount == episode.response.sampled.tokens.count)
      #expect(episode.response.graded.thinkingTokenCount <= 3)
      #expect(episode.isTruncated == (episode.response.sampled.stop == .length))
    }
  }

  @Test func `a stated budget is drawn with the response, a given one is not`() throws {
    for episode in try episodes(Self.specifications[3]).flatMap(\.episodes) {
      let prompt = episode.response.prompt
      #expect(prompt.last == LadderVocabulary.beginBudget)
      #expect(episode.sequence.sampledCount == episode.response.sampled.tokens.count)
    }
    let problems = Answerer.problems
    var seen: Set<Double> = []
    for (step, problem) in (0..<4).flatMap({ step in problems.map { (step, $0) } }) {
      let group = try #require(
        try episodes(Self.specifications[4], step: step, problems: [problem]).first)
      let budget = try #require(group.fields[HeaderRollout.field])
      seen.insert(budget)
      for episode in group.episodes {
        #expect(
          LadderVocabulary.decode(episode.response.prompt).hasSuffix("<b>00\(Int(budget))</b><t>"))
        #expect(episode.response.graded.statedBudget == Int(budget))
      }
    }
    #expect(seen == [1, 3, 6])
  }

  @Test func `a problem's own budget is given, and missed where there is none`() throws {
    func problem(_ budget: ProblemField?) -> Problem {
      Problem(
        family: "sum", difficulty: 1, prompt: "1+1=?", answer: "2", verifier: ExactAnswer().name,
        fields: budget.map { [HeaderRollout.field: $0] })
    }
    let group = try episodes(HeaderRollout(.ofProblem), problems: [problem(.int(96))])[0]
    #expect(LadderVocabulary.decode(group.episodes[0].response.prompt) == "1+1=?<b>096</b><t>")
    #expect(throws: HeaderRolloutError.noBudget(prompt: "1+1=?")) {
      try episodes(HeaderRollout(.ofProblem), problems: [problem(nil)])
    }
    #expect(throws: HeaderRolloutError.unwritable(1000, prompt: "1+1=?", largest: 999)) {
      try episodes(HeaderRollout(.ofProblem), problems: [problem(.int(1000))])
    }
  }

  @Test(arguments: [0, 2, 3, 4]) func `a baseline is the likeliest response`(index: Int) throws {
    let groups = try Self.specifications[index].makeEnvironment(
      Self.context(try Answerer.model(), wantsBaseline: true)
    ).episodes(for: Array(Answerer.problems.prefix(3)), step: 0)
    let again = try Self.specifications[index].makeEnvironment(
      Self.context(try Answerer.model(), wantsBaseline: true)
    ).episodes(for: Array(Answerer.problems.prefix(3)), step: index == 4 ? 0 : 9)
    #expect(groups.allSatisfy { $0.baseline != nil })
    #expect(
      groups.map { $0.baseline?.sampled.tokens } == again.map { $0.baseline?.sampled.tokens })
  }
}
