import ModelCore
import TensorCore
import Testing

/// Sessions whose keys and values share a bounded number of pages.
@Suite struct PagedSessionTests {
  /// The bytes of a page of the small model without convolution: two layers of two heads of eight.
  private let pageBytes = KeyValuePages.standardLength * 2 * 2 * 2 * 8 * 4

  private func settings(_ maxNewTokens: Int) -> SamplingSettings {
    var settings = SamplingSettings()
    settings.maxNewTokens = maxNewTokens
    return settings
  }

  private func stream(_ coordinates: Int...) -> RandomStream {
    RandomStream(seed: 6, purpose: "pages", coordinates: coordinates.map { UInt64($0) })
  }

  /// Long and short sequences of which some are forked twice, truncated or cancelled on the way.
  private func traces(
    _ model: Transformer, maxRows: Int, threads: Int = 1, mostPageBytes: Int
  ) throws -> (traces: [SessionTrace], ledger: CostLedger, mostPages: Int) {
    let scheduler = try SessionScheduler(
      model: model, backend: CPUBackend(threads: threads), maxRows: maxRows, maxLength: 256,
      mostPageBytes: mostPageBytes)
    var sessions: [DecodingSession] = []
    for (index, prompt) in samplePrompts(4, seed: 5).enumerated() {
      for copy in 0..<3 {
        sessions.append(
          try scheduler.open(
            prompt, settings: settings(40 + 70 * copy), stream: stream(index, copy)))
      }
    }
    var mostPages = 0
    var forked: Set<Int> = []
    while scheduler.hasWork {
      try scheduler.tick()
      mostPages = max(mostPages, scheduler.usedPages)
      for session in sessions
      where session.response.count >= 30 && forked.insert(session.number).inserted
        && session.number < 12 && session.stop != .cancelled
      {
        switch session.number % 4 {
        case 0:
          for part in 0..<2 {
            let fork = try scheduler.fork(
              session, at: session.promptCount + 10 * (part + 1), settings: settings(90),
              stream: stream(session.number, 9, part))
            try scheduler.append([3, 4, 5], to: fork)
            sessions.append(fork)
          }
        case 1: scheduler.truncate(session, to: session.promptCount + 20)
        case 2: scheduler.cancel(session)
        default: break
        }
      }
    }
    let traces = sessions.map { scheduler.close($0) }
    #expect(scheduler.usedPages == 0, "no page is left")
    return (traces, scheduler.ledger, mostPages)
  }

  private struct Written: Hashable {
    let tokens: [Int32]
    let bits: [UInt32]
    let stop: StopReason?
  }

  private func written(_ traces: [SessionTrace]) -> [Written] {
    // Where a session was when it was cancelled depends on the batch.
    traces.filter { $0.stop != .cancelled }.map {
      Written(tokens: $0.tokens, bits: bits($0.logProbabilities), stop: $0.stop)
    }
  }

  @Test(arguments: [SmallPlan.plain, .convolved, .sliding, .gated])
  func `sessions are the same however few pages there are`(plan: SmallPlan) throws {
    let model = try plan.model()
    let roomy = try traces(model, maxRows: 32, mostPageBytes: .max)
    #expect(roomy.ledger.recomputedTokens == 0 || !plan.goesBack)
    // Enough for one sequence of 256 tokens, and for a few.
    for (pages, maxRows, threads) in [(0, 32, 1), (6, 32, 2), (9, 8, 1), (14, 32, 2)] {
      let found = try traces(
        model, maxRows: maxRows, threads: threads, mostPageBytes: pages * pageBytes)
      #expect(Set(written(found.traces)) == Set(written(roomy.traces)), "\(pages) pages")
      #expect(pages > 9 || found.ledger.recomputedTokens > 0, "sessions were preempted")
    }
  }

  @Test func `samples of a prompt share its pages`() throws {
    let model = try SmallPlan.plain.model()
    let prompt = (0..<200).map { Int32($0 % 22) + 1 }
    let scheduler = try SessionScheduler(
      model: model, backend: CPUBackend(), maxRows: 16, maxLength: 256)
    let settings = settings(40)
    for copy in 0..<16 {
      _ = try scheduler.open(prompt, settings: settings, stream: stream(copy))
    }
    while scheduler.ledger.sampledTokens < 32 { try scheduler.tick() }
    // Three full pages for all, and one for each.
    #expect(scheduler.usedPages == 3 + 16)
    #expect(scheduler.ledger.prefillTokens == 200)
  }

  @Test func `sequences of unequal length waste less than a page each`() throws {
    let model = try SmallPlan.plain.model()
    let scheduler = try SessionScheduler(
      model: model, backend: CPUBackend(), maxRows: 64, maxLength: 1024)
    let sessions = try (0..<64).map { index in
      try scheduler.open(
        (0..<1 + index * 7 % 300).map { Int32($0 * (index + 3) % 22) + 1 }, settings: settings(8),
        stream: stream(index))
    }
    while sessions.contains(where: { $0.response.isEmpty }) {
      try scheduler.tick()
      let tokens = sessions.filter { !$0.response.isEmpty }.reduce(0) { $0 + $1.tokens.count }
      #expect(scheduler.usedPages * KeyValuePages.standardLength < tokens + 64 * 64)
    }
  }
}
