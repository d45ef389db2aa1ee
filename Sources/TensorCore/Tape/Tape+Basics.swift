extension Tape {
  /// Selects rows of a table: `[V, C]` by ids to `[N, C]`.
  package func embedding(_ table: Tensor, _ ids: [Int32]) throws(ShapeError) -> Tensor {
    guard table.shape.count == 2 else {
      throw ShapeError("embedding", "the table has shape \(table.shape), not [rows, columns]")
    }
    if let id = ids.first(where: { $0 < 0 || $0 >= table.rows }) {
      throw ShapeError("embedding", "id \(id) is outside a table of \(table.rows) rows")
    }
    let output = backend.embedding(table, ids)
    let tableUse = use(table)
    let columns = table.columns
    return result(output, of: .embedding, uses: [tableUse]) { [unowned self] gradient in
      guard let target = target(tableUse, zeroed: true) else { return }
      backend.scatterAdd(gradient, ids, columns: columns, into: target.storage)
    }
  }

  /// x · weight + bias: `[N, K] · [K, M] + [M]` to `[N, M]`; the weight is input-major.
  package func linear(
    _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil
  ) throws(ShapeError) -> Tensor {
    guard x.shape.count == 2, weight.shape.count == 2, x.columns == weight.rows else {
      throw ShapeError("linear", ("input", x.shape), ("weight", weight.shape))
    }
    if let bias, bias.shape != [weight.columns] {
      throw ShapeError("linear", ("bias", bias.shape), ("weight", weight.shape))
    }
    let output = backend.linear(x, weight, bias: bias)
    let xUse = use(x)
    let weightUse = use(weight)
    let biasUse = bias.flatMap { use($0) }
    let inputs = MatrixView(x)
    return result(output, of: .linear, uses: [xUse, weightUse, biasUse]) {
      [unowned self] gradient in
      let dy = MatrixView(gradient, rows: inputs.rows, columns: weight.columns)
      if let target = target(xUse) {
        let dx = MatrixView(target.storage, rows: inputs.rows, columns: inputs.columns)
        backend.product(
          dy, once: weight, transposed: true, into: dx, accumulating: target.accumulating)
      }
      if let target = target(weightUse) {
        let dw = MatrixView(target.storage, rows: weight.rows, columns: weight.columns)
        backend.product(inputs.transposed, dy, into: dw, accumulating: target.accumulating)
      }
      if let target = target(biasUse) {
        backend.sumRows(gradient, columns: weight.columns, into: target)
      }
    }
  }

  package func add(_ a: Tensor, _ b: Tensor) throws(ShapeError) -> Tensor {
    guard a.shape == b.shape else { throw ShapeError("add", ("left", a.shape), ("right", b.shape)) }
    let output = backend.add(a, b)
    let aUse = use(a)
    let bUse = use(b)
    return result(output, of: .add, uses: [aUse, bUse]) { [unowned self] gradient in
      if let target = target(aUse) { backend.accumulate(gradient, into: target) }
      if let target = target(bUse) { backend.accumulate(gradient, into: target) }
    }
  }
}
