/// The last inputs of one layer's short convolution, for many sequences.
///
/// A slot keeps `width - 1` rows. The input at position p is stored at index p mod (width - 1), so
/// storing one overwrites exactly the input that no later token needs.
package final class ConvolutionHistory: @unchecked Sendable {
  package let slotCount: Int
  package let width: Int
  package let channels: Int
  let storage: FloatStorage

  package init(slots: Int, width: Int, channels: Int, on backend: any Backend) {
    precondition(slots >= 0 && width > 0 && channels > 0)
    slotCount = slots
    self.width = width
    self.channels = channels
    storage = backend.makeLastingStorage(count: slots * (width - 1) * channels)
  }

  var slotSize: Int { (width - 1) * channels }

  /// Stores row r of `x`, `[R, channels]`, as the input at `positions[r]` of slot `slots[r]`. Rows
  /// of one slot are in order of position.
  package func append(_ x: Tensor, slots: [Int], positions: [Int]) {
    precondition(x.columns == channels && x.rows == slots.count && positions.count == slots.count)
    guard width > 1 else { return }
    for row in slots.indices {
      precondition(slots[row] >= 0 && slots[row] < slotCount && positions[row] >= 0)
      storage.copy(
        from: x.storage, at: row * channels, count: channels,
        to: slots[row] * slotSize + positions[row] % (width - 1) * channels)
    }
  }

  package func copy(slot: Int, to other: Int) {
    precondition(slot >= 0 && slot < slotCount && other >= 0 && other < slotCount)
    guard slot != other, width > 1 else { return }
    storage.copy(from: storage, at: slot * slotSize, count: slotSize, to: other * slotSize)
  }

  /// Returns the convolution's output for row r, the token at `positions[r]` of slot `slots[r]`,
  /// and then adds the row to the history. At most one row per slot.
  package func step(
    _ x: Tensor, _ weight: Tensor, slots: [Int], positions: [Int], backend: any Backend
  ) -> Tensor {
    precondition(weight.rows == width && weight.columns == channels)
    precondition(x.columns == channels && x.rows == slots.count && positions.count == slots.count)
    precondition(slots.allSatisfy { $0 >= 0 && $0 < slotCount })
    precondition(positions.allSatisfy { $0 >= 0 })
    let output = backend.makeTensor([x.rows, channels])
    backend.convolutionStep(
      x, weight, history: self, slots: slots, positions: positions, into: output)
    append(x, slots: slots, positions: positions)
    return output
  }
}
