package import TensorCore

/// What every part of the model shares while it runs over new tokens of many sequences.
///
/// Several rows may continue one slot; they come in order of position, without a gap.
package struct DecodeStep {
  package let tape: Tape
  package let backend: any Backend
  /// Of each row, where its sequence is remembered.
  package let slots: [Int]
  /// Of each row, the place of its token in its sequence.
  package let positions: [Int]
  /// The rows in rounds: the first of every slot, the second of every slot, and so on.
  private let rounds: [[Int32]]

  package init(tape: Tape, backend: any Backend, slots: [Int], positions: [Int]) {
    precondition(slots.count == positions.count, "a slot and a position for every row")
    precondition(slots.allSatisfy { $0 >= 0 }, "slots count from 0")
    self.tape = tape
    self.backend = backend
    self.slots = slots
    self.positions = positions
    rounds = Self.rounds(of: slots)
  }

  /// For a mixer that can take only one token of a sequence at a time: runs `body` on the first row
  /// of every slot, then on the second, until all are done.
  /// - Parameters:
  ///   - x: [rows, columns].
  ///   - body: maps some rows of `x` to as many rows of the result, given the step of those alone.
  /// - Returns: the rows of all rounds, in the order of `x`.
  package func inRounds(
    _ x: Tensor, _ body: (Tensor, DecodeStep) throws -> Tensor
  ) rethrows -> Tensor {
    if rounds.count <= 1 { return try body(x, self) }
    var output: Tensor?
    for rows in rounds {
      let part = backend.makeTensor([rows.count, x.columns])
      backend.gather(x, rows, into: part)
      let mixed = try body(
        part,
        DecodeStep(
          tape: tape, backend: backend, slots: rows.map { slots[Int($0)] },
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
