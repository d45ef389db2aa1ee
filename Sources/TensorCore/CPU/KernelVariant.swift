internal import CKernels

/// An instruction set that the kernels were compiled for. All give the same bits.
package enum KernelVariant: Int32, Sendable, CaseIterable {
  case portable = 0
  case avx2 = 1
  case avx512 = 2
  /// AVX-512 with instructions for products in bf16.
  case avx512BF16 = 3
  /// AVX-512 with AMX tiles for products in bf16.
  case amx = 4

  /// The variant in use: the fastest that the processor has, unless `LACONIC_KERNELS` names
  /// another.
  package static var selected: KernelVariant {
    KernelVariant(rawValue: ck_selected()) ?? .portable
  }

  package var isAvailable: Bool { ck_is_available(rawValue) == 1 }

  /// Makes the whole process use this variant. For tests and measurements. Running products
  /// continue with the variant that packed their weight.
  /// - Returns: false, without any change, if the processor does not support it.
  @discardableResult
  package func select() -> Bool { ck_select(rawValue) == 1 }
}
