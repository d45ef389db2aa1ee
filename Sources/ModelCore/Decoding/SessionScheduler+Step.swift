import Synchronization
import TensorCore

extension SessionScheduler {
  /// The fewest rows for which a thread of its own is worthwhile, because each thread reads all
  /// weights. If the weights do not stay in the cache, it is better that every thread reads a part
  /// of them for all rows.
  private var minRowsPerShard: Int { model.parameterCount > 4_000_000 ? 24 : 4 }

  /// Runs every running session's pending tokens and takes the results: one sampled token each, or
  /// the log-probabilities of appended tokens.
  ///
  /// Every thread takes its shard of the sessions through the whole model. So threads wait for each
  /// other only once per tick, and a thread's intermediate results stay in its own cache.
  func step() throws(GenerationError) {
    let (wanted, results) = runShards()
    ledger.forwardPasses += 1
    for (wanted, result) in zip(wanted, results) {
      try take(result.chosen, for: wanted, hidden: result.hidden)
    }
  }

  /// Copies the sessions' data for one step into shards and runs them. The shards are released
  /// before the sessions go on.
  private func runShards() -> (wanted: [[WantedToken]], results: [BatchShard.Result]) {
    let work = reserveStep()
    let total = work.reduce(0) { $0 + $1.rows.count }
    let count = max(1, min(backend.shareLimit, total / minRowsPerShard, work.count))
    var shards = [BatchShard](repeating: BatchShard(), count: count)
    var wanted = [[WantedToken]](repeating: [], count: count)
    var index = 0
    var added = 0
    for (session, rows) in work {
      guard let slot = session.slot else { preconditionFailure("a running session has a slot") }
      // The shard that contains the middle of these rows.
      index = max(index, min(count - 1, (2 * added + rows.count) * count / (2 * total)))
      added += rows.count
      wanted[index] += shards[index].add(rows, of: session, slot: slot)
      charge(rows, to: session)
      session.cachedCount = max(session.cachedCount, rows.upperBound)
    }
    return (wanted, run(shards))
  }

  private func run(_ shards: [BatchShard]) -> [BatchShard.Result] {
    let (model, memory) = (model, memory)
    let results = Mutex([BatchShard.Result?](repeating: nil, count: shards.count))
    backend.inShares(shards.count) { index, backend in
      let result = shards[index].run(model, memory: memory, backend: backend)
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  /// Scores or samples the wanted tokens.
  /// - Parameter hidden: hidden states of shape [wanted, hidden].
  func choose(_ wanted: [WantedToken], _ hidden: Tensor) throws(GenerationError) {
    var choices = TokenChoices()
    for want in wanted { choices.add(want) }
    let chosen = choices.choose(hidden, table: model.lmHead, backend)
    choices = TokenChoices()
    try take(chosen, for: wanted, hidden: hidden)
  }

  private func take(
    _ chosen: [ChosenToken], for wanted: [WantedToken], hidden: Tensor
  ) throws(GenerationError) {
    let width = hidden.columns
    for (row, want) in wanted.enumerated() {
      let session = want.session
      let origin = try session.take(chosen[row], at: want.index)
      charge(session) {
        $0.floatingPointOperations += cost.perDistribution
        switch origin {
        case .drawn: $0.sampledTokens += 1
        case .forced: $0.forcedTokens += 1
        case .appended: $0.scoredTokens += 1
        }
      }
      if session.keepsHiddenStates {
        session.hiddenStates += hidden.storage.values(in: row * width..<(row + 1) * width)
      }
    }
  }

  /// Charges the rows to the session. Rows before the first wanted one were run before, by this
  /// session or by the one it was forked from.
  private func charge(_ rows: Range<Int>, to session: DecodingSession) {
    let again = max(0, min(rows.upperBound, session.firstWantedRow) - rows.lowerBound)
    let operations = cost.run(rows.dropFirst(again))
    charge(session) {
      $0.recomputedTokens += again
      $0.floatingPointOperations += operations
    }
    session.ledger.forwardPasses += 1
    session.ledger.ticks += 1
  }

  /// Adds a cost to one session's ledger and to the total.
  func charge(_ session: DecodingSession, _ cost: (inout CostLedger) -> Void) {
    cost(&session.ledger)
    cost(&ledger)
  }
}
