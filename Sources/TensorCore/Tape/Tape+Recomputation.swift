extension Tape {
  /// Activation checkpointing: runs `body` and keeps only its result; the backward pass runs it
  /// again for the values it needs (Chen et al. 2016, arXiv 1604.06174, § 3).
  ///
  /// Memory then holds the activations of one such stretch at a time, at the cost of one more
  /// forward pass. The gradients have the same bits as without.
  ///
  /// ```swift
  /// x = try tape.recomputed { tape in try block.forward(x, on: tape) }
  /// ```
  /// - Parameter body: computes one tensor from those it captures, with the operations of the tape
  ///   it is given. It runs twice, the second time during `backward`, and must do the same both
  ///   times.
  package func recomputed(_ body: @escaping (Tape) throws -> Tensor) throws -> Tensor {
    guard isRecording else { return try body(self) }
    let usesBefore = uses
    let first = Tape(
      backend: backend, mode: .counting, checking: isChecking, scope: scope, parent: self,
      uses: usesBefore)
    let output = try body(first)
    uses = first.uses
    nonFinite = nonFinite ?? first.nonFinite
    // A body may return one of its inputs, and need not read anything that requires a gradient.
    guard first.reachesGradient, !output.requiresGradient else { return output }
    let scope = scope
    record(.recomputed, output) { [unowned self] gradient in
      let second = Tape(
        backend: backend, mode: .recording, checking: isChecking, scope: scope, parent: self,
        uses: usesBefore)
      second.nonFinite = nonFinite
      do {
        second.goBack(from: try body(second).gradientSlot, gradient: gradient)
      } catch {
        preconditionFailure("a body that ran once failed when it was run again: \(error)")
      }
      nonFinite = second.nonFinite
    }
    return output
  }
}
