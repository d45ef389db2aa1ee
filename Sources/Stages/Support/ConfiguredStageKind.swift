package import Fields
package import PipelineCore
import Reasoning

/// A stage kind whose fields are a `FieldGroup`: it is given its configuration as a Swift value.
package protocol ConfiguredStageKind: StageKind {
  associatedtype Configuration: FieldGroup

  func run(_ configuration: Configuration, in context: any StageContext) throws
  /// Mistakes beyond those of `Configuration.allIssues()`: between a field and an input, or the
  /// pipeline's numerics.
  func linkIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue]
  func cost(of configuration: Configuration, inputs: [String: [UpstreamStage]]) -> StageCost
  func horizon(of configuration: Configuration) -> Horizon?
}

extension ConfiguredStageKind {
  package var fields: GroupDescriptor { Configuration.descriptor }

  package func run(_ context: any StageContext) throws {
    try run(Configuration(decoding: context.config), in: context)
  }

  package func issues(
    in config: FieldValue, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let configuration = Configuration(decoding: config)
    return configuration.allIssues()
      + linkIssues(in: configuration, inputs: inputs, numerics: numerics)
  }

  package func linkIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    []
  }

  package func cost(of config: FieldValue, inputs: [String: [UpstreamStage]]) -> StageCost {
    cost(of: Configuration(decoding: config), inputs: inputs)
  }

  package func horizon(of config: FieldValue) -> Horizon? {
    horizon(of: Configuration(decoding: config))
  }

  package func horizon(of configuration: Configuration) -> Horizon? { nil }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    StageCost()
  }
}

/// What a stage that reads problems can check before anything runs.
package struct UpstreamProblems {
  private let splits: [String: FieldValue]?

  /// - Parameter role: the role that takes problems; it may be given something else or nothing.
  package init(role: String, inputs: [String: [UpstreamStage]]) {
    splits = inputs[role]?.first { $0.kind == ProblemsKind().name }?.config["splits"].mapValue
  }

  /// How many problems a split asks for; nil when unknown.
  package func count(ofSplit name: String) -> Int? { splits?[name]?["count"].intValue }

  /// A split of the test part that is trained on, unless it says so itself.
  package func trainingIssue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let split = splits?[name], split["part"].isAbsent,
      ProblemPart.ofSplit(named: name) == .test
    else { return nil }
    return FieldIssue(
      path, "split '\(name)' draws from the test prompts, and this stage trains on it",
      help: "add 'part: train' to the split, or call it 'train'")
  }

  package func issue(forSplit name: String, at path: [String]) -> FieldIssue? {
    guard let splits, splits[name] == nil else { return nil }
    let known = splits.keys.sorted()
    return FieldIssue(
      path, "the problems have no split '\(name)'",
      help: EditDistance.suggestion(for: name, among: known).map { "did you mean '\($0)'?" }
        ?? "splits: " + known.joined(separator: ", "))
  }
}
