extension Tape {
  /// Root-mean-square norm of every row (Zhang & Sennrich 2019): x / √(mean(x²) + ε) · weight.
  ///
  /// With `groups`, every row is divided into this many equal parts (for example one per head),
  /// each of which is normalised: `[N, G·C]` by one weight `[C]`. With an `offset`, the factor is
  /// offset + weight, and the weight alone learns.
  package func rmsNorm(
    _ x: Tensor, _ weight: Tensor, offset: Tensor? = nil, epsilon: Float, groups: Int = 1
  ) throws(ShapeError) -> Tensor {
    guard x.shape.count == 2, groups > 0, weight.shape.count == 1,
      weight.count * groups == x.columns
    else {
      throw ShapeError("rmsNorm", ("input", x.shape), ("weight", weight.shape))
    }
    if let offset, offset.shape != weight.shape {
      throw ShapeError("rmsNorm", ("offset", offset.shape), ("weight", weight.shape))
    }
    let factor = offset.map { backend.add($0, weight) } ?? weight
    let xUse = use(x)
    let weightUse = use(weight)
    guard xUse != nil || weightUse != nil else {
      return result(backend.rmsNorm(x, factor, epsilon: epsilon), of: .rmsNorm)
    }
    let output = backend.makeTensor(x.shape)
    let scales = backend.makeStorage(count: x.rows * groups, zeroed: false)
    backend.rmsNorm(x, factor, epsilon: epsilon, into: output, scales: scales)
    return result(output, of: .rmsNorm, uses: [xUse, weightUse]) { [unowned self] gradient in
      backend.rmsNormGradient(
        x, factor, scales: scales, outputGradient: gradient, input: target(xUse),
        weight: target(weightUse))
    }
  }

  /// silu(gate) · up (Shazeer 2020), elementwise.
  package func swiGLU(gate: Tensor, up: Tensor) throws(ShapeError) -> Tensor {
    guard gate.shape == up.shape else {
      throw ShapeError("swiGLU", ("gate", gate.shape), ("up", up.shape))
    }
    let output = backend.swiGLU(gate: gate, up: up)
    let gateUse = use(gate)
    let upUse = use(up)
    return result(output, of: .swiGLU, uses: [gateUse, upUse]) { [unowned self] gradient in
      backend.swiGLUGradient(
        gate: gate, up: up, outputGradient: gradient, gate: target(gateUse), up: target(upUse))
    }
  }

  /// gelu(gate) · up (Shazeer 2020, GEGLU), elementwise, with gelu as in Hendrycks & Gimpel 2016
  /// (arXiv 1606.08415): g/2 · (1 + tanh(√(2/π) · (g + 0.044715 g³))).
  package func geGLU(gate: Tensor, up: Tensor) throws(ShapeError) -> Tensor {
    guard gate.shape == up.shape else {
      throw ShapeError("geGLU", ("gate", gate.shape), ("up", up.shape))
    }
    let output = backend.geGLU(gate: gate, up: up)
    let gateUse = use(gate)
    let upUse = use(up)
    return result(output, of: .geGLU, uses: [gateUse, upUse]) { [unowned self] gradient in
      backend.geGLUGradient(
        gate: gate, up: up, outputGradient: gradient, gate: target(gateUse), up: target(upUse))
    }
  }

  /// Rotary position embedding (Su et al. 2021) of `[N, heads · D]`, pairing (i, i + D/2) as
  /// Llama's `rotate_half` does. Positions restart in every sequence.
  package func rotary(
    _ x: Tensor, heads: Int, layout: SequenceLayout, frequencies: RotaryFrequencies
  ) throws(ShapeError) -> Tensor {
    try check("rotary", x, layout)
    guard heads > 0, x.columns == heads * frequencies.headDimension else {
      throw ShapeError(
        "rotary",
        "input \(x.shape) does not make \(heads) heads of size \(frequencies.headDimension)")
    }
    let positions = layout.positions
    let output = backend.rotary(x, heads: heads, positions: positions, frequencies: frequencies)
    let xUse = use(x)
    return result(output, of: .rotary, uses: [xUse]) { [unowned self] gradient in
      guard let target = target(xUse) else { return }
      backend.rotary(
        gradient, heads: heads, positions: positions, frequencies: frequencies, inverse: true,
        into: target)
    }
  }

