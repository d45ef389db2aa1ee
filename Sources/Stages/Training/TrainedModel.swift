import Fields
package import ModelCore
package import PipelineCore
package import Reasoning
package import TensorCore

/// The model that a stage trains, as it is before the first step.
package enum TrainedModel {
  /// - An adapter that is given is continued.
  /// - With the field `lora`, a whole model gets a new adapter.
  /// - Else the model's own weights are trained.
  /// - Parameters:
  ///   - lora: the field of the stage.
  ///   - backend: the backend that runs the model.
  /// - Throws: `StageFailure` if the field does not fit the model, and the errors of reading it.
  package static func read(
    _ artifact: any ArtifactReader, for format: any ResponseFormat, lora: LoRAConfiguration?,
    seed: UInt64, backend: any Backend
  ) throws -> Transformer {
    let frozen = WeightUse(frozenOn: backend)
    guard let lora else { return try ModelArtifact.read(artifact, for: format, frozen: frozen) }
    guard AdapterFolder(files: artifact.files) != nil else {
      let base = try ModelArtifact.frozen(artifact, for: format, use: frozen)
      if let unknown = lora.shape().unknownTarget(in: base.configuration) {
        throw StageFailure("'lora.target_modules': " + unknown.sentence)
      }
      return Transformer(base: base, newAdapter: lora.shape(), seed: seed)
    }
    let model = try ModelArtifact.read(artifact, for: format, frozen: frozen)
    let earlier = model.adapter ?? LoRAShape()
    if let other = lora.difference(from: earlier, over: model.configuration) {
      throw StageFailure(
        "'lora.\(other.field)' is \(other.given), and the policy is an adapter with "
          + "\(other.earlier), which this stage continues; leave the field out, or begin with the "
          + "whole model")
    }
    return try model.dropping(lora.dropout ?? earlier.dropout)
  }

  /// The model that a training begins with, frozen. That of an adapter is the adapter's base, or a
  /// copy of the adapter over it; that of a whole model is read once more.
  /// - Parameters:
  ///   - policy: the model that `read` returned, before its first step.
  ///   - artifact: the artifact that it was read from.
  /// - Throws: the errors of reading the artifact.
  package static func reference(
    of policy: Transformer, from artifact: any ArtifactReader, for format: any ResponseFormat,
    backend: any Backend
  ) throws -> Transformer {
    policy.adapter != nil
      ? policy.frozenReference()
      : try ModelArtifact.frozen(artifact, for: format, use: WeightUse(frozenOn: backend))
  }
}

extension WeightUse {
  /// The form of weights that nothing trains: as their files have them, unless a backend would
  /// widen them beside.
  init(frozenOn backend: any Backend) { self = backend.readsKeptWeights ? .onlyRead : .trained }
}

extension FieldGroup {
  /// The field of stages that train. It joined them when results were kept already.
  static func lora(_ path: WritableKeyPath<Self, LoRAConfiguration?>) -> Field<Self> {
    .group(
      "lora", path, LoRAConfiguration.meaning, .semantic, isKeyedWhenAbsent: false)
  }
}

extension LoRAConfiguration {
  /// Mistakes that are seen before anything runs.
  /// - Parameter policy: the stage or folder that the training begins with, if there is one.
  func issues(over policy: UpstreamStage?) -> [FieldIssue] {
    guard let policy else {
      return [
        FieldIssue(
          ["lora"], "'lora' adapts the model of the input 'policy', and there is none",
          help: "train the new model in a stage of its own, and give that as 'policy'")
      ]
    }
    let configuration = UpstreamModel.configuration(of: policy)
    var issue = configuration.map(targetIssue) ?? targetIssue
    if issue == nil, let earlier = UpstreamModel.adapter(of: policy),
      let other = difference(from: earlier, over: configuration)
    {
      issue = FieldIssue(
        [other.field],
        "'\(policy.stage)' is an adapter with \(other.field) \(other.earlier), which this stage "
          + "continues", help: "leave it out, or begin with the whole model")
    }
    return issue.map { [$0.prefixed("lora")] } ?? []
  }

  /// The number of parameters that a stage trains; nil if the model's shape is unknown.
  func parameterCount(over policy: UpstreamStage?) -> Int? {
    guard let configuration = policy.flatMap(UpstreamModel.configuration) else { return nil }
    return shape().parameterCount(over: configuration)
  }
}
