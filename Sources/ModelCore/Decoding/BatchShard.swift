import TensorCore

/// New tokens of some sessions that run together: all of a tick, or the share that one thread takes
/// through the whole model.
struct BatchShard: Sendable {
  private(set) var tokens: [Int32] = []
  private var slots: [Int] = []
  private var positions: [Int] = []
  /// Rows whose distribution is wanted, and the choice to make from each.
  private var wantedRows: [Int32] = []
  private var choices = TokenChoices()

  struct Result: Sendable {
    /// The tokens in the order of the wanted rows, like the states that they were chosen from.
    let chosen: [ChosenToken]
    let hidden: Tensor
  }

  /// - Parameter rows: tokens of the session that are not yet cached.
  /// - Returns: the tokens that these rows decide.
  mutating func add(_ rows: Range<Int>, of session: DecodingSession, slot: Int) -> [WantedToken] {
    var wanted: [WantedToken] = []
    let firstWanted = session.firstWantedRow
    for row in rows {
      if row >= firstWanted {
        let want = WantedToken(session: session, index: row + 1)
        wanted.append(want)
        choices.add(want)
        wantedRows.append(Int32(tokens.count))
      }
      tokens.append(session.tokens[row])
      slots.append(slot)
      positions.append(row)
    }
    return wanted
  }

  func run(
    _ model: Transformer, memory: TransformerMemory, backend: any Backend
  ) -> Result {
    var hidden = model.step(
      DecodeStep(backend: backend, slots: slots, positions: positions),
      tokens: tokens, memory: memory)
    if wantedRows.count < tokens.count {
      let rows = backend.makeTensor([wantedRows.count, hidden.columns])
      backend.gather(hidden, wantedRows, into: rows)
      hidden = rows
    }
    return Result(chosen: choices.choose(hidden, table: model.lmHead, backend), hidden: hidden)
  }
}

/// A token of a session that is decided by a row of hidden states.
struct WantedToken {
  let session: DecodingSession
  let index: Int
}

/// The choices for rows of hidden states: tokens to sample or to score.
struct TokenChoices: Sendable {
  private var rows: [LogitRow] = []

  mutating func add(_ wanted: WantedToken) {
    rows.append(wanted.session.row(for: wanted.index))
  }

  /// Makes all choices from products with the output table. Many rows, such as appended tokens of
  /// many sessions, are divided, so that the logits of a large vocabulary take little memory.
  /// - Parameter hidden: one row for each choice: [wanted, hidden].
  func choose(_ hidden: Tensor, table: Tensor, _ backend: any Backend) -> [ChosenToken] {
    let most = LogitBlock.rows(vocabulary: table.rows)
    var chosen: [ChosenToken] = []
    for start in stride(from: 0, to: rows.count, by: most) {
      let part = rows[start..<min(start + most, rows.count)]
      let states = MatrixView(
        hidden.storage, offset: start * hidden.columns, rows: part.count, columns: hidden.columns)
      let logits = backend.makeStorage(count: part.count * table.rows, zeroed: false)
      backend.logits(states, table: table, into: logits)
      chosen += backend.choose(logits, columns: table.rows, rows: Array(part))
    }
    return chosen
  }
}
