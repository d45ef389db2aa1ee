import ModelCore
import TensorCore
import Testing

@Suite struct SessionTests {
  private func scheduler(
    _ model: Transformer, maxRows: Int = 8, threads: Int = 1, maxLength: Int = 128
  ) throws -> SessionScheduler {
    try SessionScheduler(
      model: model, backend: CPUBackend(numerics: .exact, threads: threads), maxRows: maxRows,
      maxLength: maxLength)
  }

  private func settings(
    _ maxNewTokens: Int, _ change: (inout SamplingSettings) -> Void = { _ in }
  ) -> SamplingSettings {
    var settings = SamplingSettings()
    settings.maxNewTokens = maxNewTokens
    change(&settings)
    return settings
  }

  private func stream(_ coordinates: Int...) -> RandomStream {
    RandomStream(seed: 5, purpose: "session", coordinates: coordinates.map { UInt64($0) })
  }

  /// The parts of a trace that must not depend on other sessions in the batch.
  private struct Written: Hashable {
    let tokens: [Int32]
    let bits: [UInt32]
    let isSampled: [Bool]
    let stop: StopReason?

    init(_ trace: SessionTrace) {
      tokens = trace.tokens
      bits = trace.logProbabilities.map(\.bitPattern)
      isSampled = trace.isSampled
      stop = trace.stop
    }
  }

  /// The trainer's log-probabilities of all tokens after the prompt.
  private func trainerBits(
    _ model: Transformer, _ prompt: [Int32], _ trace: SessionTrace, _ settings: SamplingSettings
  ) throws -> [UInt32] {
    let tape = Tape(backend: CPUBackend(numerics: .exact, threads: 2))
    let tokens = prompt + trace.tokens
    let hidden = try model.forward(
      tape, tokens: tokens, layout: SequenceLayout(lengths: [tokens.count]))
    return bits(
      try tape.logProbabilities(
        hidden, table: model.lmHead,
        rows: (prompt.count - 1..<tokens.count - 1).map { Int32($0) }, targets: trace.tokens,
        temperature: settings.temperature == 0 ? 1 : Float(settings.temperature),
        banned: settings.bannedTokens
      ).values)
  }

  // MARK: Budget cuts

  /// Thinks up to a budget, cuts the thought at several positions, and samples several answers to
  /// each cut: the rollout of Qi et al. 2025 (AnytimeReasoner, arXiv 2505.13438).
  private func anytimeRollouts(
    _ scheduler: SessionScheduler, prompts: [[Int32]], cuts: [Int], summaries: Int
  ) throws -> [[[SessionTrace]]] {
    let endOfThinking: Int32 = 20
    let thinking = settings(cuts.max() ?? 0) { $0.stopTokens = [endOfThinking] }
    let answering = settings(6) { $0.stopTokens = [0] }
    let thoughts = try prompts.enumerated().map { index, prompt in
      try scheduler.open(prompt, settings: thinking, stream: stream(index))
    }
    var answers = prompts.map { _ in [[DecodingSession]](repeating: [], count: cuts.count) }
    while scheduler.hasWork {
      for thought in try scheduler.tick() where thoughts.contains(where: { $0 === thought }) {
        for (place, cut) in cuts.enumerated() where cut <= thought.response.count {
          answers[thought.number][place] = try (0..<summaries).map { sample in
            let answer = try scheduler.fork(
              thought, at: thought.promptCount + cut, settings: answering,
              stream: stream(thought.number, cut, sample))
            try scheduler.append([endOfThinking], to: answer)
            return answer
          }
        }
        _ = scheduler.close(thought)
      }
    }
    return answers.map { $0.map { $0.map { scheduler.close($0) } } }
  }

