import TensorCore
import Testing

/// Checks that `exact` gives the same bits however the work is divided. Everything here compares
/// with ==.
///
/// Serialized because the selected kernels belong to the whole process.
@Suite(.serialized) struct `Bits` {
  let model = TinyModel()
  let layout = SequenceLayout(lengths: [17, 1, 40, 16, 9, 33])

  /// Returns the output and all gradients of one pass, and the parameters after clipping and an
  /// AdamW step.
  private func step(_ backend: CPUBackend) throws -> [[UInt32]] {
    let tokens = model.tokens(layout.tokenCount)
    let before = model.parameters.map(\.values)
    for parameter in model.parameters { parameter.zeroGradient() }
    let tape = Tape(backend: backend)
    let output = try model.logProbabilities(tape, tokens, layout)
    try tape.backward(from: output, seed: noise(output.count, "seed"))
    var result = [bits(output)] + model.parameters.map { bits($0.gradientValues) }
    let norm = clipGradientNorm(model.parameters, maxNorm: 0.5, backend: backend)
    result.append([UInt32(truncatingIfNeeded: norm.bitPattern)])
    let state = AdamWState(parameters: model.parameters)
    state.step(AdamW(learningRate: 1e-2, weightDecay: 0.1), backend: backend)
    result += model.parameters.map { bits($0.values) }
    for (parameter, values) in zip(model.parameters, before) { parameter.fill(from: values) }
    return result
  }

  @Test(arguments: [MatrixNumerics.exact, .bf16, .bf16AMX])
  func `every instruction set gives the same bits, at one and at two threads`(
    numerics: MatrixNumerics
  ) throws {
    let selection = KernelSelection()
    defer { selection.end() }
    #expect(KernelVariant.portable.select())
    let expected = try step(CPUBackend(numerics: numerics, threads: 1))
    for variant in KernelVariant.allCases where variant.isAvailable {
      #expect(variant.select())
      for threads in 1...3 {
        let found = try step(CPUBackend(numerics: numerics, threads: threads))
        #expect(found == expected, "\(variant), \(threads) threads")
      }
    }
  }

  @Test func `a product's bits depend on no shape, instruction set or slice`() throws {
    let selection = KernelSelection()
    defer { selection.end() }
    let rows = 29
    for (inner, columns) in [(1, 1), (7, 15), (70, 16), (33, 31), (64, 33), (300, 100), (513, 65)] {
      let a = noiseTensor([rows, inner], "a")
      let b = noiseTensor([inner, columns], "b")
      // The definition: one chain of fused multiply-adds.
      var expected: [Float] = []
      for row in 0..<rows {
        for column in 0..<columns {
          var sum: Float = 0
          for k in 0..<inner {
            sum.addProduct(a.storage[row * inner + k], b.storage[k * columns + column])
          }
          expected.append(sum)
        }
      }
      for variant in KernelVariant.allCases where variant.isAvailable {
        #expect(variant.select())
        let backend = CPUBackend(threads: 2)
        let transposedA = Tensor(shape: [inner, rows])
        for row in 0..<rows {
          for k in 0..<inner {
            transposedA.storage[k * rows + row] = a.storage[row * inner + k]
          }
        }
        let fromTransposed = Tensor(shape: [rows, columns])
        backend.product(
          MatrixView(transposedA).transposed, MatrixView(b), into: MatrixView(fromTransposed),
          accumulating: false)
        #expect(bits(fromTransposed) == bits(expected), "\(variant) Aᵀ \(inner)×\(columns)")
        let transposedB = Tensor(shape: [columns, inner])
        for k in 0..<inner {
          for column in 0..<columns {
            transposedB.storage[column * inner + k] = b.storage[k * columns + column]
          }
        }
        for count in [1, 2, 3, 4, 5, 7, 12, 13, 24, 29] {
          let part = Tensor(shape: [count, columns])
          let view = MatrixView(
            a.storage, offset: (rows - count) * inner, rows: count, columns: inner)
          backend.product(view, MatrixView(b), into: MatrixView(part), accumulating: false)
          let tail = Array(expected[(rows - count) * columns..<rows * columns])
          #expect(bits(part) == bits(tail), "\(variant) \(count)×\(inner)×\(columns)")
          backend.product(
            view, MatrixView(transposedB).transposed, into: MatrixView(part), accumulating: false)
          #expect(bits(part) == bits(tail), "\(variant) Bᵀ \(count)×\(inner)×\(columns)")
        }
      }
    }
  }

  @Test func `a product continued over row blocks equals one product`() throws {
    let a = noiseTensor([300, 20], "a")
    let b = noiseTensor([300, 41], "b")
    let backend = CPUBackend(threads: 2)
    let whole = Tensor(shape: [20, 41])
    backend.product(
      MatrixView(a).transposed, MatrixView(b), into: MatrixView(whole), accumulating: false)
    let sum = Tensor(shape: [20, 41])
    for range in [0..<1, 1..<100, 100..<117, 117..<300] {
      backend.product(
        MatrixView(a.storage, offset: range.lowerBound * 20, rows: range.count, columns: 20)
          .transposed,
        MatrixView(b.storage, offset: range.lowerBound * 41, rows: range.count, columns: 41),
        into: MatrixView(sum), accumulating: true)
    }
    #expect(bits(sum) == bits(whole))
  }

