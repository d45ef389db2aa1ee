package import Fields
import ModelCore
package import PipelineCore
package import Reasoning

/// A stage kind whose fields are a `FieldGroup`; it receives its configuration as a Swift value.
package protocol ConfiguredStageKind: StageKind {
  associatedtype Configuration: FieldGroup

  /// The format of what the stage reads and writes.
  func format(of configuration: Configuration) -> any ResponseFormat
  func run(_ configuration: Configuration, in context: any StageContext) throws
  /// Mistakes that are told alone, because the other rules cannot be checked with them.
  func firstIssues(in configuration: Configuration) -> [FieldIssue]
  /// Mistakes beyond those of `Configuration.allIssues()`: between a field and an input, or between
  /// a field and the pipeline's numerics.
  func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue]
  /// The capabilities that the policy of the stage must have.
  func requires(of configuration: Configuration) -> Set<PolicyCapability>
  func cost(of configuration: Configuration, inputs: [String: [UpstreamStage]]) -> StageCost
  func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory?
  func trainingLength(of configuration: Configuration) -> TrainingLength?
  func remarks(on configuration: Configuration, inputs: [PointInput]) -> [String]
  /// The most tokens that the stage has a policy read after a problem's prompt; nil for a stage
  /// that draws nothing.
  func longestSequence(_ configuration: Configuration) -> Int?
}

extension ConfiguredStageKind {
  package var fields: GroupDescriptor { Configuration.descriptor }

  package func format(of configuration: Configuration) -> any ResponseFormat {
    ResponseFormats.standard
  }

  package func run(_ context: any StageContext) throws {
    try run(Configuration(decoding: context.config), in: context)
  }

  package func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let configuration = Configuration(decoding: config)
    let first = firstIssues(in: configuration)
    return first.isEmpty
      ? configuration.allIssues()
        + upstreamIssues(in: configuration, inputs: inputs, numerics: numerics)
      : first
  }

  package func firstIssues(in configuration: Configuration) -> [FieldIssue] { [] }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    []
  }

  package func requires(_ config: FieldValue) -> [String: Set<Capability>] {
    let required = requires(of: Configuration(decoding: config))
    return required.isEmpty
      ? [:] : [RoleName.policy: Set(required.map { Capability(rawValue: $0.rawValue) })]
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> { [] }

  package func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    cost(of: Configuration(decoding: config), inputs: inputs)
  }

  package func memory(
    of config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    memory(of: Configuration(decoding: config), inputs: inputs, numerics: numerics)
  }

  package func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    nil
  }

  package func trainingLength(of config: FieldValue) -> TrainingLength? {
    trainingLength(of: Configuration(decoding: config))
  }

  package func trainingLength(of configuration: Configuration) -> TrainingLength? { nil }

  package func remarks(on config: FieldValue, inputs: [PointInput]) -> [String] {
    remarks(on: Configuration(decoding: config), inputs: inputs)
  }

  package func remarks(on configuration: Configuration, inputs: [PointInput]) -> [String] { [] }

  package func longestSequence(_ configuration: Configuration) -> Int? { nil }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost()
  }

  /// A role that accepts only models takes those that our own code can run. A program may do with a
  /// model what it likes, so its inputs are not checked.
  package func problem(
    ofFolder path: String, base: String?, name: String, role: String, config: FieldValue
  ) -> String? {
    let accepts = roles.first { $0.name == role }?.accepts.filter { $0 != .server }
    guard accepts == [.model] else { return nil }
    let configuration = Configuration(decoding: config)
    guard firstIssues(in: configuration).isEmpty else { return nil }
    // An adapter leaves the weights of its base as they are.
    let changesWeights =
      requires(of: configuration).contains(.gradients) && config["lora"].isAbsent
    return ModelArtifact.problem(
      ofFolder: path, base: base, name: name, for: format(of: configuration),
      use: changesWeights ? .trained : .onlyRead,
      longest: longestSequence(configuration))
  }
}
