import ModelCore
import Reasoning
import TensorCore
import Testing

/// A thought is sampled once and answered at several budgets. The bits of an answer do not depend
/// on the answers beside it or on cached prefixes.
@Suite struct `Cut rollouts` {
  static let budgets = [2, 5, 9, 14]
  static let answerBudget = 4

  private static let settings: SamplingSettings = {
    var settings = SamplingSettings()
    settings.temperature = 1.3
    return settings
  }()

  private static func stream(_ coordinates: Int...) -> RandomStream {
    RandomStream(seed: 4, purpose: "cuts", coordinates: coordinates.map { UInt64($0) })
  }

  /// Requests of which some thoughts close before the last budget, some are truncated by it, and
  /// some end early.
  private static func requests(
    budgets: [Int] = budgets, summaries: Int = 3
  ) throws -> [BudgetCutRequest] {
    try TrainingFixtures.pool(count: 12).all.flatMap { problem in
      try (0..<4).map { sample in
        BudgetCutRequest(
          problem: problem, sample: sample,
          prompt: try LadderVocabulary.encode(problem.prompt) + [LadderVocabulary.beginThinking],
          budgets: budgets, stream: stream(Int(truncatingIfNeeded: problem.digest >> 8), sample),
          summaryStreams: budgets.map { budget in
            (0..<summaries).map {
              stream(Int(truncatingIfNeeded: problem.digest >> 8), sample, budget, $0)
            }
          })
      }
    }
  }

  /// A policy that often closes its thinking, or ends the response too soon.
  private static func model() -> Transformer {
    let model = TrainingFixtures.model()
    let table = model.parameters[0].tensor
    var values = table.values
    for id in [LadderVocabulary.endThinking, LadderVocabulary.endOfSequence] {
      for column in 0..<16 { values[Int(id) * 16 + column] *= 6 }
    }
    table.fill(from: values)
    return model
  }

  private static func sampler(threads: Int = 1, maxRows: Int = 256) -> BudgetCutSampler {
    BudgetCutSampler(
      model: model(), backend: CPUBackend(numerics: .exact, threads: threads),
      settings: settings, answerBudget: answerBudget, maxRows: maxRows)
  }

  private func bits(_ response: SampledResponse) -> [UInt32] {
    response.logProbabilities.map(\.bitPattern)
  }

