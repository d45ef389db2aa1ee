import ModelCore
import Reasoning
import TensorCore
import Testing

/// An embedding with more rows than tokens, as other programs pad it to a round size. The extra
/// rows are made the most likely of all.
@Suite struct `Ids without a token` {
  private static let size = 64

  private static func model() throws -> Transformer {
    let small = TrainingFixtures.model()
    return try Transformer(configuration: small.configuration, vocabularySize: size) { parameter in
      let count = parameter.shape.reduce(1, *)
      if let own = small.parameters.first(where: { $0.name == parameter.name }),
        own.tensor.shape == parameter.shape
      {
        return own.tensor.values
      }
      // Builds a table whose rows are close to every state, with larger rows beyond the tokens.
      let table = small.lmHead.values
      let width = count / size
      return (0..<count).map { index in
        let (row, column) = (index / width, index % width)
        return row < LadderVocabulary.tokens.count
          ? table[index] : 50 * table[(row % LadderVocabulary.tokens.count) * width + column]
      }
    }
  }

  @Test func `are never drawn, and trainer and sampler agree without them`() throws {
    let backend = CPUBackend(numerics: .exact, threads: 1)
    var sampling = SamplingSettings()
    sampling.maxNewTokens = 10
    let sampler = ResponseSampler(
      model: try Self.model(), backend: backend, settings: sampling, numGenerations: 4, seed: 1,
      purpose: "test")
    let drawn = try sampler.sample(Array(Answerer.problems.prefix(8))).joined()
    let tokens = drawn.flatMap(\.sampled.tokens)
    #expect(tokens.count > 100)
    #expect(tokens.allSatisfy { $0 < Int32(LadderVocabulary.tokens.count) })

    // With both bounds at zero, any log-probability that differs from the sampler's would be
    // clipped.
    var algorithm = AlgorithmConfiguration()
    algorithm.policyLoss = PPOClip(clipRatioLow: 0, clipRatioHigh: 0)
    var buffer = OverlongBuffer()
    buffer.len = 10
    buffer.penaltyFactor = 1
    let trainer = PolicyTrainer(
      optimization: TrainingState(
        model: try Self.model(),
        configuration: TrainingFixtures.train { $0.promptsPerStep = 16 }, backend: backend),
      reference: nil,
      training: PolicyTrainingConfiguration(
        sampling: sampling, numGenerations: 4, reward: RewardConfiguration([buffer]),
        algorithm: algorithm),
      problems: TrainingFixtures.pool(), seed: 2, backend: backend)
    let metrics = try trainer.step(0)
    #expect((metrics["grad_norm"] ?? 0) > 0)
    #expect(metrics["clip_ratio/region_mean"] == 0)
  }

  @Test func `are not drawn where thoughts are cut`() throws {
    let backend = CPUBackend(numerics: .exact, threads: 1)
    let cuts = BudgetCutSampler(
      model: try Self.model(), backend: backend, settings: SamplingSettings(), answerBudget: 6)
    let episodes = try cuts.sample(
      Answerer.problems.prefix(8).map {
        try BudgetCutRequest(
          ResponseRequest(problem: $0, sample: 0), thinkingBudget: 6, seed: 1, purpose: "test")
      })
    let tokens = episodes.flatMap { $0.summaries.joined().flatMap(\.sampled.tokens) }
    #expect(tokens.count > 20)
    #expect(tokens.allSatisfy { $0 < Int32(LadderVocabulary.tokens.count) })
  }
}

/// The tokenizer stored beside a model reads every text as the model was trained on it.
@Suite struct `Text that spells a mark` {
  @Test(arguments: ["1<b>2=?", "<pad>", "a<b><b>", "<<pad>"])
  func `is refused`(text: String) {
    let error = #expect(throws: ProblemError.self) { try LadderVocabulary.encode(text) }
    guard case .spellsMark(let mark, text)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.contains(mark))
  }

  /// Every mark that characters can spell is one of these; the others need a character outside the
  /// vocabulary.
  @Test func `is all that the stored tokenizer reads otherwise`() throws {
    let tokenizer = LadderVocabulary.tokenizer
    let marks = LadderVocabulary.tokens.filter { $0.utf8.count > 1 }
    #expect(marks.contains("<b>"))
    for mark in marks {
      let ours = try? LadderVocabulary.encode(mark)
      #expect(ours == nil, "\(mark)")
    }
    // Accepted text is read in the same way, piece by piece and all at once.
    for text in ["1<2", "a<bc>d", "<b", "b>", "<a>", "< b>", "n<pa", LadderVocabulary.characters] {
      guard let ours = try? LadderVocabulary.encode(text) else { continue }
      #expect(try tokenizer.encode(text) == ours, "\(text)")
    }
  }
}
