package import TensorCore

/// The shared state of a pass in which the model runs over packed sequences.
package struct ForwardPass {
  package let tape: Tape
  /// The offset of each sequence in the packed tokens.
  package let layout: SequenceLayout
  /// For every token, the slot that stores its sequence; empty if the sequences are not continued.
  package let slots: [Int]
  /// For every token, its position in its sequence; empty if the sequences are not continued.
  package let positions: [Int]
  /// The pages of every token, once they are reserved for all layers.
  private var pagedRows: PagedRows?

  package init(tape: Tape, layout: SequenceLayout) {
    self.tape = tape
    self.layout = layout
    slots = []
    positions = []
  }

  /// A pass whose sequences will be continued later, each from its own slot.
  package init(tape: Tape, layout: SequenceLayout, slots sequenceSlots: [Int]) {
    precondition(sequenceSlots.count == layout.sequenceCount, "a slot for every sequence")
    self.tape = tape
    self.layout = layout
    slots = sequenceSlots.enumerated().flatMap { sequence, slot in
      [Int](repeating: slot, count: layout.length(of: sequence))
    }
    positions = (0..<layout.sequenceCount).flatMap { Array(0..<layout.length(of: $0)) }
  }

  /// The pages that every token is written to.
  func rows(in pages: KeyValuePages) -> PagedRows {
    pagedRows ?? pages.prepare(slots: slots, positions: positions, attending: false)
  }

  /// The pass with the pages of its sequences, which begin anew.
  func prepared(in pages: KeyValuePages) -> ForwardPass {
    var pass = self
    for (slot, position) in zip(slots, positions) where position == 0 {
      pages.truncate(slot: slot, to: 0)
    }
    pass.pagedRows = rows(in: pages)
    return pass
  }
}
