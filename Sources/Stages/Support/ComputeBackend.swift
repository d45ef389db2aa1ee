package import PipelineCore
package import TensorCore

extension Numerics {
  package var matrixNumerics: MatrixNumerics {
    switch self {
    case .exact: .exact
    case .blas: .blas
    case .bf16: .bf16
    }
  }

  /// What decides the bits beyond the numerics' name; part of the key of every stage that computes.
  package var fingerprint: String {
    CPUBackend.fingerprint(of: matrixNumerics, threads: fixedThreads ?? 1)
  }
}

extension StageContext {
  /// The backend a stage computes on. `blas` keeps to one thread, whose bits are in the key.
  package func makeBackend() -> any Backend {
    CPUBackend(
      numerics: numerics.matrixNumerics, threads: numerics.fixedThreads ?? threads)
  }
}
