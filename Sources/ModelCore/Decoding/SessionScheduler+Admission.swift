import TensorCore

extension SessionScheduler {
  /// The largest number of tokens in one pass, unless a single sequence is longer. It keeps
  /// activations in the cache and bounds memory.
  package static var maxBatchedTokens: Int { 4096 }

  /// The number of rows that must be free before prompts run. A pass over one short prompt costs
  /// nearly as much as one over several, so it waits for a few free rows.
  private var minFreeRowsForPrompts: Int { max(1, maxRows / 16) }

  /// Admits waiting sessions to the batch, and runs the prefixes that they need first.
  /// - Returns: true if this was the work of the tick.
  func admit() throws -> Bool {
    var run = PrefillPass()
    allocateResuming(&run)
    let freeRows = maxRows - running.count - run.sessions.count
    var ready: [PromptGroup] = []
    if !groups.isEmpty, freeRows >= minFreeRowsForPrompts || running.isEmpty {
      ready = allocatePrompts(&run, freeRows: freeRows)
    }
    try prefill(run)
    let admitted = ready.flatMap { admit($0) }
    for group in ready { removeIfEmpty(group) }
    try drawFirstTokens(admitted)
    return !run.isEmpty || !admitted.isEmpty
  }

  /// Sequences that run from their beginning in one pass.
  private struct PrefillPass {
    var groups: [PromptGroup] = []
    /// Sessions whose prefix is no longer in any slot.
    var sessions: [DecodingSession] = []
    var tokenCount = 0

    var isEmpty: Bool { groups.isEmpty && sessions.isEmpty }

    mutating func hasRoom(for count: Int) -> Bool {
      guard isEmpty || tokenCount + count <= SessionScheduler.maxBatchedTokens else { return false }
      tokenCount += count
      return true
    }
  }

  // MARK: Sessions that have run

  private enum Allocation {
    case allocated
    /// This pass already runs the same prefix for another session.
    case prefixIsRunning
    case noRoom
  }

  private func allocateResuming(_ run: inout PrefillPass) {
    var left: [DecodingSession] = []
    var next = 0
    while next < resuming.count, running.count + run.sessions.count < maxRows, left.count < maxRows
    {
      let session = resuming[next]
      let allocation = session.slot != nil ? .allocated : allocateSlot(for: session, &run)
      if allocation == .noRoom { break }
      next += 1
      if allocation == .prefixIsRunning {
        left.append(session)
      } else if session.cachedCount > 0 || session.firstWantedRow == 0 {
        start(session)
      } else {
        run.sessions.append(session)
      }
    }
    resuming.replaceSubrange(..<next, with: left)
  }

  /// Gives a session a slot and copies the longest cached prefix into it.
  private func allocateSlot(
    for session: DecodingSession, _ run: inout PrefillPass
  ) -> Allocation {
    let prefix = session.tokens[..<session.firstWantedRow]
    let source = slots.longestPrefix(of: prefix, canTruncate: canTruncateMemory)
    if source == nil, !prefix.isEmpty {
      // After the other session has run this prefix, it can be copied.
      if run.sessions.contains(where: { $0.tokens[..<$0.firstWantedRow] == prefix }) {
        return .prefixIsRunning
      }
      guard run.hasRoom(for: prefix.count) else { return .noRoom }
    }
    let missing = prefix.count - (source?.length ?? 0)
    guard findPages(for: missing, entering: run.sessions.count, sparing: source?.slot),
      let slot = slot(near: source?.slot)
    else { return .noRoom }
    if slot != source?.slot { empty(slot) }
    var length = 0
    if let source {
      let held = slots.held(in: source.slot).count
      if slot != source.slot {
        memory.copy(slot: source.slot, to: slot, length: held)
      }
      if source.length == held || memory.truncate(slot: slot, to: source.length) {
        length = source.length
      } else {
        canTruncateMemory = false
      }
    }
    slots.fill(slot, with: .session(session))
    session.cachedCount = length
    if source == nil { reserve(prefix.count, slot: slot) }
    charge(session) { $0.sharedTokens += length }
    return .allocated
  }

  /// Takes the pages of a sequence that runs from its beginning.
  private func reserve(_ count: Int, slot: Int) {
    let isReserved = memory.pages.reserve(0..<count, ofSlot: slot)
    precondition(isReserved, "pages that were found")
  }