  @Test func `gradients do not depend on how a batch is split`() throws {
    let tokens = model.tokens(layout.tokenCount)
    let seed = noise(layout.tokenCount, "seed")
    let backend = CPUBackend(threads: 2)
    func gradients(_ groups: [Range<Int>]) throws -> (outputs: [UInt32], gradients: [[UInt32]]) {
      for parameter in model.parameters { parameter.zeroGradient() }
      var outputs: [UInt32] = []
      var used = 0
      for group in groups {
        let part = SequenceLayout(lengths: group.map { layout.length(of: $0) })
        let rows = layout.offsets[group.lowerBound]..<layout.offsets[group.upperBound]
        let tape = Tape(backend: backend)
        let output = try model.logProbabilities(tape, Array(tokens[rows]), part)
        try tape.backward(from: output, seed: Array(seed[used..<used + output.count]))
        used += output.count
        outputs += bits(output)
      }
      return (outputs, model.parameters.map { bits($0.gradientValues) })
    }
    let whole = try gradients([0..<6])
    for groups in [[0..<1, 1..<6], [0..<3, 3..<6], [0..<2, 2..<3, 3..<5, 5..<6]] {
      let split = try gradients(groups)
      #expect(split.outputs == whole.outputs)
      #expect(split.gradients == whole.gradients)
    }
    // Settling afterwards changes where the sum is stored, not its bits.
    for parameter in model.parameters { parameter.settleGradient(on: backend) }
    #expect(model.parameters.map { bits($0.gradientValues) } == whole.gradients)
  }

  @Test(arguments: [1, 2])
  func `a decoder's log probabilities are the trainer's`(threads: Int) throws {
    let tokens = model.tokens(layout.tokenCount)
    let backend = CPUBackend(threads: threads)
    let (rows, targets) = TinyModel.predictions(tokens, layout)
    let trained = try model.logProbabilities(
      Tape(backend: backend), tokens, layout
    ).values
    var expected: [Int32: UInt32] = [:]
    for (row, value) in zip(rows, trained) { expected[row] = value.bitPattern }
    // Sequences have slots in reverse order, and leave the batch as they end.
    let slots = layout.sequenceCount + 2
    let decoder = TinyDecoder(model, backend: backend, slots: slots, capacity: 43)
    for position in 0..<layout.maxLength {
      let active = (0..<layout.sequenceCount).filter { layout.length(of: $0) > position }
      let output = try decoder.step(
        active.map { tokens[layout.offsets[$0] + position] },
        slots: active.map { slots - 1 - $0 },
        positions: active.map { _ in position })
      for (index, sequence) in active.enumerated() {
        let row = layout.offsets[sequence] + position
        guard let bits = expected[Int32(row)] else { continue }
        let found = output.storage[index * model.vocabulary + Int(tokens[row + 1])]
        #expect(found.bitPattern == bits, "sequence \(sequence), position \(position)")
      }
    }
    #expect(targets.count == trained.count)
  }

  @Test func `a fork goes on as if it had been there from the start`() throws {
    let backend = CPUBackend()
    let tokens = model.tokens(20)
    let decoder = TinyDecoder(model, backend: backend, slots: 3, capacity: 20)
    for position in 0..<9 {
      _ = try decoder.step([tokens[position]], slots: [0], positions: [position])
    }
    decoder.cache.copy(slot: 0, to: 2, length: 9)
    decoder.history.copy(slot: 0, to: 2)
    // The original continues differently, which must not affect the fork.
    _ = try decoder.step([5], slots: [0], positions: [9])
    var forked: [UInt32] = []
    for position in 9..<20 {
      forked = bits(try decoder.step([tokens[position]], slots: [2], positions: [position]))
    }
    let fresh = TinyDecoder(model, backend: backend, slots: 1, capacity: 32)
    var straight: [UInt32] = []
    for position in 0..<20 {
      straight = bits(try fresh.step([tokens[position]], slots: [0], positions: [position]))
    }
    #expect(forked == straight)
  }

  @Test func `a prompt's keys can be stored at once`() throws {
    let backend = CPUBackend()
    let heads = model.attentionHeads
    let q = noiseTensor([12, heads.query * heads.dimension], "q")
    let k = noiseTensor([12, heads.keyValue * heads.dimension], "k")
    let v = noiseTensor([12, heads.keyValue * heads.dimension], "v")
    let expected = try Tape(backend: backend).attention(
      query: q, key: k, value: v, heads: heads.query, keyValueHeads: heads.keyValue,
      layout: SequenceLayout(lengths: [12]))
    let cache = KeyValueCache(
      slots: 2, keyValueHeads: heads.keyValue, headDimension: heads.dimension, capacity: 12,
      on: backend)
    cache.append(
      key: k, value: v, slots: [Int](repeating: 1, count: 12), positions: Array(0..<12),
      backend: backend)
    let found = cache.attention(
      query: q, slots: [Int](repeating: 1, count: 12), lengths: Array(1...12), heads: heads,
      backend: backend)
    #expect(bits(found) == bits(expected))
  }

  @Test func `exp and log have the same bits on every instruction set`() throws {
    let selection = KernelSelection()
    defer { selection.end() }
    let inputs =
      noise(1003, "exp", scale: 30) + [-.infinity, .infinity, 0, -0.0, -87.4, -87.3, 88.8]
    var found: [[UInt32]] = []
    for variant in KernelVariant.allCases where variant.isAvailable {
      #expect(variant.select())
      found.append(
        bits(ElementaryKernels.exponentials(of: inputs))
          + bits(ElementaryKernels.logarithms(of: inputs.map { abs($0) })))
    }
    #expect(found.allSatisfy { $0 == found[0] })
  }
}
