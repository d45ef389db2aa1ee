extension Tape {
  /// Records an operation that was computed elsewhere, for example by a mixer.
  ///
  /// ```swift
  /// let y = recurrence(x, decay)
  /// return tape.custom(y, from: [x, decay]) { dy, targets in … }
  /// ```
  /// - Parameters:
  ///   - output: new, computed from `inputs` and not yet used.
  ///   - inputs: distinct tensors.
  ///   - backward: receives d loss / d output, and for each input the target of its gradient, or
  ///     nil if the gradient is not needed. A target that is not `accumulating` has undefined
  ///     values and is overwritten entirely; an accumulating one is added to. Sums over rows go in
  ///     order of the rows, each on top of the target's content, so that the gradient does not
  ///     depend on how a batch is divided.
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
