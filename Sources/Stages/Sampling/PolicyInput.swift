import ModelCore
import PipelineCore
import Reasoning
import TensorCore

/// Makes policies of the artifacts that stages take as `policy`. A new sort of policy has its line
/// here.
enum PolicyInput {
  /// - Throws: `ModelFileError` if the files are not a valid model; `StageFailure` if its tokens
  ///   are not those of the format.
  static func read(
    _ artifact: any ArtifactReader, for sampling: SamplingConfiguration, backend: any Backend
  ) throws -> any Policy {
    switch artifact.type {
    case .model:
      LocalPolicy(
        try ModelArtifact.frozen(artifact, for: sampling.format, use: WeightUse(frozenOn: backend)),
        backend: backend,
        identity: artifact.digest, cachePrecision: sampling.kvCache.precision)
    default:
      throw StageFailure("'\(artifact.type.rawValue)' does not answer prompts")
    }
  }
}