  /// A slot to fill. If there is no free one, it is the source's own slot; other sessions that
  /// share the prefix still find it there.
  private func slot(near source: Int?) -> Int? {
    if let slot = slots.evictionCandidate() { return slot }
    if let source, canTruncateMemory, slots.use(of: source) != .running { return source }
    return running.isEmpty ? slots.evictionCandidate(preempting: true) : nil
  }

  // MARK: Prompts

  /// Finds slots for the next prompts, for as many as have sessions for the free rows.
  /// - Returns: the groups that can be admitted, including those whose prompt still has to run.
  private func allocatePrompts(_ run: inout PrefillPass, freeRows: Int) -> [PromptGroup] {
    var ready: [PromptGroup] = []
    var free = freeRows
    for group in groups {
      if free == 0 { break }
      if group.slot == nil {
        let count = group.prompt.count
        guard run.hasRoom(for: count),
          findPages(for: count, entering: run.sessions.count + ready.count),
          let slot = slot(near: nil)
        else { break }
        empty(slot)
        slots.fill(slot, with: .prompt(group))
        reserve(count, slot: slot)
        run.groups.append(group)
      }
      ready.append(group)
      free -= min(free, group.waiting.count)
    }
    return ready
  }

  /// Activates as many sessions of a group as fit. The last one takes over the prompt's slot.
  private func admit(_ group: PromptGroup) -> [DecodingSession] {
    var admitted: [DecodingSession] = []
    while running.count < maxRows, let session = group.waiting.first, let source = group.slot {
      var slot = source
      if group.waiting.count > 1 {
        if findPages(for: 0, entering: 0, sparing: source), let other = slots.evictionCandidate() {
          empty(other)
          memory.copy(slot: source, to: other, length: group.prompt.count)
          slot = other
        } else if !running.isEmpty {
          break
        }
      }
      group.waiting.removeFirst()
      slots.fill(slot, with: .session(session))
      session.cachedCount = group.prompt.count
      session.lastHiddenState = group.lastHiddenState
      chargePrompt(to: session, in: group)
      start(session)
      admitted.append(session)
    }
    return admitted
  }

  /// Charges the cost of the prompt to the first session of its group.
  private func chargePrompt(to session: DecodingSession, in group: PromptGroup) {
    let length = group.prompt.count
    session.ledger.ticks += 1
    if group.isCounted {
      charge(session) { $0.sharedTokens += length }
    } else {
      group.isCounted = true
      session.ledger.forwardPasses += 1
      charge(session) {
        $0.prefillTokens += length
        $0.floatingPointOperations += cost.run(0..<length)
      }
    }
  }

  // MARK: Running

  /// Runs whole sequences in one packed pass and caches each in its slot.
  private func prefill(_ run: PrefillPass) throws {
    if run.isEmpty { return }
    let sequences =
      run.groups.map { $0.prompt[...] } + run.sessions.map { $0.tokens[..<$0.firstWantedRow] }
    let slots = run.groups.compactMap(\.slot) + run.sessions.compactMap(\.slot)
    let layout = SequenceLayout(lengths: sequences.map(\.count))
    let hidden = try model.forward(
      ForwardPass(tape: tape, layout: layout, slots: slots), tokens: Array(sequences.joined()),
      memory: memory)
    ledger.forwardPasses += 1
    let width = hidden.columns
    for (index, group) in run.groups.enumerated() {
      let last = (layout.offsets[index + 1] - 1) * width
      group.lastHiddenState = hidden.storage.values(in: last..<last + width)
      if group.hasRun { ledger.recomputedTokens += group.prompt.count }
      group.hasRun = true
    }
    for session in run.sessions {
      session.cachedCount = session.firstWantedRow
      charge(session) { $0.recomputedTokens += session.cachedCount }
      session.ledger.forwardPasses += 1
      start(session)
    }
  }

  /// Samples the first token of sessions whose prompt has just run.
  private func drawFirstTokens(_ sessions: [DecodingSession]) throws {
    guard let width = sessions.first?.lastHiddenState?.count else { return }
    let hidden = backend.makeTensor([sessions.count, width])
    for (index, session) in sessions.enumerated() {
      hidden.storage.copy(from: session.lastHiddenState ?? [], to: index * width)
      session.lastHiddenState = nil
    }
    try choose(sessions.map { WantedToken(session: $0, index: $0.promptCount) }, hidden)
  }
}
