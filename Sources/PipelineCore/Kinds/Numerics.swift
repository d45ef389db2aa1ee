import Fields

/// The way products and sums are computed. It is semantic: the bits of every model depend on it.
package enum Numerics: String, FieldChoice, Hashable {
  case exact, blas, bf16
  case bf16AMX = "bf16_amx"

  package var meaning: String {
    switch self {
    case .exact: "own fp32 kernels: the same bits on any processor, thread count and batch split"
    case .blas: "OpenBLAS for large products: bits depend on library, core type and batch split"
    case .bf16:
      "own kernels on operands rounded to bf16, sums and weights in fp32: the same bits "
        + "on any processor, thread count and batch split"
    case .bf16AMX:
      "like bf16, summed in the order of AMX: the same bits on any processor and thread count, "
        + "many times faster on one with AMX"
    }
  }

  /// The number of threads a stage must use because it decides the bits and is part of the key; nil
  /// if the number of threads does not matter.
  package var fixedThreads: Int? { self == .blas ? 1 : nil }
}
