import Fields
import ModelCore
import PipelineCore

/// The model of an upstream stage, as far as it is known before anything runs.
enum UpstreamModel {
  /// The shape of the model; nil if it cannot be read yet, or is swept.
  static func configuration(of policy: UpstreamStage) -> ModelConfiguration? {
    if case .checkpoint(let path, let base) = policy.external {
      return try? ModelDescriptionCache.shared.description(of: path, base: base).configuration
    }
    guard !policy.axes.contains(where: { $0.hasPrefix(policy.stage + ".model") }),
      case .map = policy.config["model"], policy.kind is SFTKind
    else { return nil }
    return ModelConfiguration(decoding: policy.config["model"])
  }

  /// The adapter that the model has; nil if it has none, or if its shape is not known yet or swept.
  static func adapter(of policy: UpstreamStage) -> LoRAShape? {
    if case .checkpoint(let path, let base) = policy.external {
      return try? ModelDescriptionCache.shared.description(of: path, base: base).adapter
    }
    guard !policy.axes.contains(where: { $0.hasPrefix(policy.stage + ".lora") }),
      case .map = policy.config["lora"], policy.kind is any TrainingStageKind
    else { return nil }
    return LoRAConfiguration(decoding: policy.config["lora"]).shape()
  }
}
