package import TensorCore

/// Continues many sequences in lockstep: every tick is one batched forward pass, which gives each
/// running session its next token.
///
/// The states are those of vLLM's scheduler:
///
///     waiting → running → finished → closed
///        ↑                   │
///        └───────────────────┘  append, extend, truncate
///
/// At most `maxRows` sessions run at once. A session that stops leaves the batch and is finished,
/// and a waiting one enters. A session that does not run keeps its slot of the memory until another
/// needs it or its pages; a waiting one whose slot was taken is *preempted*, and its tokens are run
/// again. So is the last of the running ones if there are no pages for all.
/// Between two ticks, sessions can be forked, truncated, given tokens to follow, and continued. A
/// shared prefix is shared in memory instead of recomputed, if there is room. With an exact
/// backend, a session's trace depends only on the weights, its tokens, its settings and its random
/// stream.
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
/// Sampling needs `open`, `fork`, `append`, `tick` and `close`. Search and tree rollouts also need
/// `extend`, `truncate`, `cancel`, `run`, a caller's logit processors and hidden states, which only
/// tests use today.
///
/// Weights must not change while sessions are open.
package final class SessionScheduler {
  package let model: Transformer
  package let backend: any Backend
  /// The largest number of sessions that run together.
  package let maxRows: Int
  /// The largest number of tokens in a sequence, the prompt included.
  package let maxLength: Int
  package internal(set) var ledger = CostLedger()

  // The files of this type share the state below.
  let memory: TransformerMemory
  let tape: Tape
  let cost: ModelCost
  var slots: SlotTable
  var running: [DecodingSession] = []
  /// Waiting sessions that ran before or were forked, in order of arrival; their slot may be lost.
  var resuming: [DecodingSession] = []
  /// Waiting sessions that have not run, grouped by prompt, in the order of each prompt's first
  /// session.
  var groups: [PromptGroup] = []
  var groupOfPrompt: [[Int32]: PromptGroup] = [:]
  /// False after a mixer could not truncate its memory.
  var canTruncateMemory = true
  private var madeCount = 0

  /// - Parameters:
  ///   - maxLength: bounds the size of the memory, together with the number of rows.
  ///   - mostPageBytes: the most bytes of keys and values, unless a single sequence needs more.
  /// - Throws: `GenerationError` if the backend does not support the cache's precision.
  package convenience init(
    model: Transformer, backend: any Backend, maxRows: Int, maxLength: Int,
    cachePrecision: CachePrecision = .float32, mostPageBytes: Int = 2_000_000_000
  ) throws(GenerationError) {
    precondition(maxRows > 0 && maxLength > 0, "room for at least one row of one token")
    try Self.validate(cachePrecision, backend)
    // Extra slots keep the cache of finished sessions, and prompts that others wait for, a little
    // longer.
    let memory = model.makeMemory(
      slots: maxRows + max(1, maxRows / 8), capacity: maxLength, precision: cachePrecision,
      mostBytes: mostPageBytes,
      on: backend)
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
    // With rounded keys and values, log-probabilities would differ from the trainer's.
    if precision != .float32, backend.isExact {
      throw .cachePrecision(precision, backend: backend.fingerprint)
    }
  }

  /// The number of pages of keys and values that sequences refer to.
  package var usedPages: Int { memory.pages.usedCount }

  /// True if a tick has anything to do.
  package var hasWork: Bool { !running.isEmpty || !resuming.isEmpty || !groups.isEmpty }

  /// Runs one forward pass. - Returns: the sessions that stopped.
  /// - Throws: `GenerationError`, `ShapeError`; after an error sessions can only be closed.
  @discardableResult
  package func tick() throws -> [DecodingSession] {
    guard hasWork else { return [] }
    ledger.ticks += 1
    if try !admit() { try step() }
    let stopped = running.filter { $0.stop != nil }
    guard !stopped.isEmpty else { return [] }
    running.removeAll { $0.stop != nil }
    for session in stopped { finish(session) }
    return stopped
  }

  /// Ticks until every session is finished.
  /// - Throws: the errors of `tick`; `GenerationError.cancelled` as soon as `isCancelled` returns
  ///   true.
  package func run(isCancelled: () -> Bool = { false }) throws {
    while hasWork {
      if isCancelled() { throw GenerationError.cancelled }
      try tick()
    }
  }

  // MARK: Operations on a session

  /// Opens a sequence. Waiting sessions with the same prompt run it once.
  /// - Parameters:
  ///   - stream: the token at position t after the prompt is sampled with `stream.uniform(at: t)`.
  ///   - processors: see `LogitProcessors.all`.
  ///   - keepsHiddenStates: true to store hidden states in the trace.
  package func open(
    _ prompt: [Int32], settings: SamplingSettings, stream: RandomStream,
    processors: [any LogitProcessor] = [], keepsHiddenStates: Bool = false
  ) throws(GenerationError) -> DecodingSession {
    try settings.validate(vocabularySize: model.vocabularySize)
    if prompt.isEmpty { throw .emptyPrompt(request: madeCount) }
    try validate(prompt)
    try requireRoom(prompt.count + settings.maxNewTokens)
    let session = makeSession(prompt, settings, stream, processors, keepsHiddenStates)
    reschedule(session)
    return session
  }

  /// Makes a new session that continues from the first `length` tokens of another, by default from
  /// all.
  ///
  /// The fork samples up to `maxNewTokens` more tokens from its own stream; positions still count
  /// from the end of the prompt. It shares the cached prefix. The prefix is run again if the other
  /// session moves on before a slot is free, or is truncated further than a mixer can go back.
  /// - Precondition: `length` includes the whole prompt.
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
    reschedule(fork)
    return fork
  }

  /// Appends tokens to a session. They run in one pass and get log-probabilities. Then sampling
  /// continues for the `remainingTokens`, even if a stop token had ended the session.
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
    reschedule(session)
  }

  /// Raises the number of tokens that a session may still sample. A session that a stop token ended
  /// stays ended.
  package func extend(_ session: DecodingSession, by count: Int) throws(GenerationError) {
    requireOpen(session)
    precondition(count >= 0)
    try requireRoom(session.tokens.count + session.remainingTokens + count)
    session.remainingTokens += count
    if session.stop == .length { session.stop = nil }
    reschedule(session)
  }

  /// Forgets all tokens of a session after the first `length`. It then continues from there for its
  /// `remainingTokens`. At each position it samples with the same random number as before. If
  /// `length` is the session's own length, nothing changes.
  /// - Precondition: `length` includes the whole prompt.
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
        canTruncateMemory = false
        dequeue(session)
        empty(slot)
      }
    }
    session.stop = nil
    reschedule(session)
  }

  /// Cancels a session; it keeps its tokens, but not their keys and values.
  package func cancel(_ session: DecodingSession) {
    requireOpen(session)
    session.stop = .cancelled
    reschedule(session)
    releasePages(of: session)
  }

  /// Closes a session in any state and returns its trace.
  package func close(_ session: DecodingSession) -> SessionTrace {
    requireOpen(session)
    dequeue(session)
    session.phase = .closed
    releasePages(of: session)
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
