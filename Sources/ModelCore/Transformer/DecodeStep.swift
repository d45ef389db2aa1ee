package import TensorCore

/// The shared state of a step in which the model runs over new tokens of many sequences.
///
/// Several rows may continue one slot; they must be in order of position, without a gap.
package struct DecodeStep {
  package let backend: any Backend
  /// For each row, the slot of its sequence.
  package let slots: [Int]
  /// For each row, the position of its token in its sequence.
  package let positions: [Int]
  /// The rows in rounds: first the first row of every slot, then the second row of every slot, and
  /// so on.
  private let rounds: [[Int32]]
  /// The pages of every row, once they are reserved for all layers.
  private var pagedRows: PagedRows?

  package init(backend: any Backend, slots: [Int], positions: [Int]) {
    precondition(slots.count == positions.count, "a slot and a position for every row")
    precondition(slots.allSatisfy { $0 >= 0 }, "slots count from 0")
    self.backend = backend
    self.slots = slots
    self.positions = positions
    rounds = Self.rounds(of: slots)
  }

  /// The pages of every row, those that its token is written to included.
  func rows(in pages: KeyValuePages) -> PagedRows {
    pagedRows ?? pages.prepare(slots: slots, positions: positions, attending: true)
  }

  /// The step with the pages of its rows.
  func prepared(in pages: KeyValuePages) -> DecodeStep {
    var step = self
    step.pagedRows = rows(in: pages)
    return step
  }

  /// Runs `body` on the first row of every slot, then on the second, until all rows are done. For
  /// mixers that can take only one token of a sequence at a time.
  /// - Parameters:
  ///   - x: [rows, columns].
  ///   - body: maps some rows of `x` to the same number of result rows, given a step of only those
  ///     rows.
  /// - Returns: the result rows of all rounds, in the order of `x`.
  package func inRounds(
    _ x: Tensor, _ body: (Tensor, DecodeStep) -> Tensor
  ) -> Tensor {
    if rounds.count <= 1 { return body(x, self) }
    var output: Tensor?
    for rows in rounds {
      let part = backend.makeTensor([rows.count, x.columns])
      backend.gather(x, rows, into: part)
      let mixed = body(
        part,
        DecodeStep(
          backend: backend, slots: rows.map { slots[Int($0)] },
          positions: rows.map { positions[Int($0)] }))
      let whole = output ?? backend.makeTensor([x.rows, mixed.columns])
      for (index, row) in rows.enumerated() {
        whole.storage.copy(
          from: mixed.storage, at: index * mixed.columns, count: mixed.columns,
          to: Int(row) * mixed.columns)
      }
      output = whole
    }
    return output ?? x
  }

  private static func rounds(of slots: [Int]) -> [[Int32]] {
    var counts = [Int](repeating: 0, count: (slots.max() ?? -1) + 1)
    var rounds: [[Int32]] = []
    for (row, slot) in slots.enumerated() {
      if counts[slot] == rounds.count { rounds.append([]) }
      rounds[counts[slot]].append(Int32(row))
      counts[slot] += 1
    }
    return rounds
  }
}
