package import Fields
package import PipelineCore
package import Reasoning

/// The responses that a stage asks of a policy: to which problems, how they are drawn, and how they
/// are held to budgets.
package struct SamplingTask: Sendable {
  /// A split of the problems, and the field that names it.
  package struct Split: Sendable {
    package let name: String
    package let path: [String]

    package init(_ name: String, at path: [String]) {
      self.name = name
      self.path = path
    }
  }

  package let splits: [Split]
  package let sampling: SamplingConfiguration
  package let budgets: BudgetConfiguration
  /// True if each response is held to one of the budgets, drawn from their prior; false if it is
  /// held to all of them.
  package let drawsBudget: Bool

  package init(
    splits: [Split], sampling: SamplingConfiguration,
    budgets: BudgetConfiguration = BudgetConfiguration(), drawsBudget: Bool = false
  ) {
    self.splits = splits
    self.sampling = sampling
    self.budgets = budgets
    self.drawsBudget = drawsBudget
  }

  /// Mistakes in combination with the inputs and the pipeline's numerics.
  package func issues(
    inputs: [String: [UpstreamStage]], numerics: Numerics?
  ) -> [FieldIssue] {
    let problems = UpstreamProblems(role: RoleName.problems, inputs: inputs)
    return splits.compactMap { problems.issue(forSplit: $0.name, at: $0.path) }
      + sampling.issues(under: numerics)
      + (UpstreamServer(inputs: inputs).map(issues) ?? [])
  }

  /// The problems of the splits, in their order.
  /// - Throws: `StageFailure` if a split is missing.
  func items(in problems: any ArtifactReader) throws -> [ResponseSampling.Item] {
    try splits.flatMap { split in
      try ProblemsArtifact.read(split: split.name, from: problems, for: sampling.format)
        .map { ResponseSampling.Item(split: split.name, problem: $0) }
    }
  }

  /// The most tokens that stand after a problem's prompt: what is given before a response, and the
  /// response.
  package var longestSequence: Int {
    sampling.format.longestSequence(
      budgets.shape(for: sampling), maxNewTokens: sampling.maxNewTokens)
  }

  /// The capabilities that the policy must have.
  package var requires: Set<PolicyCapability> {
    var required = budgets.requires
    if sampling.namesTokens { required.insert(.tokenIDs) }
    return required
  }
}

extension BudgetConfiguration {
  /// Cut thoughts are continued from inside; a stated budget is read from the response's tokens.
  var requires: Set<PolicyCapability> {
    switch mode {
    case .none, .prefilled: []
    case .stated: [.tokenIDs]
    case .cuts, .thinkAndAnswer: [.tokenIDs, .forks]
    }
  }
}

extension SamplingConfiguration {
  /// True if a setting names tokens, which only a policy with our ids can follow.
  var namesTokens: Bool { !bannedTokens.isEmpty || !prefix.isEmpty || stopTokenScale != nil }
}
