import TensorCore
import Testing

/// A checking tape names the first operation whose result is not finite.
@Suite struct `A checking tape` {
  private let layout = SequenceLayout(lengths: [5, 7])

  /// Returns the tape's finding in a pass over a model, after `damage`.
  private func finding(
    checking: Bool = true, recomputing: Bool = false, seed: Float = 1,
    _ damage: (TinyModel) -> Void = { _ in }
  ) throws -> String? {
    let model = TinyModel()
    damage(model)
    let tape = Tape(backend: CPUBackend(), checking: checking)
    let tokens = model.tokens(layout.tokenCount)
    let embedded = try tape.scoped("embedding") { try tape.embedding(model.table, tokens) }
    let x = try tape.scoped("block") {
      recomputing
        ? try tape.recomputed { try model.block($0, embedded, layout) }
        : try model.block(tape, embedded, layout)
    }
    let (rows, targets) = TinyModel.predictions(tokens, layout)
    let output = try tape.logProbabilities(x, table: model.table, rows: rows, targets: targets)
    try tape.backward(from: output, seed: [Float](repeating: seed, count: output.count))
    return tape.nonFinite?.description
  }

  @Test func `finds nothing in a sound model`() throws {
    #expect(try finding() == nil)
    #expect(try finding(recomputing: true) == nil)
  }

  @Test(arguments: [false, true])
  func `names the operation, the part of the model and the way`(recomputing: Bool) throws {
    #expect(
      try finding(recomputing: recomputing) { model in
        model.table.fill(from: [Float](repeating: .nan, count: model.table.count))
      } == "embedding of embedding gave nan on the way forward")
    #expect(
      try finding(recomputing: recomputing) { $0.norm.storage[3] = .infinity }?
        .hasPrefix("rmsNorm of block gave ") == true)
    #expect(
      try finding(recomputing: recomputing) { model in
        for weights in [model.gate, model.up] {
          weights.fill(from: weights.values.map { $0 * 1e19 })
        }
      }?.hasPrefix("swiGLU of block gave ") == true)
    // d loss / d log p of 3e38 overflows when multiplied by a table of ten times the size.
    let back = try finding(recomputing: recomputing, seed: 3e38) { model in
      model.table.fill(from: model.table.values.map { $0 * 10 })
    }
    #expect(back?.hasPrefix("logProbabilities gave ") == true)
    #expect(back?.hasSuffix(" on the way back") == true)
    // The factors cancel in the forward pass; the gradient of `down` is a product of both large
    // ones.
    let inside = try finding(recomputing: recomputing, seed: 1e30) { model in
      model.up.fill(from: model.up.values.map { $0 * 1e20 })
      model.down.fill(from: model.down.values.map { $0 * 1e-20 })
    }
    #expect(inside?.hasPrefix("linear of block gave ") == true)
    #expect(inside?.hasSuffix(" on the way back") == true)
  }

  @Test func `is the only one that looks`() throws {
    #expect(try finding(checking: false) { $0.norm.storage[3] = .nan } == nil)
  }
}
