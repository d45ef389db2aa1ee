package import TensorCore

/// What every part of the model shares while it runs over packed sequences.
package struct ForwardPass {
  package let tape: Tape
  /// Where each sequence begins in the packed tokens.
  package let layout: SequenceLayout
  /// For every token, the slot its sequence is remembered in; empty when nothing follows.
  package let slots: [Int]
  /// For every token, its place in its sequence; empty when nothing follows.
  package let positions: [Int]

  package init(tape: Tape, layout: SequenceLayout) {
    self.tape = tape
    self.layout = layout
    slots = []
    positions = []
  }

  /// A pass whose sequences will be continued from the given slots, one each.
  package init(tape: Tape, layout: SequenceLayout, slots sequenceSlots: [Int]) {
    precondition(sequenceSlots.count == layout.sequenceCount, "a slot for every sequence")
    self.tape = tape
    self.layout = layout
    slots = sequenceSlots.enumerated().flatMap { sequence, slot in
      [Int](repeating: slot, count: layout.length(of: sequence))
    }
    positions = (0..<layout.sequenceCount).flatMap { Array(0..<layout.length(of: $0)) }
  }
}
