/// Accumulates the gradient of one tensor.
///
/// It is a separate object so that a tape can pass gradients through a tensor whose values are no
/// longer needed: the values are freed as soon as the last operation that reads them is done.
package final class GradientSlot {
  /// Number of floats, as in the tensor.
  package let count: Int
  /// d loss / d tensor of the first use by each tape; nil until a backward pass reaches the tensor.
  package internal(set) var first: FloatStorage?
  /// The same for the second and later uses by one tape, in order of use.
  ///
  /// They are kept apart because a parameter used twice (a tied embedding) would otherwise add up
  /// use by use within a micro-batch, and the sum's order would depend on how a batch is split.
  package internal(set) var later: [FloatStorage?] = []

  init(count: Int) { self.count = count }

  func clear() {
    first = nil
    later = []
  }

  /// Adds the gradients of later uses to the first, in order of use.
  func settle(on backend: any Backend) {
    for gradient in later {
      guard let gradient else { continue }
      if let first {
        backend.accumulate(gradient, into: GradientTarget(first, accumulating: true))
      } else {
        first = gradient
      }
    }
    later = []
  }
}