  @Test func `cut a thought at the budgets it reaches, and share one cut beyond its end`() throws {
    let episodes = try Self.sampler().sample(try Self.requests())
    var (closed, cut, over) = (0, 0, 0)
    for episode in episodes {
      let thought = episode.thought.tokens
      #expect(thought.count <= 14)
      #expect(episode.summaries.count == 4 && episode.summaries.allSatisfy { $0.count == 3 })
      #expect(episode.cuts.flatMap(\.budgets) == [0, 1, 2, 3])
      for part in episode.cuts {
        for (budget, summaries) in zip(part.budgets.map { Self.budgets[$0] }, part.summaries) {
          if part.isForced {
            #expect(part.length == budget && part.budgets.count == 1)
          } else {
            #expect(part.length == thought.count && budget >= thought.count)
            #expect(part.isOver == (thought.last == LadderVocabulary.endOfSequence))
          }
          for summary in summaries {
            let tokens = summary.sampled.tokens
            #expect(Array(tokens.prefix(part.length)) == Array(thought.prefix(part.length)))
            #expect(
              bits(summary.sampled).prefix(part.length)
                == bits(episode.thought).prefix(part.length))
            #expect(summary.forced == (part.isForced ? [part.length] : []))
            let answer = tokens.count - part.givenCount
            if part.isOver {
              #expect(answer == 0 && !summary.graded.isFinished && !summary.graded.isCorrect)
            } else {
              #expect(tokens[part.givenCount - 1] == LadderVocabulary.endThinking)
              #expect((1...Self.answerBudget).contains(answer))
            }
          }
        }
      }
      switch thought.last {
      case LadderVocabulary.endThinking: closed += 1
      case LadderVocabulary.endOfSequence: over += 1
      default: cut += 1
      }
      if episode.cuts.count < 4 {
        // All budgets beyond the thought's end share one cut, which has separate summaries for each
        // budget.
        let last = try #require(episode.cuts.last)
        #expect(!last.isForced && last.summaries.count == last.budgets.count)
      }
    }
    #expect(closed > 3 && cut > 3 && over > 3, "closed \(closed), cut \(cut), over \(over)")
    let shared = episodes.compactMap(\.cuts.last).filter { $0.budgets.count > 1 && !$0.isOver }
    #expect(shared.contains { Set($0.summaries.map { $0.map(\.sampled.tokens) }).count > 1 })
  }

  @Test func `mean correctness is a budget's score`() throws {
    let episode = try #require(try Self.sampler().sample(try Self.requests()).first)
    let expected = episode.summaries.map { summaries in
      Double(summaries.filter(\.graded.isCorrect).count) / 3
    }
    #expect(episode.scores == expected)
  }

  @Test(arguments: [(1, 1), (3, 2), (40, 1)])
  func `have the same bits whatever the room and the company`(
    maxRows: Int, threads: Int
  ) throws {
    let requests = try Self.requests()
    let whole = try Self.sampler().sample(requests)
    let small = try Self.sampler(threads: threads, maxRows: maxRows).sample(requests)
    for (a, b) in zip(whole, small) {
      #expect(a.thought == b.thought && bits(a.thought) == bits(b.thought))
      #expect(a.summaries.map { $0.map(\.sampled) } == b.summaries.map { $0.map(\.sampled) })
      #expect(
        a.summaries.map { $0.map { bits($0.sampled) } }
          == b.summaries.map { $0.map { bits($0.sampled) } })
    }
    // Samples it alone, and with other budgets beside it.
    let alone = try Self.sampler(maxRows: 2).sample([requests[7]])
    #expect(
      alone[0].summaries.map { $0.map(\.sampled) }
        == whole[7].summaries.map { $0.map(\.sampled) })
    let some = try Self.sampler().sample(try Self.requests(budgets: [5, 14]))
    for (a, b) in zip(whole, some) {
      #expect(a.summaries[1].map(\.sampled) == b.summaries[0].map(\.sampled))
      #expect(a.summaries[3].map(\.sampled) == b.summaries[1].map(\.sampled))
    }
  }

  @Test func `equal a decode of the same prefix from scratch`() throws {
    let model = Self.model()
    let backend = CPUBackend(numerics: .exact, threads: 1)
    let requests = Array(try Self.requests().prefix(12))
    for (request, episode) in zip(requests, try Self.sampler().sample(requests)) {
      for cut in episode.cuts where !cut.isOver {
        for (budget, summaries) in zip(cut.budgets, cut.summaries) {
          for (index, summary) in summaries.enumerated() {
            var settings = Self.settings
            settings.bannedTokens = LadderVocabulary.banned
            settings.stopTokens = [LadderVocabulary.endOfSequence]
            settings.maxNewTokens = cut.givenCount + Self.answerBudget
            for place in 0..<cut.givenCount {
              settings.forcedTokens[place] = summary.sampled.tokens[place]
            }
            let scratch = try Decoder(model: model, backend: backend, maxRows: 1).generate(
              [
                SampleRequest(
                  prompt: request.prompt, stream: request.summaryStreams[budget][index])
              ], settings: settings)
            #expect(scratch[0].tokens == summary.sampled.tokens)
            #expect(bits(scratch[0]) == bits(summary.sampled))
          }
        }
      }
    }
  }

  @Test func `with its own stream and room enough, a thought goes on as if never stopped`() throws {
    let requests = try Self.requests(budgets: [40], summaries: 1).map { request in
      var request = request
      request.summaryStreams = [[request.stream]]
      return request
    }
    let backend = CPUBackend(numerics: .exact, threads: 1)
    let sampler = BudgetCutSampler(
      model: Self.model(), backend: backend, settings: Self.settings, answerBudget: 40)
    var settings = Self.settings
    settings.bannedTokens = LadderVocabulary.banned
    settings.stopTokens = [LadderVocabulary.endOfSequence]
    settings.maxNewTokens = 40
    let plain = try Decoder(model: Self.model(), backend: backend, maxRows: 8).generate(
      requests.map { SampleRequest(prompt: $0.prompt, stream: $0.stream) }, settings: settings)
    var finished = 0
    for (episode, response) in zip(try sampler.sample(requests), plain)
    where response.stop == .stopToken {
      #expect(episode.summaries[0][0].sampled.tokens == response.tokens)
      #expect(bits(episode.summaries[0][0].sampled) == bits(response))
      finished += 1
    }
    #expect(finished > 5)
  }
}
