import TensorCore

extension SessionScheduler {
  /// The largest number of tokens in one pass, unless a single sequence is longer. It keeps
  /// activations in the cache and bounds memory.
  static var passLimit: Int { 4096 }

  /// The number of rows that must be free before prompts run. A pass over one short prompt costs
  /// nearly as much as one over several, so it waits for a few free rows.
  private var promptThreshold: Int { max(1, maxRows / 16) }

  /// Admits waiting sessions to the batch, and runs the prefixes that they need first.
  /// - Returns: true if this was the work of the tick.
  func admit() throws -> Bool {
    var run = PrefillPass()
    placeReturning(&run)
    let freeRows = maxRows - active.count - run.sessions.count
    var ready: [PromptGroup] = []
    if !groups.isEmpty, freeRows >= promptThreshold || active.isEmpty {
      ready = placePrompts(&run, freeRows: freeRows)
    }
    try prefill(run)
    let admitted = ready.flatMap { admit($0) }
    for group in ready { dropIfDone(group) }
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
      guard isEmpty || tokenCount + count <= SessionScheduler.passLimit else { return false }
      tokenCount += count
      return true
    }
  }

  // MARK: Sessions that have run

  private enum Placement {
    case placed
    /// This pass already runs the same prefix for another session.
    case copyLater
    case noRoom
  }

  private func placeReturning(_ run: inout PrefillPass) {
    var left: [DecodingSession] = []
    var next = 0
    while next < returning.count, active.count + run.sessions.count < maxRows, left.count < maxRows
    {
      let session = returning[next]
      let placement = session.slot != nil ? .placed : place(session, &run)
      if placement == .noRoom { break }
      next += 1
      if placement == .copyLater {
        left.append(session)
      } else if session.cachedCount > 0 || session.firstWantedRow == 0 {
        activate(session)
      } else {
        run.sessions.append(session)
      }
    }
    returning.replaceSubrange(..<next, with: left)
  }

  /// Gives a session a slot and copies the longest cached prefix into it.
  private func place(_ session: DecodingSession, _ run: inout PrefillPass) -> Placement {
    let prefix = session.tokens[..<session.firstWantedRow]
    let source = slots.longestPrefix(of: prefix, goesBack: memoryGoesBack)
    if source == nil, !prefix.isEmpty {
      // After the other session has run this prefix, it can be copied.
      if run.sessions.contains(where: { $0.tokens[..<$0.firstWantedRow] == prefix }) {
        return .copyLater
      }
      guard run.hasRoom(for: prefix.count) else { return .noRoom }
    }
    guard let slot = slot(near: source?.slot) else { return .noRoom }
    var length = 0
    if let source {
      let held = slots.held(in: source.slot).count
      if slot != source.slot {
        memory.copy(slot: source.slot, to: slot, length: held)
      }
      if source.length == held || memory.truncate(slot: slot, to: source.length) {
        length = source.length
      } else {
        memoryGoesBack = false
      }
    }
    slots.fill(slot, with: .session(session))
    session.cachedCount = length
    charge(session) { $0.sharedTokens += length }
    return .placed
  }

  /// A slot to fill. If there is no free one, it is the source's own slot; other sessions that
  /// share the prefix still find it there.
  private func slot(near source: Int?) -> Int? {
    if let slot = slots.evictionCandidate(atAnyPrice: false) { return slot }
    if let source, memoryGoesBack, slots.need(of: source) != .active { return source }
    return active.isEmpty ? slots.evictionCandidate(atAnyPrice: true) : nil
  }

  // MARK: Prompts

  /// Finds slots for the next prompts, for as many as have sessions for the free rows.
  /// - Returns: the groups that can be admitted, including those whose prompt still has to run.
  private func placePrompts(_ run: inout PrefillPass, freeRows: Int) -> [PromptGroup] {
    var ready: [PromptGroup] = []
    var free = freeRows
    for group in groups {
      if free == 0 { break }
      if group.slot == nil {
        guard run.hasRoom(for: group.prompt.count), let slot = slot(near: nil) else { break }
        slots.fill(slot, with: .prompt(group))
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
    while active.count < maxRows, let session = group.waiting.first, let source = group.slot {
      var slot = source
      if group.waiting.count > 1 {
        if let other = slots.evictionCandidate(atAnyPrice: false) {
          memory.copy(slot: source, to: other, length: group.prompt.count)
          slot = other
        } else if !active.isEmpty {
          break
        }
      }
      group.waiting.removeFirst()
      slots.fill(slot, with: .session(session))
      session.cachedCount = group.prompt.count
      session.lastHiddenState = group.lastHiddenState
      countPrompt(of: session, in: group)
      activate(session)
      admitted.append(session)
    }
    return admitted
  }

  /// Charges the cost of the prompt to the first session of its group.
  private func countPrompt(of session: DecodingSession, in group: PromptGroup) {
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
      activate(session)
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
