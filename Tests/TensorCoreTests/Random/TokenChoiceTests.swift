import TensorCore
import Testing

/// Tests the choice of tokens from rows of logits alone.
@Suite struct TokenChoiceTests {
  private let backend = CPUBackend(threads: 2)

  private func choose(_ rows: [[Float]], _ wanted: [LogitRow]) -> [ChosenToken] {
    let logits = FloatStorage(count: rows.count * rows[0].count)
    logits.copy(from: Array(rows.joined()))
    return backend.choose(logits, columns: rows[0].count, rows: wanted)
  }

  private func drawn(at index: UInt64, temperature: Float = 1, banned: [Int32] = []) -> LogitRow {
    LogitRow(
      temperature: temperature, banned: banned,
      choice: .draw(RandomStream(seed: 9, purpose: "choice"), at: index))
  }

  @Test func `a draw is the inverse of the cumulative distribution, in id order`() {
    let probabilities = (0..<50).map { Double($0 % 7) / 147 }
    let logits = ElementaryKernels.logarithms(of: probabilities.map { Float($0) })
    let stream = RandomStream(seed: 9, purpose: "choice")
    let count = 500
    let found = choose(
      [[Float]](repeating: logits, count: count), (0..<count).map { drawn(at: UInt64($0)) })
    for index in 0..<count {
      let uniform = stream.uniform(at: UInt64(index))
      let token = Int(found[index].token)
      let before = probabilities[..<token].reduce(0, +)
      let range = (before - 1e-5)...(before + probabilities[token] + 1e-5)
      #expect(range.contains(uniform))
      #expect(probabilities[token] > 0)
    }
  }

  @Test func `every row has settings of its own`() {
    let row: [Float] = [1, 3, 3, 2]
    let found = choose(
      [row, row, row],
      [
        LogitRow(temperature: 1, banned: [], choice: .likeliest),
        LogitRow(temperature: 1, banned: [1], choice: .likeliest),
        LogitRow(temperature: 0.5, banned: [1, 2], choice: .score(0)),
      ])
    #expect(found.map(\.token) == [1, 2, 0])
    let expected = -DeterministicMath.logarithm(1 + DeterministicMath.exponential(2))
    #expect(abs(Double(found[2].logProbability) - expected) < 1e-6)
  }

  @Test func `of what is not a number nothing is chosen`() {
    let found = choose(
      [[.nan, 1], [-.infinity, -.infinity], [1, 2]],
      [drawn(at: 0), drawn(at: 0), drawn(at: 0, banned: [0, 1])])
    #expect(found.map(\.token) == [-1, -1, -1])
    #expect(
      choose([[.nan, .nan]], [LogitRow(temperature: 1, banned: [], choice: .likeliest)])[0].token
        == -1)
  }
}

extension `Bits` {
  @Test func `a token's choice depends on no instruction set, thread or other row`() {
    let selection = KernelSelection()
    defer { selection.end() }
    let (count, columns) = (67, 139)
    let logits = noise(count * columns, "choice", scale: 3)
    let stream = RandomStream(seed: 2, purpose: "choice")
    let temperatures: [Float] = [1, 0.7, 1.3]
    var rows: [LogitRow] = []
    for row in 0..<count {
      let banned: [Int32] = row % 2 == 0 ? [] : [3, Int32(row)]
      let raised: LogitRow.Process = { logits in logits[row % columns] += 4 }
      let choice: LogitRow.Choice = row % 5 == 0 ? .likeliest : .draw(stream, at: UInt64(row))
      rows.append(
        LogitRow(
          temperature: temperatures[row % 3], banned: banned, choice: choice,
          process: row % 4 == 0 ? raised : nil))
    }
    let wanted = rows
    func choose(_ chosen: Range<Int>, threads: Int) -> [ChosenToken] {
      let storage = FloatStorage(count: chosen.count * columns)
      storage.copy(
        from: Array(logits[chosen.lowerBound * columns..<chosen.upperBound * columns]))
      return CPUBackend(threads: threads).choose(
        storage, columns: columns, rows: Array(wanted[chosen]))
    }
    #expect(KernelVariant.portable.select())
    let expected = choose(0..<count, threads: 1)
    #expect(Set(expected.map(\.token)).count > 20)
    for variant in KernelVariant.allCases where variant.isAvailable {
      #expect(variant.select())
      #expect(choose(0..<count, threads: 2) == expected, "\(variant)")
      #expect(choose(0..<30, threads: 1) + choose(30..<count, threads: 3) == expected, "\(variant)")
    }
  }
}
