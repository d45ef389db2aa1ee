/// Scales all gradients so that their common Euclidean norm is at most `maxNorm`, as PyTorch's
/// `clip_grad_norm_` does: every gradient is multiplied by min(1, maxNorm / (norm + 1e-6)).
///
/// Parameters without a gradient do not count. Squares are summed in double precision, parameter by
/// parameter in the given order.
/// - Returns: the norm before clipping.
@discardableResult
package func clipGradientNorm(
  _ parameters: [Tensor], maxNorm: Double, backend: any Backend
) -> Double {
  var sum = 0.0
  for parameter in parameters {
    parameter.settleGradient(on: backend)
    if let gradient = parameter.gradient { sum += backend.sumOfSquares(gradient) }
  }
  let norm = sum.squareRoot()
  let coefficient = maxNorm / (norm + 1e-6)
  if coefficient < 1 {
    for parameter in parameters {
      if let gradient = parameter.gradient { backend.scale(gradient, by: Float(coefficient)) }
    }
  }
  return norm
}