  /// Causal attention with scale 1/√D, or another: query `[N, H·D]`, key and value `[N, H'·D]` to
  /// `[N, H·D]`; H/H' consecutive query heads share a key/value head (Ainslie et al. 2023). Tokens
  /// attend only to their own sequence: to themselves and all tokens before them, or with a
  /// `window` to the `window - 1` tokens before them. No T×T matrix is kept.
  package func attention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, keyValueHeads: Int,
    layout: SequenceLayout, window: Int? = nil, scale: Float? = nil
  ) throws(ShapeError) -> Tensor {
    try check("attention", query, layout)
    guard heads > 0, keyValueHeads > 0, heads % keyValueHeads == 0, query.columns % heads == 0
    else {
      throw ShapeError(
        "attention",
        "query \(query.shape) does not make \(heads) heads over \(keyValueHeads) key/value heads")
    }
    if let window, window < 1 {
      throw ShapeError("attention", "a window must be at least 1 token, not \(window)")
    }
    let grouping = AttentionHeads(
      query: heads, keyValue: keyValueHeads, dimension: max(1, query.columns / heads),
      window: window, scale: scale)
    let expected = [query.rows, keyValueHeads * grouping.dimension]
    for (name, tensor) in [("key", key), ("value", value)] where tensor.shape != expected {
      throw ShapeError(
        "attention",
        "\(name) \(tensor.shape) does not fit query \(query.shape) in \(heads) heads over "
          + "\(keyValueHeads) key/value heads")
    }
    let output = backend.makeTensor(query.shape)
    let uses = [use(query), use(key), use(value)]
    guard uses.contains(where: { $0 != nil }) else {
      backend.attention(
        query, key, value, heads: grouping, layout: layout, into: output, statistics: nil)
      return result(output, of: .attention)
    }
    let statistics = backend.makeStorage(count: 2 * query.rows * heads, zeroed: false)
    backend.attention(
      query, key, value, heads: grouping, layout: layout, into: output, statistics: statistics)
    return result(output, of: .attention, uses: uses) { [unowned self] gradient in
      let inputs = [query, key, value]
      // A tensor in two roles receives two gradients in no fixed order, so both must add to zeros.
      let isShared = query === key || key === value || query === value
      let targets = uses.indices.map { index in
        target(uses[index], zeroed: isShared)
          ?? GradientTarget(
            backend.makeStorage(count: inputs[index].count, zeroed: false), accumulating: false)
      }
      backend.attentionGradient(
        query, key, value, heads: grouping, layout: layout, output: output, statistics: statistics,
        outputGradient: gradient, query: targets[0], key: targets[1], value: targets[2])
    }
  }

  /// Causal depthwise convolution: y[n] = Σ_j weight[j] · x[n-j] per channel, within each sequence.
  /// `weight` is `[W, C]`; `weight[0]` multiplies the current token.
  package func shortConvolution(
    _ x: Tensor, _ weight: Tensor, layout: SequenceLayout
  ) throws(ShapeError) -> Tensor {
    try check("shortConvolution", x, layout)
    guard weight.shape.count == 2, weight.rows > 0, weight.columns == x.columns else {
      throw ShapeError("shortConvolution", ("input", x.shape), ("weight", weight.shape))
    }
    let output = backend.makeTensor(x.shape)
    backend.convolution(x, weight, layout: layout, into: output)
    let xUse = use(x)
    let weightUse = use(weight)
    return result(output, of: .shortConvolution, uses: [xUse, weightUse]) {
      [unowned self] gradient in
      backend.convolutionGradient(
        x, weight, layout: layout, outputGradient: gradient, input: target(xUse),
        weight: target(weightUse))
    }
  }

  private func check(
    _ operation: String, _ x: Tensor, _ layout: SequenceLayout
  ) throws(ShapeError) {
    guard x.shape.count == 2, x.rows == layout.tokenCount else {
      throw ShapeError(operation, ("input", x.shape), ("layout of tokens", [layout.tokenCount]))
    }
  }
}
