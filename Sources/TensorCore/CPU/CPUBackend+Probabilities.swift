internal import CKernels

extension CPUBackend {
  package func logits(_ hidden: MatrixView, table: Tensor, into logits: FloatStorage) {
    precondition(logits.count >= hidden.rows * table.rows)
    product(
      hidden, weight: table, transposed: true,
      into: MatrixView(logits, rows: hidden.rows, columns: table.rows))
  }

  package func logSoftmax(_ logits: FloatStorage, columns: Int, settings: LogitSettings) {
    precondition(columns > 0 && logits.count % columns == 0)
    let rows = logits.count / columns
    let maxima = makeStorage(count: rows, zeroed: false)
    let logSums = makeStorage(count: rows, zeroed: false)
    prepare(logits, rows: rows, columns: columns, settings, maxima, logSums)
    divideRows(rows, columns: 4 * columns) { range in
      unsafe ck_log_softmax_f32(
        range.count, columns, logits.pointer + range.lowerBound * columns,
        maxima.pointer + range.lowerBound, logSums.pointer + range.lowerBound)
    }
  }

  package func logProbabilities(
    _ hidden: Tensor, table: Tensor, rows: [Int32], targets: [Int32], settings: LogitSettings,
    into y: FloatStorage
  ) {
    forEachChunk(of: rows, hidden, table, least: 24) { chunk, gathered, logits in
      self.product(
        gathered, weight: table, transposed: true,
        into: MatrixView(logits, rows: chunk.count, columns: table.rows))
      let maxima = self.makeStorage(count: chunk.count, zeroed: false)
      let logSums = self.makeStorage(count: chunk.count, zeroed: false)
      self.prepare(
        logits, rows: chunk.count, columns: table.rows, settings, maxima, logSums)
      for (index, row) in chunk.enumerated() {
        // The same two subtractions as ck_log_softmax_f32.
        let logit = logits[index * table.rows + Int(targets[row])]
        y[row] = (logit - maxima[index]) - logSums[index]
      }
    }
  }

  package func logProbabilitiesGradient(
    _ hidden: Tensor, table: Tensor, rows: [Int32], targets: [Int32], settings: LogitSettings,
    outputGradient: FloatStorage, hidden hiddenTarget: GradientTarget?,
    table tableTarget: GradientTarget?
  ) {
    let columns = hidden.columns
    if let hiddenTarget, !hiddenTarget.accumulating { hiddenTarget.storage.fill(with: 0) }
    if let tableTarget, !tableTarget.accumulating { tableTarget.storage.fill(with: 0) }
    // A block also reads and writes the gradient of the table.
    let least = tableTarget == nil ? 24 : 96
    forEachChunk(of: rows, hidden, table, least: least) { chunk, gathered, logits in
      let vocabulary = table.rows
      let logitView = MatrixView(logits, rows: chunk.count, columns: vocabulary)
      self.product(gathered, weight: table, transposed: true, into: logitView)
      let maxima = self.makeStorage(count: chunk.count, zeroed: false)
      let logSums = self.makeStorage(count: chunk.count, zeroed: false)
      self.prepare(logits, rows: chunk.count, columns: vocabulary, settings, maxima, logSums)
      self.divideRows(chunk.count, columns: 4 * vocabulary) { range in
        unsafe targets.withUnsafeBufferPointer { targets in
          guard let base = targets.baseAddress else { return }
          let first = chunk.lowerBound + range.lowerBound
          unsafe ck_log_softmax_backward_f32(
            range.count, vocabulary, logits.pointer + range.lowerBound * vocabulary,
            maxima.pointer + range.lowerBound, logSums.pointer + range.lowerBound, base + first,
            outputGradient.pointer + first, 1 / settings.temperature)
        }
      }
      if let hiddenTarget {
        let gradient = self.makeStorage(count: chunk.count * columns, zeroed: false)
        self.product(
          logitView, once: table, transposed: false,
          into: MatrixView(gradient, rows: chunk.count, columns: columns), accumulating: false)
        self.scatterAdd(
          gradient, Array(rows[chunk]), columns: columns, into: hiddenTarget.storage)
      }
      if let tableTarget {
        self.product(
          logitView.transposed, gathered,
          into: MatrixView(tableTarget.storage, rows: vocabulary, columns: columns),
          accumulating: true)
      }
    }
  }

  /// Scales and masks rows of logits in place, and computes their maxima and log-sums.
  private func prepare(
    _ logits: FloatStorage, rows: Int, columns: Int, _ settings: LogitSettings,
    _ maxima: FloatStorage, _ logSums: FloatStorage
  ) {
    precondition(settings.temperature > 0)
    precondition(settings.banned.allSatisfy { $0 >= 0 && $0 < columns })
    let banned = settings.banned
    divideRows(rows, columns: 4 * columns) { range in
      unsafe banned.withUnsafeBufferPointer { banned in
        unsafe ck_softmax_statistics_f32(
          range.count, columns, logits.pointer + range.lowerBound * columns,
          1 / settings.temperature, banned.baseAddress, banned.count,
          maxima.pointer + range.lowerBound, logSums.pointer + range.lowerBound)
      }
    }
  }

  /// Gathers hidden rows in order, in blocks of bounded size; see `LogitBlock`.
  private func forEachChunk(
    of rows: [Int32], _ hidden: Tensor, _ table: Tensor, least: Int,
    _ body: (Range<Int>, MatrixView, FloatStorage) -> Void
  ) {
    let columns = hidden.columns
    precondition(table.columns == columns)
    let size = LogitBlock.rows(vocabulary: table.rows, least: least)
    var start = 0
    while start < rows.count {
      let chunk = start..<min(rows.count, start + size)
      let gathered = Tensor(
        shape: [chunk.count, columns],
        storage: makeStorage(count: chunk.count * columns, zeroed: false))
      gather(hidden, Array(rows[chunk]), into: gathered)
      let logits = makeStorage(count: chunk.count * table.rows, zeroed: false)
      body(chunk, MatrixView(gathered), logits)
      start = chunk.upperBound
    }
  }
}
