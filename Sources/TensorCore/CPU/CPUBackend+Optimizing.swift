internal import CKernels

extension CPUBackend {
  /// Sums blocks of a fixed size, each with 16 lanes, and adds the block sums in order.
  package func sumOfSquares(_ x: FloatStorage) -> Double {
    let block = 16384
    let blocks = (x.count + block - 1) / block
    let sums = DoubleSums(count: blocks)
    pool.run(blocks, grain: grain(blocks, least: 2, multiple: 1)) { range in
      for index in range {
        let start = index * block
        unsafe sums.pointer[index] = ck_sum_of_squares_f32(
          min(block, x.count - start), x.pointer + start)
      }
    }
    var total = 0.0
    for index in 0..<blocks { unsafe total += sums.pointer[index] }
    return total
  }

  package func scale(_ x: FloatStorage, by factor: Float) {
    divideElements(x.count) { range in
      unsafe ck_scale_f32(range.count, factor, x.pointer + range.lowerBound)
    }
  }

  package func adamW(_ settings: AdamW, step: Int, parameters: [AdamWSlot]) {
    precondition(step > 0)
    var constants = ck_adamw()
    constants.gain1 = Float(1 - settings.beta1)
    constants.beta2 = Float(settings.beta2)
    constants.gain2 = Float(1 - settings.beta2)
    constants.epsilon = Float(settings.epsilon)
    constants.decay = Float(1 - settings.learningRate * settings.weightDecay)
    constants.step = Float(settings.learningRate / AdamW.correction(settings.beta1, step))
    constants.inverse_correction = Float(
      1 / AdamW.correction(settings.beta2, step).squareRoot())
    let fixed = constants
    // All parameters form one range of blocks, so that many small ones divide well.
    let block = 16384
    var parts: [(slot: Int, start: Int)] = []
    for (index, slot) in parameters.enumerated() {
      precondition(slot.gradient.count == slot.parameter.count)
      for start in stride(from: 0, to: slot.parameter.count, by: block) {
        parts.append((index, start))
      }
    }
    let blocks = parts
    pool.run(blocks.count, grain: grain(blocks.count, least: 2, multiple: 1)) { range in
      var constants = fixed
      for index in range {
        let slot = parameters[blocks[index].slot]
        let start = blocks[index].start
        unsafe ck_adamw_f32(
          min(block, slot.parameter.count - start), &constants, slot.gradient.pointer + start,
          slot.parameter.pointer + start, slot.firstMoment.pointer + start,
          slot.secondMoment.pointer + start)
      }
    }
    for slot in parameters { slot.parameter.noteChange() }
  }
}

/// Partial sums that several threads write, each to its own place.
@safe private final class DoubleSums: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Double>

  init(count: Int) {
    unsafe pointer = .allocate(capacity: max(1, count))
    unsafe pointer.initialize(repeating: 0, count: max(1, count))
  }

  deinit { unsafe pointer.deallocate() }
}
