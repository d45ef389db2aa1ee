internal import CKernels

/// An instruction set our kernels were compiled for. All give the same bits.
package enum KernelVariant: Int32, Sendable, CaseIterable {
  case portable = 0
  case avx2 = 1
  case avx512 = 2

  /// What runs: the best the processor has, unless `LACONIC_KERNELS` says otherwise.
  package static var selected: KernelVariant {
    KernelVariant(rawValue: ck_selected()) ?? .portable
  }

  package var isAvailable: Bool { ck_is_available(rawValue) == 1 }

  /// Makes the whole process use this variant. For tests and measurements.
  /// Products that are under way go on with the variant that packed their weight.
  /// - Returns: false, and changes nothing, when the processor lacks it.
  @discardableResult
  package func select() -> Bool { ck_select(rawValue) == 1 }
}
