import ModelCore
import TensorCore
import Testing

/// Operations of a decoder on the memory of sequences: continue, fork, truncate.
@Suite struct MemoryTests {
  /// Sequences of length 24, and the positions at which they are cut to be continued.
  private let sequences = samplePrompts(3, seed: 8).map { prompt in
    (0..<24).map { prompt[$0 % prompt.count] + Int32($0 % 3) }.map { $0 % 23 }
  }

  private func tape() -> Tape {
    Tape(backend: CPUBackend(numerics: .exact, threads: 1), recording: false)
  }

  private func rowBits(_ x: Tensor, _ rows: Range<Int>) -> [UInt32] {
    bits(Array(x.values[rows.lowerBound * x.columns..<rows.upperBound * x.columns]))
  }

  private func whole(_ model: Transformer, _ sequence: [Int32]) throws -> Tensor {
    try model.forward(
      tape(), tokens: sequence, layout: SequenceLayout(lengths: [sequence.count]))
  }

  private func prefill(
    _ model: Transformer, _ memory: TransformerMemory, _ prompts: [[Int32]], slots: [Int]
  ) throws {
    let layout = SequenceLayout(lengths: prompts.map(\.count))
    _ = try model.forward(
      ForwardPass(tape: tape(), layout: layout, slots: slots), tokens: Array(prompts.joined()),
      memory: memory)
  }

  /// Runs rows with several tokens of several slots in one pass.
  private func extend(
    _ model: Transformer, _ memory: TransformerMemory, _ rows: [(slot: Int, position: Int)],
    _ tokens: [Int32], threads: Int = 1
  ) -> Tensor {
    model.step(
      DecodeStep(
        backend: CPUBackend(numerics: .exact, threads: threads), slots: rows.map(\.slot),
        positions: rows.map(\.position)), tokens: tokens, memory: memory)
  }

  @Test(arguments: SmallPlan.all, [1, 2])
  func `many tokens of one sequence in one pass have the bits of a whole pass`(
    plan: SmallPlan, threads: Int
  ) throws {
    let model = try plan.model()
    let memory = model.makeMemory(slots: 3, capacity: 32, on: CPUBackend())
    let cuts = [1, 9, 20]
    try prefill(
      model, memory, zip(sequences, cuts).map { Array($0.prefix($1)) }, slots: [2, 0, 1])
    // One row of the first sequence, five of the second, four of the third, interleaved.
    var rows: [(slot: Int, position: Int)] = []
    var tokens: [Int32] = []
    var expected: [[UInt32]] = []
    for round in 0..<5 {
      for (sequence, (slot, count)) in [(2, 1), (0, 5), (1, 4)].enumerated() where round < count {
        let position = cuts[sequence] + round
        rows.append((slot, position))
        tokens.append(sequences[sequence][position])
        expected.append(
          rowBits(try whole(model, sequences[sequence]), position..<position + 1))
      }
    }
    let found = extend(model, memory, rows, tokens, threads: threads)
    for row in rows.indices { #expect(rowBits(found, row..<row + 1) == expected[row], "\(row)") }
  }

  @Test(arguments: SmallPlan.all)
  func `a fork goes its own way`(plan: SmallPlan) throws {
    let model = try plan.model()
    let memory = model.makeMemory(slots: 2, capacity: 32, on: CPUBackend())
    let (mine, theirs) = (sequences[0], Array(sequences[0].prefix(8)) + sequences[1].suffix(16))
    try prefill(model, memory, [Array(mine.prefix(8))], slots: [0])
    memory.copy(slot: 0, to: 1, length: 8)
    for position in 8..<24 {
      let found = extend(
        model, memory, [(0, position), (1, position)], [mine[position], theirs[position]])
      #expect(rowBits(found, 0..<1) == rowBits(try whole(model, mine), position..<position + 1))
      #expect(rowBits(found, 1..<2) == rowBits(try whole(model, theirs), position..<position + 1))
    }
  }

  @Test(arguments: SmallPlan.all)
  func `a memory goes back or says that it cannot`(plan: SmallPlan) throws {
    let model = try plan.model()
    let sequence = sequences[2]
    let other = Array(sequence.prefix(6)) + sequences[0].prefix(10)
    let memory = model.makeMemory(slots: 2, capacity: 32, on: CPUBackend())
    try prefill(model, memory, [Array(sequence.prefix(6))], slots: [1])
    try prefill(model, memory, [sequence], slots: [0])
    let goesBack = memory.truncate(slot: 0, to: 6)
    #expect(goesBack == plan.goesBack)
    // If the memory cannot be truncated, the earlier copy is used.
    if !goesBack { memory.copy(slot: 1, to: 0, length: 6) }
    let rows = (6..<16).map { (slot: 0, position: $0) }
    let found = extend(model, memory, rows, Array(other[6...]))
    #expect(bits(found.values) == rowBits(try whole(model, other), 6..<16))
  }

  @Test(arguments: SmallPlan.all)
  func `a slot is begun anew without a trace of what it held`(plan: SmallPlan) throws {
    let model = try plan.model()
    let memory = model.makeMemory(slots: 1, capacity: 32, on: CPUBackend())
    try prefill(model, memory, [sequences[2]], slots: [0])
    let isBegun = memory.truncate(slot: 0, to: 0)
    #expect(isBegun)
    let found = extend(
      model, memory, (0..<16).map { (slot: 0, position: $0) }, Array(sequences[1].prefix(16)))
    #expect(bits(found.values) == rowBits(try whole(model, sequences[1]), 0..<16))
  }
}
