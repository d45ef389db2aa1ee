import TensorCore
import Testing

/// Compares kept weights with the floats that they stand for, bit for bit.
@Suite struct `Kept weights` {
  /// Odd numbers, whole panels, blocks that end early, and more than one piece.
  static let sizes = [(1, 1), (17, 40), (33, 300), (130, 33), (80, 544)]
  static let rowCounts = [1, 3, 16, 65]

  @Test(arguments: KeptSample.forms)
  func `have their form's values`(form: KeptMatrix.Form) {
    for (outputs, inputs) in Self.sizes {
      let sample = KeptSample(form, outputs: outputs, inputs: inputs)
      #expect(bits(sample.table) == bits(sample.values))
      #expect(bits(sample.weight) == bits(sample.wideWeight))
      let rows = (outputs / 2)..<outputs
      #expect(
        bits(sample.table.values(rows: rows))
          == bits(Array(sample.values[(rows.lowerBound * inputs)...])))
    }
  }

  @Test(arguments: KeptSample.forms)
  func `give products the bits of wide ones`(form: KeptMatrix.Form) throws {
    for (outputs, inputs) in Self.sizes {
      try onEveryKernelVariant { variant in
        let sample = KeptSample(form, outputs: outputs, inputs: inputs)
        for threads in [1, 2] {
          let backend = CPUBackend(threads: threads)
          let tape = Tape(backend: backend, recording: false)
          for rows in Self.rowCounts {
            let what: Comment = "\(outputs) × \(inputs), \(rows) rows, \(variant), \(threads)"
            let x = noiseTensor([rows, inputs], "x")
            let bias = noiseTensor([outputs], "bias")
            let found = try tape.linear(x, sample.weight, bias: bias)
            let expected = try tape.linear(x, sample.wideWeight, bias: bias)
            #expect(bits(found) == bits(expected), what)
            let settings = LogitSettings()
            #expect(
              bits(backend.logProbabilities(x, table: sample.table, settings: settings))
                == bits(backend.logProbabilities(x, table: sample.wideTable, settings: settings)),
              what)
          }
        }
      }
    }
  }

  @Test(arguments: KeptSample.forms)
  func `pass on the gradients of wide ones`(form: KeptMatrix.Form) throws {
    for (outputs, inputs) in Self.sizes {
      try onEveryKernelVariant { variant in
        let sample = KeptSample(form, outputs: outputs, inputs: inputs)
        for threads in [1, 2] {
          let backend = CPUBackend(threads: threads)
          for rows in Self.rowCounts {
            func gradient(_ body: (Tape, Tensor) throws -> Tensor) throws -> [UInt32] {
              let x = noiseTensor([rows, inputs], "x")
              x.requiresGradient = true
              let tape = Tape(backend: backend)
              let y = try body(tape, x)
              try tape.backward(from: y, seed: noise(y.count, "seed"))
              return bits(x.gradientValues)
            }
            let what: Comment = "\(outputs) × \(inputs), \(rows) rows, \(variant), \(threads)"
            let linear = try gradient { try $0.linear($1, sample.weight) }
            let wideLinear = try gradient { try $0.linear($1, sample.wideWeight) }
            #expect(linear == wideLinear, what)
            func scored(_ tape: Tape, _ x: Tensor, _ table: Tensor) throws -> Tensor {
              try tape.logProbabilities(
                x, table: table, rows: (0..<Int32(rows)).map { $0 },
                targets: (0..<rows).map { Int32($0 % outputs) }, temperature: 1e4)
            }
            let head = try gradient { try scored($0, $1, sample.table) }
            let wideHead = try gradient { try scored($0, $1, sample.wideTable) }
            #expect(head == wideHead, what)
          }
        }
      }
    }
  }

  @Test(arguments: KeptSample.forms)
  func `are gathered by row`(form: KeptMatrix.Form) throws {
    try onEveryKernelVariant { _ in
      let sample = KeptSample(form, outputs: 50, inputs: 600)
      let ids: [Int32] = [49, 0, 16, 15, 49]
      let backend = CPUBackend(threads: 2)
      #expect(
        bits(backend.embedding(sample.table, ids)) == bits(backend.embedding(sample.wideTable, ids))
      )
    }
  }

  @Test(arguments: [MatrixNumerics.bf16, .bf16AMX, .blas])
  func `are read by every numerics`(numerics: MatrixNumerics) throws {
    for form in KeptSample.forms {
      let sample = KeptSample(form, outputs: 70, inputs: 96)
      let tape = Tape(backend: CPUBackend(numerics: numerics), recording: false)
      for rows in Self.rowCounts {
        let x = noiseTensor([rows, 96], "x")
        // The second product finds what the first has made of the weight.
        let weight = sample.weight
        for _ in 0..<2 {
          let found = try tape.linear(x, weight)
          let expected = try tape.linear(x, sample.wideWeight)
          #expect(bits(found) == bits(expected), "\(form), \(rows) rows")
        }
      }
    }
  }

  @Test func `take the bytes that they are said to take`() {
    let form = KeptMatrix.Form.blocks(size: 32, hasAdded: true)
    #expect(form.byteCount(outputs: 32, inputs: 96) == 32 * (96 + 3 * 8))
    #expect(
      KeptMatrix.Form.blocks(size: 16, hasAdded: false).byteCount(outputs: 1, inputs: 17)
        == 16 * (17 + 2 * 4))
    #expect(KeptMatrix.Form.bfloat16.byteCount(outputs: 16, inputs: 3) == 96)
    #expect(KeptSample(form, outputs: 20, inputs: 40).matrix.byteCount == 32 * (40 + 2 * 8))
  }

  @Test func `stop with the error of whoever reads the rows`() {
    struct Unreadable: Error {}
    #expect(throws: Unreadable.self) {
      _ = try KeptMatrix(outputs: 5000, inputs: 64, form: .float32) {
        range throws(Unreadable) in
        if range.contains(4000) { throw Unreadable() }
        return .floats([Float](repeating: 0, count: range.count * 64))
      }
    }
  }
}
