internal import CKernels

/// Direct access to the kernels' exp and log, which every softmax and gate uses.
package enum ElementaryKernels {
  package static func exponentials(of values: [Float]) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      if let base = buffer.baseAddress { unsafe ck_exp_f32(values.count, values, base) }
      count = values.count
    }
  }

  package static func logarithms(of values: [Float]) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      if let base = buffer.baseAddress { unsafe ck_log_f32(values.count, values, base) }
      count = values.count
    }
  }
}
