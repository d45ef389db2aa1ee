import TensorCore

/// Pages of keys and values. A running session takes a page whenever its last one is full. If none
/// is left, sequences that nobody needs lose theirs; then waiting sessions are preempted, and then
/// those that started last, as in vLLM (Kwon et al. 2023 § 4.5: recomputation).
extension SessionScheduler {
  /// Empties a slot and gives its pages back.
  func empty(_ slot: Int) {
    slots.fill(slot, with: .nothing)
    memory.pages.truncate(slot: slot, to: 0)
  }

  /// Gives back the pages of a session that nobody will continue or fork.
  func releasePages(of session: DecodingSession) {
    guard let slot = session.slot, session.waitingForks == 0 else { return }
    empty(slot)
  }

  /// Evicts one sequence that holds pages; see `SlotTable.evictionCandidate`.
  private func evict(sparing source: Int?, preempting: Bool) -> Bool {
    let pages = memory.pages
    guard
      let slot = slots.evictionCandidate(
        preempting: preempting, where: { $0 != source && pages.pageCount(ofSlot: $0) > 0 })
    else { return false }
    empty(slot)
    return true
  }

  /// Finds pages for a sequence that is about to enter the batch, and leaves one for every sequence
  /// there, so that it is not preempted at once. If the batch is empty, the sequence always enters.
  /// - Parameters:
  ///   - tokens: the number of tokens that are not in any slot.
  ///   - entering: the number of sequences that enter at the same time.
  ///   - source: a slot that the sequence shares pages with.
  func findPages(for tokens: Int, entering: Int, sparing source: Int? = nil) -> Bool {
    guard memory.pages.isBounded else { return true }
    let isFirst = running.isEmpty && entering == 0
    let wanted = memory.pages.pageCount(of: tokens) + running.count + entering + 1
    while memory.pages.freeCount < wanted {
      if !evict(sparing: source, preempting: isFirst) { return isFirst }
    }
    return true
  }

  /// Takes the pages for the next tokens of every running session. Sessions for which there are
  /// none leave the batch.
  /// - Returns: the sessions that can go on, with their next tokens.
  func reserveStep() -> [(session: DecodingSession, rows: Range<Int>)] {
    var rest = Self.maxBatchedTokens
    var work: [(session: DecodingSession, rows: Range<Int>)] = []
    var index = 0
    while index < running.count {
      let session = running[index]
      let rows = session.pendingRows.prefix(max(0, rest))
      index += 1
      guard !rows.isEmpty else { continue }
      if reservePages(for: rows, of: session) {
        rest -= rows.count
        work.append((session, rows))
      } else {
        preempt(session)
      }
    }
    return work
  }

  /// - Returns: false if only sessions that started earlier hold pages.
  private func reservePages(for rows: Range<Int>, of session: DecodingSession) -> Bool {
    guard let slot = session.slot else { preconditionFailure("a running session has a slot") }
    while !memory.pages.reserve(rows, ofSlot: slot) {
      if evict(sparing: slot, preempting: false) || evict(sparing: slot, preempting: true) {
        continue
      }
      guard let last = running.last, last !== session else { return false }
      preempt(last)
    }
    return true
  }

  /// Takes a session out of the batch; its tokens run again when there is room.
  private func preempt(_ session: DecodingSession) {
    running.removeAll { $0 === session }
    session.phase = .waiting
    resuming.insert(session, at: 0)
    if let slot = session.slot { empty(slot) }
  }
}
