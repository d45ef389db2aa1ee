internal import CKernels

extension CPUBackend {
  /// Chooses one token per row. Threads divide the rows, and one thread computes all of a row, so
  /// that a row's bits depend on the row alone.
  package func choose(
    _ logits: FloatStorage, columns: Int, rows: [LogitRow]
  ) -> [ChosenToken] {
    precondition(columns > 0 && logits.count >= rows.count * columns)
    return unsafe [ChosenToken](unsafeUninitializedCapacity: rows.count) { chosen, count in
      count = rows.count
      guard let base = chosen.baseAddress else { return }
      let results = unsafe Results(base: base)
      divideRows(rows.count, columns: 8 * columns) { range in
        let scratch = self.makeStorage(count: 2 * columns, zeroed: false)
        let row = unsafe RowScratch(
          columns: columns, changed: scratch.pointer, weights: scratch.pointer + columns)
        for index in range {
          let values = unsafe logits.pointer + index * columns
          let result = unsafe row.choose(rows[index], values)
          unsafe (results.base + index).initialize(to: result)
        }
      }
    }
  }
}

/// Results that several threads write, each to its own place.
@safe private struct Results: @unchecked Sendable {
  let base: UnsafeMutablePointer<ChosenToken>
}

/// One thread's memory for its current row.
@safe private struct RowScratch {
  let columns: Int
  /// The processed logits.
  let changed: UnsafeMutablePointer<Float>
  let weights: UnsafeMutablePointer<Float>

  /// Chooses a token and leaves log-probabilities in place of the logits.
  func choose(_ row: LogitRow, _ logits: UnsafeMutablePointer<Float>) -> ChosenToken {
    precondition(row.temperature > 0)
    precondition(row.banned.allSatisfy { $0 >= 0 && $0 < columns })
    if row.process != nil { unsafe changed.update(from: logits, count: columns) }
    unsafe logSoftmax(logits, inverseTemperature: 1 / row.temperature, banned: row.banned)
    if case .score(let token) = row.choice {
      precondition(token >= 0 && token < columns)
      return unsafe ChosenToken(token: token, logProbability: logits[Int(token)])
    }
    var source = unsafe logits
    if let process = row.process {
      var span = unsafe MutableSpan(_unsafeStart: changed, count: columns)
      process(&span)
      unsafe logSoftmax(changed, inverseTemperature: 1, banned: [])
      unsafe source = changed
    }
    let index = unsafe pick(row.choice, source)
    return unsafe index < columns
      ? ChosenToken(token: Int32(index), logProbability: logits[index])
      : ChosenToken(token: -1, logProbability: .nan)
  }

  /// Picks a token.
  /// - Returns: `columns` if there is nothing to choose from.
  private func pick(_ choice: LogitRow.Choice, _ row: UnsafeMutablePointer<Float>) -> Int {
    switch choice {
    case .score(let token): return Int(token)
    case .draw(let stream, let index):
      unsafe ck_exp_f32(columns, row, weights)
      return unsafe ck_draw_f32(columns, weights, stream.uniform(at: index))
    case .likeliest:
      var best = columns
      var largest = -Float.infinity
      for id in 0..<columns where unsafe row[id] > largest {
        best = id
        unsafe largest = row[id]
      }
      return best
    }
  }

  private func logSoftmax(
    _ row: UnsafeMutablePointer<Float>, inverseTemperature: Float, banned: [Int32]
  ) {
    var maximum: Float = 0
    var logSum: Float = 0
    unsafe banned.withUnsafeBufferPointer { banned in
      unsafe ck_softmax_statistics_f32(
        1, columns, row, inverseTemperature, banned.baseAddress, banned.count, &maximum, &logSum)
    }
    unsafe ck_log_softmax_f32(1, columns, row, &maximum, &logSum)
  }
}
