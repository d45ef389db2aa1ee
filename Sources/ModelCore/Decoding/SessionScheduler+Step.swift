import TensorCore

/// A token of a session that a row of hidden states decides.
struct WantedToken {
  let session: DecodingSession
  let index: Int
}

extension SessionScheduler {
  /// Runs every active session's pending tokens and takes what follows from them: one token each,
  /// or the log-probabilities of tokens that were appended.
  func step() throws {
    var tokens: [Int32] = []
    var rowSlots: [Int] = []
    var positions: [Int] = []
    var wanted: [WantedToken] = []
    var wantedRows: [Int32] = []
    tokens.reserveCapacity(active.count)
    rowSlots.reserveCapacity(active.count)
    positions.reserveCapacity(active.count)
    wanted.reserveCapacity(active.count)
    wantedRows.reserveCapacity(active.count)
    for session in active {
      guard let slot = session.slot else { preconditionFailure("an active session has a slot") }
      let pending = session.pendingRows.prefix(max(0, Self.passLimit - tokens.count))
      if pending.isEmpty { continue }
      let firstWanted = session.firstWantedRow
      for row in pending {
        if row >= firstWanted {
          wanted.append(WantedToken(session: session, index: row + 1))
          wantedRows.append(Int32(tokens.count))
        }
        tokens.append(session.tokens[row])
        rowSlots.append(slot)
        positions.append(row)
      }
      count(pending, of: session, firstWanted: firstWanted)
      session.cachedCount = max(session.cachedCount, pending.upperBound)
    }
    let hidden = try model.step(
      DecodeStep(tape: tape, backend: backend, slots: rowSlots, positions: positions),
      tokens: tokens, memory: memory)
    ledger.forwardPasses += 1
    if wanted.count == tokens.count {
      try choose(wanted, hidden)
    } else if !wanted.isEmpty {
      let rows = backend.makeTensor([wanted.count, hidden.columns])
      backend.gather(hidden, wantedRows, into: rows)
      try choose(wanted, rows)
    }
  }

  /// Scores or draws the wanted tokens: one product with the output table for all of them.
  /// - Parameter hidden: [wanted, hidden].
  func choose(_ wanted: [WantedToken], _ hidden: Tensor) throws(GenerationError) {
    let chosen = chosenTokens(wanted, hidden)
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

  private func chosenTokens(_ wanted: [WantedToken], _ hidden: Tensor) -> [ChosenToken] {
    let table = model.outputTable
    let logits = backend.makeStorage(count: wanted.count * table.rows, zeroed: false)
    backend.logits(MatrixView(hidden), table: table, into: logits)
    let rows = wanted.map { $0.session.row(for: $0.index) }
    guard rows.contains(where: \.isProcessed) else {
      return backend.choose(logits, columns: table.rows, rows: rows) { _, _ in }
    }
    let processed = wanted.map { want in
      ProcessedRow(
        processors: want.session.processors,
        context: SamplingContext(
          tokens: want.session.tokens, promptCount: want.session.promptCount))
    }
    return backend.choose(logits, columns: table.rows, rows: rows) { row, logits in
      for processor in processed[row].processors {
        processor.process(&logits, processed[row].context)
      }
    }
  }

  private struct ProcessedRow {
    let processors: [any LogitProcessor]
    let context: SamplingContext
  }

  /// Rows before the first wanted one were run before, by this session or the one it came from.
  private func count(_ rows: Range<Int>, of session: DecodingSession, firstWanted: Int) {
    let again = max(0, min(rows.upperBound, firstWanted) - rows.lowerBound)
    let operations = cost.run(rows.dropFirst(again))
    charge(session) {
      $0.recomputedTokens += again
      $0.floatingPointOperations += operations
    }
    session.ledger.forwardPasses += 1
    session.ledger.ticks += 1
  }

  /// Counts something for a session and for all together.
  func charge(_ session: DecodingSession, _ cost: (inout CostLedger) -> Void) {
    cost(&session.ledger)
    cost(&ledger)
  }
}
