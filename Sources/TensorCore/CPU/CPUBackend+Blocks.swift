internal import CKernels

extension CPUBackend {
  package func rmsNorm(
    _ x: Tensor, _ weight: Tensor, epsilon: Float, into y: Tensor, scales: FloatStorage?
  ) {
    let columns = weight.count
    let rows = x.count / columns
    precondition(y.count == x.count && rows * columns == x.count)
    precondition(scales == nil || scales?.count == rows)
    divideRows(rows, columns: columns) { range in
      let start = range.lowerBound
      unsafe ck_rms_norm_f32(
        range.count, columns, x.storage.pointer + start * columns, weight.storage.pointer, epsilon,
        y.storage.pointer + start * columns, scales.map { unsafe $0.pointer + start })
    }
  }

  package func rmsNormGradient(
    _ x: Tensor, _ weight: Tensor, scales: FloatStorage, outputGradient: FloatStorage,
    input: GradientTarget?, weight weightTarget: GradientTarget?
  ) {
    let columns = weight.count
    let rows = x.count / columns
    precondition(outputGradient.count == x.count && scales.count == rows)
    if let input {
      divideRows(rows, columns: columns) { range in
        let start = range.lowerBound
        let offset = start * columns
        unsafe ck_rms_norm_backward_f32(
          range.count, columns, x.storage.pointer + offset, weight.storage.pointer,
          scales.pointer + start, outputGradient.pointer + offset, input.storage.pointer + offset,
          input.accumulating ? 1 : 0)
      }
    }
    if let weightTarget {
      if !weightTarget.accumulating { weightTarget.storage.fill(with: 0) }
      divideColumns(columns, rows: rows) { range in
        unsafe ck_rms_norm_weight_f32(
          rows, columns, x.storage.pointer, scales.pointer, outputGradient.pointer,
          weightTarget.storage.pointer, range.lowerBound, range.upperBound)
      }
    }
  }

  package func swiGLU(gate: Tensor, up: Tensor, into y: Tensor) {
    precondition(gate.count == y.count && up.count == y.count)
    divideElements(y.count) { range in
      let start = range.lowerBound
      unsafe ck_swiglu_f32(
        range.count, gate.storage.pointer + start, up.storage.pointer + start,
        y.storage.pointer + start)
    }
  }

  package func geGLU(gate: Tensor, up: Tensor, into y: Tensor) {
    precondition(gate.count == y.count && up.count == y.count)
    divideElements(y.count) { range in
      let start = range.lowerBound
      unsafe ck_geglu_f32(
        range.count, gate.storage.pointer + start, up.storage.pointer + start,
        y.storage.pointer + start)
    }
  }

  package func geGLUGradient(
    gate: Tensor, up: Tensor, outputGradient: FloatStorage, gate gateTarget: GradientTarget?,
    up upTarget: GradientTarget?
  ) {
    precondition(gate.count == outputGradient.count && up.count == outputGradient.count)
    divideElements(gate.count) { range in
      let start = range.lowerBound
      unsafe ck_geglu_backward_f32(
        range.count, gate.storage.pointer + start, up.storage.pointer + start,
        outputGradient.pointer + start, gateTarget.map { unsafe $0.storage.pointer + start },
        gateTarget?.accumulating == true ? 1 : 0,
        upTarget.map { unsafe $0.storage.pointer + start }, upTarget?.accumulating == true ? 1 : 0)
    }
  }

  package func swiGLUGradient(
    gate: Tensor, up: Tensor, outputGradient: FloatStorage, gate gateTarget: GradientTarget?,
    up upTarget: GradientTarget?
  ) {
    precondition(gate.count == outputGradient.count && up.count == outputGradient.count)
    divideElements(gate.count) { range in
      let start = range.lowerBound
      unsafe ck_swiglu_backward_f32(
        range.count, gate.storage.pointer + start, up.storage.pointer + start,
        outputGradient.pointer + start, gateTarget.map { unsafe $0.storage.pointer + start },
        gateTarget?.accumulating == true ? 1 : 0,
        upTarget.map { unsafe $0.storage.pointer + start }, upTarget?.accumulating == true ? 1 : 0)
    }
  }

  package func rotary(
    _ x: FloatStorage, heads: Int, positions: [Int32], frequencies: RotaryFrequencies,
    inverse: Bool, into target: GradientTarget
  ) {
    let headDimension = frequencies.headDimension
    let columns = heads * headDimension
    precondition(x.count == positions.count * columns)
    precondition(target.storage.count == x.count)
    let table = rotaryTable(frequencies, positions: Int(positions.max() ?? 0) + 1)
    divideRows(positions.count, columns: columns) { range in
      let offset = range.lowerBound * columns
      unsafe positions.withUnsafeBufferPointer { positions in
        guard let base = positions.baseAddress else { return }
        unsafe ck_rotary_f32(
          range.count, heads, headDimension, base + range.lowerBound, table.cosines.pointer,
          table.sines.pointer, inverse ? 1 : 0, x.pointer + offset,
          target.storage.pointer + offset, target.accumulating ? 1 : 0)
      }
    }
  }

  package func convolution(
    _ x: Tensor, _ weight: Tensor, layout: SequenceLayout, into y: Tensor
  ) {
    let channels = x.columns
    precondition(y.count == x.count && layout.tokenCount == x.rows && weight.columns == channels)
    divideSequences(layout, columns: channels) { sequence in
      let offset = layout.offsets[sequence] * channels
      unsafe ck_convolution_f32(
        layout.length(of: sequence), channels, weight.rows, x.storage.pointer + offset,
        weight.storage.pointer, y.storage.pointer + offset)
    }
  }

  package func convolutionGradient(
    _ x: Tensor, _ weight: Tensor, layout: SequenceLayout, outputGradient: FloatStorage,
    input: GradientTarget?, weight weightTarget: GradientTarget?
  ) {
    let channels = x.columns
    precondition(outputGradient.count == x.count && layout.tokenCount == x.rows)
    if let input {
      divideSequences(layout, columns: channels) { sequence in
        let offset = layout.offsets[sequence] * channels
        unsafe ck_convolution_backward_f32(
          layout.length(of: sequence), channels, weight.rows, outputGradient.pointer + offset,
          weight.storage.pointer, input.storage.pointer + offset, input.accumulating ? 1 : 0)
      }
    }
    if let weightTarget {
      if !weightTarget.accumulating { weightTarget.storage.fill(with: 0) }
      divideColumns(channels, rows: x.rows) { range in
        for sequence in 0..<layout.sequenceCount {
          let offset = layout.offsets[sequence] * channels
          unsafe ck_convolution_weight_f32(
            layout.length(of: sequence), channels, weight.rows, x.storage.pointer + offset,
            outputGradient.pointer + offset, weightTarget.storage.pointer, range.lowerBound,
            range.upperBound)
        }
      }
    }
  }

  private func divideSequences(
    _ layout: SequenceLayout, columns: Int, _ body: @Sendable (Int) -> Void
  ) {
    let size = max(1, layout.tokenCount * columns / max(1, layout.sequenceCount))
    let least = max(1, 8192 / size)
    pool.run(
      layout.sequenceCount, grain: grain(layout.sequenceCount, least: least, multiple: 1)
    ) { range in
      for sequence in range { body(sequence) }
    }
  }
}
