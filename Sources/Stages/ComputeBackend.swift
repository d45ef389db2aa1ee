package import PipelineCore
package import TensorCore

extension Numerics {
  package var matrixNumerics: MatrixNumerics {
    switch self {
    case .exact: .exact
    case .blas: .blas
    case .bf16: .bf16
    case .bf16AMX: .bf16AMX
    }
  }

  /// Everything beyond the name of the numerics that decides bits; part of the key of every stage
  /// that computes.
  package var fingerprint: String {
    CPUBackend.fingerprint(of: matrixNumerics, threads: fixedThreads ?? 1)
  }
}

extension StageContext {
  /// The backend that a stage computes on. `blas` uses one thread, whose bits are in the key.
  package func makeBackend() -> any Backend {
    CPUBackend(
      numerics: numerics.matrixNumerics, threads: numerics.fixedThreads ?? threads)
  }
}
