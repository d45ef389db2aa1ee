/// The order in which a product in bf16 is summed, and with it the product's bits. Denormal
/// operands and results are zeros in both.
enum ProductOrder: Sendable {
  /// One chain of fused multiply-adds over the depth, in order. The instruction VDPBF16PS has these
  /// bits; it fuses in the upper value of a pair first, so the first of two values is stored there.
  case chain
  /// For each step of 32 values of depth one chain of the even values and one of the odd ones, from
  /// zero, whose sum is added to the output: the bits of the instruction TDPBF16PS.
  case steps
}

extension MatrixNumerics {
  /// The order of products in bf16; nil if products are not in bf16.
  var order: ProductOrder? {
    switch self {
    case .exact, .blas: nil
    case .bf16: .chain
    case .bf16AMX: .steps
    }
  }
}
