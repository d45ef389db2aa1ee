extension Tape {
  /// Enters an operation that was computed elsewhere: a mixer's own, say.
  ///
  /// ```swift
  /// let y = recurrence(x, decay)
  /// return tape.custom(y, from: [x, decay]) { dy, targets in … }
  /// ```
  /// - Parameters:
  ///   - output: new, computed from `inputs` and not yet used.
  ///   - inputs: distinct tensors.
  ///   - backward: given d loss / d output, and for each input where its gradient goes, nil when
  ///     nobody needs it. A target that is not `accumulating` holds anything and is overwritten
  ///     entirely; one that is, is added to. Sums over rows go in order of the rows, each on top of
  ///     what the target holds, so that the gradient does not depend on how a batch is divided.
  /// - Returns: `output`.
  package func custom(
    _ output: Tensor, from inputs: [Tensor],
    backward: @escaping (_ outputGradient: FloatStorage, _ targets: [GradientTarget?]) -> Void
  ) -> Tensor {
    let uses = inputs.map { use($0) }
    return result(output, of: .custom, uses: uses) { [unowned self] gradient in
      backward(gradient, uses.map { target($0) })
    }
  }
}