  @Test(arguments: [false, true])
  func `budget-cut rollouts are the same whatever the room`(convolution: Bool) throws {
    let model = try smallModel(convolution: convolution)
    let prompts = samplePrompts(5) + [samplePrompts(1)[0]]
    let roomy = try anytimeRollouts(
      try scheduler(model, maxRows: 64), prompts: prompts, cuts: [2, 5, 9], summaries: 3)
    #expect(roomy.joined().joined().count > 20)
    for trace in roomy.joined().joined() {
      let forced = trace.isSampled.indices.filter { !trace.isSampled[$0] }
      #expect(forced == [trace.inheritedCount] && trace.tokens[forced[0]] == 20)
      let stop: StopReason = trace.tokens.last == 0 ? .stopToken : .length
      #expect(trace.stop == stop)
    }
    for (maxRows, threads) in [(1, 1), (2, 2), (5, 1), (13, 2)] {
      let found = try anytimeRollouts(
        try scheduler(model, maxRows: maxRows, threads: threads), prompts: prompts,
        cuts: [2, 5, 9], summaries: 3)
      #expect(
        found.map { $0.map { $0.map(Written.init) } }
          == roomy.map { $0.map { $0.map(Written.init) } }, "\(maxRows) rows")
    }
    let plain = settings(1)
    for (prompt, traces) in zip(prompts, roomy) {
      for trace in traces.joined() {
        #expect(
          try trainerBits(model, prompt, trace, plain) == bits(trace.logProbabilities))
      }
    }
  }

  // MARK: Bits

  @Test(arguments: [false, true], [1, 2])
  func `forced, forked and cut sessions keep the trainer's bits`(
    convolution: Bool, threads: Int
  ) throws {
    let model = try smallModel(convolution: convolution, tied: !convolution)
    let scheduler = try scheduler(model, maxRows: 3, threads: threads)
    let prompts = samplePrompts(6, seed: 8)
    let kinds = [
      settings(14),
      settings(14) { $0.temperature = 0.6 },
      settings(14) {
        $0.bannedTokens = [2, 7]
        $0.topK = 5
      },
      settings(14) { $0.temperature = 0 },
      settings(14) {
        $0.repetitionPenalty = 1.4
        $0.temperature = 1.3
      },
      settings(14) { $0.minP = 0.05 },
    ]
    var sessions: [(DecodingSession, [Int32], SamplingSettings)] = []
    for (index, prompt) in prompts.enumerated() {
      sessions.append(
        (
          try scheduler.open(prompt, settings: kinds[index], stream: stream(index)), prompt,
          kinds[index]
        ))
    }
    for _ in 0..<6 { try scheduler.tick() }
    for (index, (session, prompt, kind)) in sessions.enumerated() {
      // Banned tokens cannot be scored; none of these is banned.
      try scheduler.append([11, 12, 13, Int32(index), 14], to: session)
      let fork = try scheduler.fork(session, settings: kind, stream: stream(index, 1))
      sessions.append((fork, prompt, kind))
    }
    try scheduler.run()
    for (session, _, _) in sessions.prefix(4) {
      scheduler.truncate(session, to: session.tokens.count - 6)
      try scheduler.append([3, 1], to: session)
      try scheduler.extend(session, by: 3)
    }
    for (index, (session, prompt, kind)) in sessions.prefix(6).enumerated() {
      let fork = try scheduler.fork(
        session, at: prompt.count + 4, settings: kind, stream: stream(index, 2))
      sessions.append((fork, prompt, kind))
    }
    try scheduler.run()
    for (session, prompt, kind) in sessions {
      let trace = scheduler.close(session)
      #expect(trace.stop == .length && trace.tokens.count >= 14)
      #expect(try trainerBits(model, prompt, trace, kind) == bits(trace.logProbabilities))
    }
  }

  @Test func `a session is the same alone and among others that come, go and are cancelled`() throws
  {
    let model = try smallModel()
    let prompts = samplePrompts(6)
    let kinds = [1.0, 0.5, 0.0].map { temperature in
      settings(18) {
        $0.temperature = temperature
        $0.stopTokens = [0]
      }
    }
    func open(_ index: Int, _ scheduler: SessionScheduler) throws -> DecodingSession {
      try scheduler.open(
        prompts[index], settings: kinds[index % 3], stream: stream(index),
        keepsHiddenStates: index % 2 == 0)
    }
    let alone = try prompts.indices.map { index in
      let scheduler = try scheduler(model, maxRows: 1)
      let session = try open(index, scheduler)
      try scheduler.run()
      return scheduler.close(session)
    }
    #expect(Set(alone.map(\.tokens)).count == 6)
    for (maxRows, threads) in [(1, 1), (2, 2), (4, 1), (9, 2)] {
      let scheduler = try scheduler(model, maxRows: maxRows, threads: threads)
      let neighbours = try (0..<5).map { index in
        try scheduler.open(prompts[index], settings: settings(40), stream: stream(9, index))
      }
      for _ in 0..<3 { try scheduler.tick() }
      var sessions: [DecodingSession] = []
      for index in prompts.indices.reversed() {
        sessions.insert(try open(index, scheduler), at: 0)
        try scheduler.tick()
        if index < 5 { scheduler.cancel(neighbours[index]) }
      }
      try scheduler.run()
      for (index, session) in sessions.enumerated() {
        let trace = scheduler.close(session)
        #expect(Written(trace) == Written(alone[index]), "\(maxRows) rows, session \(index)")
        #expect(trace.hiddenStates == alone[index].hiddenStates)
      }
      #expect(neighbours.allSatisfy { $0.stop == .cancelled })
    }
  }

  @Test func `a fork with the same stream writes what its parent writes`() throws {
    for convolution in [false, true] {
      let scheduler = try scheduler(try smallModel(convolution: convolution))
      let parent = try scheduler.open([1, 2, 3], settings: settings(12), stream: stream(0))
      for _ in 0..<5 { try scheduler.tick() }
      let forks = try [4, 6, 8].map {
        try scheduler.fork(
          parent, at: $0, settings: settings(15 - $0), stream: stream(0))
      }
      try scheduler.run()
      let expected = scheduler.close(parent)
      for fork in forks {
        let trace = scheduler.close(fork)
        #expect(trace.tokens == expected.tokens)
        #expect(bits(trace.logProbabilities) == bits(expected.logProbabilities))
      }
    }
  }

  @Test func `a processor that changes nothing changes nothing`() throws {
    struct Idle: LogitProcessor {
      func process(_ logits: inout MutableSpan<Float>, _ context: SamplingContext) {}
    }
    let scheduler = try scheduler(try smallModel(), threads: 2)
    let kind = settings(20) {
      $0.temperature = 0.8
      $0.bannedTokens = [4]
    }
    let plain = try scheduler.open([1, 2], settings: kind, stream: stream(0))
    let processed = try scheduler.open(
      [1, 2], settings: kind, stream: stream(0), processors: [Idle()])
    try scheduler.run()
    #expect(Written(scheduler.close(plain)) == Written(scheduler.close(processed)))
  }

  // MARK: What callers do

  @Test func `appended tokens run in one pass and are scored, not drawn`() throws {
    let model = try smallModel()
    let scheduler = try scheduler(model)
    let session = try scheduler.open([1, 2, 3], settings: settings(0), stream: stream(0))
    #expect(session.stop == .length && !scheduler.hasWork)
    let suffix: [Int32] = [5, 6, 7, 8, 9, 10, 11]
    try scheduler.append(suffix, to: session)
    try scheduler.run()
    #expect(scheduler.ledger.forwardPasses == 2)
    #expect(scheduler.ledger.scoredTokens == 7 && scheduler.ledger.sampledTokens == 0)
    let trace = scheduler.close(session)
    #expect(trace.tokens == suffix && trace.isSampled == [Bool](repeating: false, count: 7))
    #expect(
      try trainerBits(model, [1, 2, 3], trace, settings(0)) == bits(trace.logProbabilities))
  }

  @Test func `a suffix longer than a pass runs in parts`() throws {
    let model = try smallModel(convolution: false)
    let scheduler = try scheduler(model, maxRows: 2, threads: 2, maxLength: 4200)
    let other = try scheduler.open([3], settings: settings(6), stream: stream(1))
    let session = try scheduler.open([1, 2], settings: settings(1), stream: stream(0))
    let suffix = (0..<4150).map { Int32($0 * $0 % 23) }
    try scheduler.append(suffix, to: session)
    try scheduler.run()
    #expect(session.ledger.forwardPasses == 3 && other.stop == .length)
    let trace = scheduler.close(session)
    #expect(Array(trace.tokens.dropLast()) == suffix)
    #expect(
      try trainerBits(model, [1, 2], trace, settings(1)) == bits(trace.logProbabilities))
  }

  @Test func `a fork that asks for nothing holds nothing`() throws {
    let scheduler = try scheduler(try smallModel(), maxRows: 1)
    let parent = try scheduler.open([1, 2], settings: settings(4), stream: stream(0))
    try scheduler.run()
    let idle = try scheduler.fork(parent, settings: settings(0), stream: stream(1))
    #expect(idle.stop == .length && !scheduler.hasWork)
    let written = scheduler.close(parent)
    #expect(Written(scheduler.close(idle)).bits == Written(written).bits)
    let next = try scheduler.open([5], settings: settings(3), stream: stream(2))
    try scheduler.run()
    #expect(next.tokens.count == 4 && next.ledger.recomputedTokens == 0)
  }

  @Test func `a stop token can be taken back and thinking go on`() throws {
    let scheduler = try scheduler(try smallModel(), maxRows: 2)
    let kind = settings(30) { $0.stopTokens = Array(0..<12) }
    let session = try scheduler.open([1, 2], settings: kind, stream: stream(1))
    try scheduler.run()
    #expect(session.stop == .stopToken)
    let length = session.tokens.count
    scheduler.truncate(session, to: length - 1)
    try scheduler.append([15], to: session)
    try scheduler.run()
    #expect(session.tokens[length - 1] == 15 && session.tokens.count > length)
    // Extending does not continue a session that a stop token ended.
    let end = session.tokens
    #expect(session.stop == .stopToken)
    try scheduler.extend(session, by: 5)
    #expect(!scheduler.hasWork && session.tokens == end)
  }

  @Test func `a session that was extended is one that was longer from the start`() throws {
    let model = try smallModel()
    let scheduler = try scheduler(model, maxRows: 1)
    let first = try scheduler.open([4, 5], settings: settings(4), stream: stream(0))
    let second = try scheduler.open([6], settings: settings(9), stream: stream(1))
    try scheduler.run()
    try scheduler.extend(first, by: 5)
    try scheduler.run()
    let whole = try scheduler.open([4, 5], settings: settings(9), stream: stream(0))
    try scheduler.run()
    #expect(Written(scheduler.close(first)) == Written(scheduler.close(whole)))
    #expect(second.stop == .length)
  }

  @Test func `forced places are given, the rest drawn`() throws {
    let scheduler = try scheduler(try smallModel())
    let kind = settings(6) {
      $0.forcedTokens = [0: 9, 3: 8]
      $0.bannedTokens = [8]
    }
    let session = try scheduler.open([1, 2], settings: kind, stream: stream(0))
    try scheduler.run()
    let trace = scheduler.close(session)
    #expect(trace.tokens[0] == 9 && trace.tokens[3] == 8 && trace.tokens.count == 6)
    #expect(trace.isSampled == [false, true, true, false, true, true])
    #expect(trace.logProbabilities[3] == -.infinity)
    #expect(trace.ledger.sampledTokens == 4 && trace.ledger.forcedTokens == 2)
  }

  @Test func `a stop token that is made likelier comes sooner`() throws {
    let scheduler = try scheduler(try smallModel(), maxRows: 40)
    func meanLength(_ scale: StopTokenScale?) throws -> Int {
      let kind = settings(40) {
        $0.stopTokens = [0]
        $0.stopTokenScale = scale
      }
      let sessions = try (0..<40).map {
        try scheduler.open([1, 2, 3], settings: kind, stream: stream($0))
      }
      try scheduler.run()
      return sessions.reduce(0) { $0 + scheduler.close($1).tokens.count } / 40
    }
    func scale(_ value: Double, from position: Int) -> StopTokenScale {
      let knots = [(position - 1, 0.0), (position, value)].map {
        StopTokenScale.Knot(position: $0.0, value: $0.1)
      }
      return StopTokenScale(token: 0, operation: .add, knots: knots)
    }
    let plain = try meanLength(nil)
    #expect(try meanLength(scale(-50, from: 1)) > plain)
    let cut = try meanLength(scale(50, from: 5))
    #expect(cut < plain && cut <= 6)
  }

  @Test func `hidden states give the log-probabilities again`() throws {
    let model = try smallModel()
    let scheduler = try scheduler(model, maxRows: 2)
    let session = try scheduler.open(
      [1, 2], settings: settings(5), stream: stream(0), keepsHiddenStates: true)
    try scheduler.run()
    scheduler.truncate(session, to: 5)
    try scheduler.append([7], to: session)
    let fork = try scheduler.fork(session, settings: settings(3), stream: stream(1))
    try scheduler.run()
    for session in [session, fork] {
      let trace = scheduler.close(session)
      let states = try #require(trace.hiddenStates)
      let width = model.configuration.hiddenSize
      #expect(states.count == trace.tokens.count * width)
      let backend = CPUBackend()
      let rows = Tensor(shape: [trace.tokens.count, width], values: states)
      let all = backend.logProbabilities(rows, table: model.lmHead, settings: LogitSettings())
      let found = trace.tokens.enumerated().map { row, token in
        all.values[row * model.vocabularySize + Int(token)]
      }
      #expect(bits(found) == bits(trace.logProbabilities))
    }
  }

  @Test func `the ledger counts each token once`() throws {
    let model = try smallModel(convolution: false)
    let scheduler = try scheduler(model)
    let cost = ModelCost(of: model)
    let first = try scheduler.open([1, 2, 3], settings: settings(4), stream: stream(0))
    let second = try scheduler.open([1, 2, 3], settings: settings(2), stream: stream(1))
    try scheduler.run()
    // The last sampled token is not run, because nothing follows it.
    #expect(first.ledger.prefillTokens == 3 && first.ledger.sampledTokens == 4)
    #expect(
      first.ledger.floatingPointOperations == cost.run(0..<6) + 4 * cost.perDistribution)
    #expect(second.ledger.prefillTokens == 0 && second.ledger.sharedTokens == 3)
    #expect(
      second.ledger.floatingPointOperations == cost.run(3..<4) + 2 * cost.perDistribution)
    let fork = try scheduler.fork(first, settings: settings(1), stream: stream(2))
    try scheduler.append([8, 9], to: fork)
    try scheduler.run()
    // Six tokens were cached; the seventh and the two appended ones are run.
    #expect(fork.ledger.sharedTokens == 6 && fork.ledger.recomputedTokens == 0)
    #expect(fork.ledger.forcedTokens == 2 && fork.ledger.scoredTokens == 2)
    #expect(
      fork.ledger.floatingPointOperations == cost.run(6..<9) + 3 * cost.perDistribution)
    #expect(scheduler.ledger.ticks == 5 && scheduler.ledger.forwardPasses == 5)
    var sum = CostLedger()
    for session in [first, second, fork] { sum += session.ledger }
    sum.ticks = 5
    sum.forwardPasses = 5
    #expect(scheduler.ledger == sum)
  }

  @Test func `the cost of a token is that of its products`() throws {
    let model = try smallModel(convolution: false, tied: false)
    let cost = ModelCost(of: model)
    // Per layer: q and o 32·32, k and v 32·16, three of 32·48.
    let weights: Int = 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 48
    #expect(cost.perToken == 2 * 2 * weights)
    // One score and one weighted value, each a product of width 32, in each of two layers.
    let perAttendedToken = 4 * 32
    #expect(cost.perDistribution == 2 * 23 * 32)
    #expect(cost.run(0..<3) == 3 * cost.perToken + 2 * 6 * perAttendedToken)
    #expect(cost.run(5..<5) == 0)
    var configuration = model.configuration
    configuration.layers = ["sliding", "full"]
    configuration.slidingWindow = 4
    let sliding = ModelCost(
      of: Transformer(configuration: configuration, vocabularySize: 23, seed: 0))
    // Positions 2 to 5 see 3, 4, 5 and 6 tokens in one layer, 3, 4, 4 and 4 in the other.
    let attended = 18 + 15
    #expect(sliding.run(2..<6) == 4 * sliding.perToken + attended * perAttendedToken)
  }

  @Test func `what cannot be is refused`() throws {
    let scheduler = try scheduler(try smallModel(), maxLength: 20)
    #expect(throws: GenerationError.tooLong(tokens: 21, limit: 20)) {
      try scheduler.open([1], settings: settings(20), stream: stream(0))
    }
    let session = try scheduler.open([1], settings: settings(15), stream: stream(0))
    #expect(throws: GenerationError.tooLong(tokens: 21, limit: 20)) {
      try scheduler.append([1, 2, 3, 4, 5], to: session)
    }
    #expect(throws: GenerationError.tooLong(tokens: 21, limit: 20)) {
      try scheduler.extend(session, by: 5)
    }
    #expect(throws: GenerationError.unknownToken(23, vocabularySize: 23)) {
      try scheduler.append([23], to: session)
    }
    #expect(throws: GenerationError.emptyPrompt(request: 1)) {
      try scheduler.open([], settings: settings(1), stream: stream(0))
    }
    try scheduler.run()
    #expect(session.tokens.count == 16)
  }

  @Test func `a model whose weights are no numbers stops with the place`() throws {
    let model = try smallModel()
    let scheduler = try scheduler(model)
    _ = try scheduler.open([1], settings: settings(9), stream: stream(0))
    for _ in 0..<3 { try scheduler.tick() }
    model.lmHead.fill(from: [Float](repeating: .nan, count: model.lmHead.count))
    #expect(throws: GenerationError.nothingToDraw(position: 3)) { try scheduler.run() }
  }
}
