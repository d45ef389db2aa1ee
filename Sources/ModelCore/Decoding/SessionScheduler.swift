package import TensorCore

/// Continues many sequences in lockstep: every tick is one batched forward pass, which gives each
/// active session its next token.
///
/// At most `maxRows` sessions are active. A session that stops leaves the batch and rests; a waiting
/// one enters. Sessions can be forked, cut back, given tokens to follow, and continued at any time
/// between two ticks; what they share with others is copied in memory, not computed again, as far as
/// there is room. With an exact backend, a session's trace depends on the weights, its tokens, its
/// settings and its random stream alone.
///
/// ```swift
/// let thought = try scheduler.open(prompt, settings: thinking, stream: stream)
/// try scheduler.run()
/// let answer = try scheduler.fork(thought, at: cut, settings: answering, stream: other)
/// try scheduler.append([endOfThinking], to: answer)
/// try scheduler.run()
/// let trace = scheduler.close(answer)
/// ```
///
/// Weights must stay as they are while sessions are open.
package final class SessionScheduler {
  package let model: Transformer
  package let backend: any Backend
  /// The most sessions that are active together.
  package let maxRows: Int
  /// The most tokens of a sequence, the prompt included.
  package let maxLength: Int
  package internal(set) var ledger = CostLedger()

  // What follows is shared among the files of this type.
  let memory: TransformerMemory
  let tape: Tape
  let cost: ModelCost
  var slots: SlotTable
  var active: [DecodingSession] = []
  /// Sessions that once ran, or were forked, in the order they came.
  var returning: [DecodingSession] = []
  /// Sessions that have not run, by prompt, in the order of each prompt's first.
  var groups: [PromptGroup] = []
  var groupOfPrompt: [[Int32]: PromptGroup] = [:]
  /// False once a mixer could not go back.
  var memoryGoesBack = true
  private var madeCount = 0

  /// - Parameter maxLength: decides, with the rows, how much memory is taken.
  /// - Throws: `GenerationError` when the cache's precision does not go with the backend.
  package convenience init(
    model: Transformer, backend: any Backend, maxRows: Int, maxLength: Int,
    cachePrecision: CachePrecision = .float32
  ) throws(GenerationError) {
    precondition(maxRows > 0 && maxLength > 0, "room for at least one row of one token")
    try Self.validate(cachePrecision, backend)
    // Resting sessions and prompts that others wait for keep theirs a while.
    let memory = model.makeMemory(
      slots: maxRows + max(1, maxRows / 8), capacity: maxLength, precision: cachePrecision)
    self.init(
      model: model, backend: backend, maxRows: maxRows, maxLength: maxLength, memory: memory)
  }

  /// - Precondition: the memory has more slots than `maxRows`, each of at least `maxLength` tokens.
  init(
    model: Transformer, backend: any Backend, maxRows: Int, maxLength: Int,
    memory: TransformerMemory
  ) {
    precondition(memory.slots > maxRows && memory.capacity >= maxLength)
    self.model = model
    self.backend = backend
    self.maxRows = maxRows
    self.maxLength = maxLength
    self.memory = memory
    tape = Tape(backend: backend, recording: false)
    cost = ModelCost(of: model)
    slots = SlotTable(count: memory.slots)
  }

  static func validate(
    _ precision: CachePrecision, _ backend: any Backend
  ) throws(GenerationError) {
    // Log-probabilities would not be the trainer's.
    if precision != .float32, backend.isExact {
      throw .cachePrecision(precision, backend: backend.fingerprint)
    }
  }

  /// Whether a tick has anything to do.
  package var hasWork: Bool { !active.isEmpty || !returning.isEmpty || !groups.isEmpty }

  /// One forward pass. - Returns: the sessions that stopped.
  /// - Throws: `GenerationError`, `ShapeError`; afterwards sessions can only be closed.
  @discardableResult
  package func tick() throws -> [DecodingSession] {
    guard hasWork else { return [] }
    ledger.ticks += 1
    if try !admit() { try step() }
    let stopped = active.filter { $0.stop != nil }
    guard !stopped.isEmpty else { return [] }
    active.removeAll { $0.stop != nil }
    for session in stopped { rest(session) }
    return stopped
  }

  /// Ticks until every session rests.
  /// - Throws: as `tick`; `GenerationError.cancelled` as soon as `isCancelled` says so.
  package func run(isCancelled: () -> Bool = { false }) throws {
    while hasWork {
      if isCancelled() { throw GenerationError.cancelled }
      try tick()
    }
  }

  // MARK: What a caller does with a session

  /// Begins a sequence. Sessions waiting with one prompt run it once.
  /// - Parameters:
  ///   - stream: the token at place t after the prompt is drawn by `stream.uniform(at: t)`.
  ///   - processors: see `LogitProcessors.all`.
  ///   - keepsHiddenStates: whether the trace has them.
  package func open(
    _ prompt: [Int32], settings: SamplingSettings, stream: RandomStream,
    processors: [any LogitProcessor] = [], keepsHiddenStates: Bool = false
  ) throws(GenerationError) -> DecodingSession {
    try settings.validate(vocabularySize: model.vocabularySize)
    if prompt.isEmpty { throw .emptyPrompt(request: madeCount) }
    try validate(prompt)
    try requireRoom(prompt.count + settings.maxNewTokens)
    let session = makeSession(prompt, settings, stream, processors, keepsHiddenStates)
    settle(session)
    return session
  }

  /// A new session that goes on from the first `length` tokens of another, by default all.
  ///
  /// It draws up to `maxNewTokens` more, by its own stream, at places that still count from the end
  /// of the prompt. It shares what is remembered of the prefix; where the other moves on before a
  /// slot is free, or is cut back further than a mixer can go, the prefix is run again.
  /// - Precondition: `length` leaves the prompt whole.
  package func fork(
    _ session: DecodingSession, at length: Int? = nil, settings: SamplingSettings? = nil,
    stream: RandomStream, processors: [any LogitProcessor] = []
  ) throws(GenerationError) -> DecodingSession {
    let settings = settings ?? session.settings
    let length = length ?? session.tokens.count
    precondition(length >= session.promptCount && length <= session.tokens.count)
    try settings.validate(vocabularySize: model.vocabularySize)
    try requireRoom(length + settings.maxNewTokens)
    let fork = makeSession(
      Array(session.tokens[..<session.promptCount]), settings, stream, processors,
      session.keepsHiddenStates)
    fork.inherit(length, from: session)
    if session.slot != nil {
      fork.parent = session
      session.waitingForks += 1
    }
    settle(fork)
    return fork
  }

  /// Gives a session tokens to go on from. They run in one pass and get log-probabilities; sampling
  /// then goes on while `remainingTokens` lasts, even if a stop token had ended it.
  package func append(
    _ tokens: [Int32], to session: DecodingSession
  ) throws(GenerationError) {
    requireOpen(session)
    try validate(tokens)
    try requireRoom(session.tokens.count + tokens.count + session.remainingTokens)
    guard !tokens.isEmpty else { return }
    session.tokens += tokens
    session.isSampled += [Bool](repeating: false, count: tokens.count)
    charge(session) { $0.forcedTokens += tokens.count }
    session.stop = nil
    settle(session)
  }

  /// Lets a session draw so many tokens more than it still may. One that a stop token ended stays so.
  package func extend(_ session: DecodingSession, by count: Int) throws(GenerationError) {
    requireOpen(session)
    precondition(count >= 0)
    try requireRoom(session.tokens.count + session.remainingTokens + count)
    session.remainingTokens += count
    if session.stop == .length { session.stop = nil }
    settle(session)
  }

  /// Forgets all tokens of a session but the first `length`; it then goes on from there while
  /// `remainingTokens` lasts, drawing at every place by the number it used there before. Its own
  /// length changes nothing.
  /// - Precondition: `length` leaves the prompt whole.
  package func truncate(_ session: DecodingSession, to length: Int) {
    requireOpen(session)
    precondition(length >= session.promptCount && length <= session.tokens.count)
    guard length < session.tokens.count else { return }
    session.cut(to: length)
    let cached = min(session.cachedCount, session.firstWantedRow)
    if let slot = session.slot, cached < session.cachedCount {
      if memory.truncate(slot: slot, to: cached) {
        session.cachedCount = cached
      } else {
        memoryGoesBack = false
        unschedule(session)
        slots.fill(slot, with: .nothing)
      }
    }
    session.stop = nil
    settle(session)
  }

  /// Gives a session up; it keeps what it has.
  package func cancel(_ session: DecodingSession) {
    requireOpen(session)
    session.stop = .cancelled
    settle(session)
  }

  /// Ends a session, whatever it was doing, and returns what it wrote.
  package func close(_ session: DecodingSession) -> SessionTrace {
    requireOpen(session)
    unschedule(session)
    session.phase = .closed
    return session.trace
  }

  // MARK: Keeping order

  private func makeSession(
    _ prompt: [Int32], _ settings: SamplingSettings, _ stream: RandomStream,
    _ processors: [any LogitProcessor], _ keepsHiddenStates: Bool
  ) -> DecodingSession {
    defer { madeCount += 1 }
    return DecodingSession(
      number: madeCount, prompt: prompt, settings: settings, stream: stream,
      processors: LogitProcessors.all(for: settings, callers: processors),
      keepsHiddenStates: keepsHiddenStates)
  }

  private func requireOpen(_ session: DecodingSession) {
    precondition(session.phase != .closed, "the session is closed")
  }

  private func requireRoom(_ tokens: Int) throws(GenerationError) {
    if let limit = model.configuration.contextLength, tokens > limit {
      throw .beyondContext(tokens: tokens, limit: limit)
    }
    if tokens > maxLength { throw .tooLong(tokens: tokens, limit: maxLength) }
  }

  private func validate(_ tokens: [Int32]) throws(GenerationError) {
    for token in tokens where !(0..<model.vocabularySize).contains(Int(token)) {
      throw .unknownToken(token, vocabularySize: model.vocabularySize)
    }
  }
}
