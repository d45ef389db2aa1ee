package import Fields
package import PipelineCore
package import Reasoning

/// A stage kind that lets a policy answer problems: `sample`, `label` and `eval`. A conformer says
/// what its fields ask for and what becomes of the responses; the rest is the same for all.
package protocol SamplingStageKind: ComputingStageKind, ProblemReadingKind
where Configuration: SamplingStageConfiguration {
  /// Opens the servers that are asked as a policy.
  var connector: ServerConnector { get }
}

/// The fields of a stage that lets a policy answer problems.
package protocol SamplingStageConfiguration: FormattedConfiguration {
  var task: SamplingTask { get }
}

/// The names of the roles that kinds share.
package enum RoleName {
  package static let policy = "policy"
  package static let problems = "problems"
}

extension SamplingStageKind {
  package var roles: [Role] {
    [
      Role(RoleName.policy, accepts: [.model, .server], "the model or the server that answers"),
      Role(RoleName.problems, accepts: [.problems], "the problems it answers"),
      .responseFormat,
    ]
  }
  package var usesSeed: Bool { true }
  package var logColumns: [String]? { ["*"] }
  package var server: ServerForm? { .policy(connector) }

  package func upstreamIssues(
    in configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    configuration.task.issues(inputs: inputs, numerics: numerics)
  }

  package func longestSequence(_ configuration: Configuration) -> Int? {
    configuration.task.longestSequence
  }

  package func problemUse(_ configuration: Configuration) -> ProblemUse? {
    ProblemUse(role: RoleName.problems, splits: configuration.task.splits.map(\.name))
  }

  package func requires(of configuration: Configuration) -> Set<PolicyCapability> {
    configuration.task.requires
  }

  package func cost(
    of configuration: Configuration, inputs: [String: [UpstreamStage]]
  ) -> StageCost {
    configuration.task.cost(inputs: inputs)
  }

  package func memory(
    of configuration: Configuration, inputs: [String: [UpstreamStage]], numerics: Numerics
  ) -> StageMemory? {
    configuration.task.memory(inputs: inputs, numerics: numerics)
  }

  package func remarks(on configuration: Configuration, inputs: [PointInput]) -> [String] {
    inputs.compactMap { input in
      guard input.role == RoleName.policy,
        case .external(.checkpoint(let path, let base)) = input.source
      else { return nil }
      return configuration.task.sampling.remark(onModelAt: base ?? path)
    }
  }

  package func benchmarkWork(
    of configuration: Configuration, inputs: BenchmarkInputs
  ) throws -> [Workload.Work] {
    [try inputs.slice(ofSplits: configuration.task.splits.map(\.name), configuration.task.sampling)]
  }

  /// Samples every response that the fields ask for. The random numbers of a kind are its own.
  package func responses(
    _ configuration: Configuration, in context: any StageContext
  ) throws -> [ResponseRecord] {
    let records = try ResponseSampling(configuration.task, purpose: name, context: context)
      .run(connector)
    if let server = context.input(RoleName.policy) as? ServerArtifact {
      try context.output.write(server.read(ServerArtifact.path), to: ServerArtifact.path)
    }
    return records
  }
}
