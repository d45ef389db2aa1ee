extension Tape {
  /// log softmax(hidden[rows] · tableᵀ / temperature)[targets], with `banned` ids masked:
  /// `[rows.count]`.
  ///
  /// Logits exist for a few rows at a time and are recomputed in the backward pass. `hidden` is
  /// `[N, C]`, `table` `[V, C]`. A banned target has log-probability -∞ and no gradient.
  package func logProbabilities(
    _ hidden: Tensor, table: Tensor, rows: [Int32], targets: [Int32], temperature: Float = 1,
    banned: [Int32] = []
  ) throws(ShapeError) -> Tensor {
    let operation = "logProbabilities"
    guard hidden.shape.count == 2, table.shape.count == 2, hidden.columns == table.columns else {
      throw ShapeError(operation, ("hidden", hidden.shape), ("table", table.shape))
    }
    guard rows.count == targets.count else {
      throw ShapeError(operation, ("rows", [rows.count]), ("targets", [targets.count]))
    }
    guard temperature > 0, temperature.isFinite else {
      throw ShapeError(operation, "temperature \(temperature) is not above 0 and finite")
    }
    if let row = rows.first(where: { $0 < 0 || $0 >= hidden.rows }) {
      throw ShapeError(operation, "row \(row) is outside \(hidden.rows) hidden rows")
    }
    for (noun, ids) in [("target", targets), ("banned id", banned)] {
      if let id = ids.first(where: { $0 < 0 || $0 >= table.rows }) {
        throw ShapeError(operation, "\(noun) \(id) is outside a vocabulary of \(table.rows)")
      }
    }
    let settings = LogitSettings(temperature: temperature, banned: banned)
    let output = backend.makeTensor([rows.count])
    backend.logProbabilities(
      hidden, table: table, rows: rows, targets: targets, settings: settings, into: output.storage)
    let hiddenUse = use(hidden)
    let tableUse = use(table)
    return result(output, of: .logProbabilities, uses: [hiddenUse, tableUse]) {
      [unowned self] gradient in
      backend.logProbabilitiesGradient(
        hidden, table: table, rows: rows, targets: targets, settings: settings,
        outputGradient: gradient, hidden: target(hiddenUse, zeroed: true), table: target(tableUse))
    }
  }
}
