import Algorithms
package import Fields

/// The reward of an RL stage: the weighted sum of the enabled terms.
///
/// ```yaml
/// reward:
///   length_penalty: {alpha: 0.1}
///   weights: {length_penalty: 0.5}
/// ```
/// `correctness` is always the first term, named or not, unless an enabled term replaces it. A term
/// without a weight has weight 1.
package struct RewardConfiguration: FieldDecodable {
  /// The enabled terms, `correctness` first, then in the registry's order.
  package let terms: [any RewardTerm]
  package let weights: [String: Double]

  /// Creates a reward.
  /// - Parameter terms: terms in addition to `correctness`, which may be among them.
  package init(_ terms: [any RewardTerm] = [], weights: [String: Double] = [:]) {
    let isJudged = terms.contains { type(of: $0).replacesCorrectness || $0 is Correctness }
    self.terms = (isJudged ? [] : [Correctness()]) + terms
    self.weights = weights
  }

  package static let descriptor: GroupDescriptor = {
    let terms = RewardTerms.all.map { term in
      FieldDescriptor(
        name: term.name, type: .group(term.descriptor), defaultValue: .absent,
        meaning: term.meaning, fieldClass: .semantic)
    }
    let weights = FieldDescriptor(
      name: "weights", type: .map(of: .float(.finite), keys: "reward term"),
      defaultValue: .map([:]), meaning: "Weights of the terms; 1 where none is given",
      fieldClass: .semantic)
    return GroupDescriptor(
      meaning: "Correctness and further reward terms", fields: terms + [weights])
  }()

  package init(decoding value: FieldValue) {
    let terms = RewardTerms.all.compactMap { term -> (any RewardTerm)? in
      let fields = value[term.name]
      return fields.isAbsent ? nil : term.init(decoding: fields)
    }
    let weights = value["weights"].mapValue ?? [:]
    self.init(terms, weights: weights.compactMapValues(\.doubleValue))
  }

  package func allIssues() -> [FieldIssue] {
    let names = terms.map { type(of: $0).name }
    var issues = issues { $0.allIssues() }
    let replacing = terms.map { type(of: $0) }.filter { $0.replacesCorrectness }.map { $0.name }
    for name in replacing.dropFirst() {
      issues.append(
        FieldIssue(
          [name], "'\(name)' cannot be combined with '\(replacing[0])': both replace correctness",
          help: "keep one of them"))
    }
    if let name = replacing.first, names.contains(Correctness.name) {
      issues.append(
        FieldIssue(
          [Correctness.name], "'correctness' cannot be combined with '\(name)', which replaces it",
          help: "keep one of them"))
    }
    for name in weights.keys.sorted() where !names.contains(name) {
      issues.append(
        FieldIssue(
          ["weights", name], UnknownName("reward term", name, among: names)))
    }
    return issues
  }

  /// Issues of the terms in combination with the rollout.
  package func issues(rollout: any RolloutSpecification) -> [FieldIssue] {
    let own = issues { $0.issues(rollout: rollout) }
    guard rollout.scoresBudgets else { return own }
    let judging = terms.filter(\.judgesWholeResponses).map { type(of: $0).name }
    return own
      + judging.map { name in
        FieldIssue(
          [name], "'\(name)' judges whole responses, and the rollout scores budgets",
          help: "with budgets the reward is correctness, 1 or 0; leave '\(name)' out")
      } + (weights.isEmpty ? [] : [FieldIssue(["weights"], "weights have no effect with budgets")])
  }

  /// Issues of the terms in combination with the most tokens of a response.
  package func issues(maxNewTokens: Int) -> [FieldIssue] {
    issues { $0.issues(maxNewTokens: maxNewTokens) }
  }

  /// The issues of each term, under its name.
  private func issues(_ issues: (any RewardTerm) -> [FieldIssue]) -> [FieldIssue] {
    terms.flatMap { term in issues(term).map { $0.prefixed(type(of: term).name) } }
  }

  /// The names of the terms whose values depend on the progress of the training.
  package var readersOfProgress: [String] {
    terms.filter(\.readsProgress).map { type(of: $0).name }
  }

  /// The numbers of problems that the terms read, without repeats.
  package var problemNumbers: [ProblemNumber] {
    terms.flatMap(\.problemNumbers).uniqued(on: \.self)
  }

  /// The names of the terms, in order.
  package var termNames: [String] { terms.map { type(of: $0).name } }

  /// Returns the rewards of a batch, one entry per group.
  package func rewards(for batch: [ResponseGroup], memory: RewardMemory) -> [GroupRewards] {
    var rewards = batch.map { group in
      GroupRewards(total: [Double](repeating: 0, count: group.responses.count))
    }
    var timeless = batch
    for index in timeless.indices { timeless[index].progress = nil }
    for term in terms {
      let groups = term.readsProgress ? batch : timeless
      let name = type(of: term).name
      let weight = weights[name] ?? 1
      let values: [[Double]] =
        if let term = term as? any RememberingTerm {
          term.values(for: groups, memory: memory.terms[name] ?? TermMemory())
        } else {
          groups.map(term.values(for:))
        }
      for index in groups.indices {
        rewards[index].add(values[index].map { weight * $0 }, as: name)
        guard let term = term as? any ReferencedTerm else { continue }
        rewards[index].add(references: term.referenceValues(for: groups[index]).map { weight * $0 })
      }
    }
    return rewards
  }

  /// Updates the memory of the terms that have one with a scored batch.
  package func remember(_ batch: [ResponseGroup], in memory: inout RewardMemory) {
    for case let term as any RememberingTerm in terms {
      term.remember(batch, in: &memory.terms[type(of: term).name, default: TermMemory()])
    }
  }

  /// Returns the rewards of one group with an empty memory.
  package func rewards(for group: ResponseGroup) -> GroupRewards {
    rewards(for: [group], memory: RewardMemory())[0]
  }
}

/// The rewards of one prompt's responses.
package struct GroupRewards: Sendable, Hashable {
  package private(set) var total: [Double]
  /// The contribution of each term, after weighting.
  package private(set) var parts: [String: [Double]] = [:]
  /// Rewards of imagined responses, with which the others are compared.
  package private(set) var references: [Double] = []
  /// Reward of the greedy response, if the estimator needs it.
  package var greedy: Double?

  package init(total: [Double]) { self.total = total }

  mutating func add(_ values: [Double], as name: String) {
    parts[name] = values
    for (index, value) in values.enumerated() { total[index] += value }
  }

  mutating func add(references values: [Double]) {
    while references.count < values.count { references.append(0) }
    for (index, value) in values.enumerated() { references[index] += value }
  }
}
