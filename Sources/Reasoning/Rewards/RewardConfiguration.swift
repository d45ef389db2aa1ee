package import Fields

/// The reward of an RL stage: the terms that are switched on, added up by weight.
///
/// ```yaml
/// reward:
///   length_penalty: {alpha: 0.1}
///   weights: {length_penalty: 0.5}
/// ```
/// `correctness` is always the first term, unless a term that is on replaces it. A term without a
/// weight has weight 1.
package struct RewardConfiguration: FieldDecodable {
  /// The terms that are on, `correctness` first, then in the registry's order.
  package let terms: [any RewardTerm]
  package let weights: [String: Double]

  /// - Parameter terms: those to add to `correctness`.
  package init(_ terms: [any RewardTerm] = [], weights: [String: Double] = [:]) {
    let isReplaced = terms.contains { type(of: $0).replacesCorrectness }
    self.terms = (isReplaced ? [] : [Correctness()]) + terms
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
      meaning: "Correctness, and what is added to it", fields: terms + [weights])
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
    var issues = terms.flatMap { term in
      term.allIssues().map { $0.prefixed(type(of: term).name) }
    }
    let replacing = terms.map { type(of: $0) }.filter { $0.replacesCorrectness }.map { $0.name }
    for name in replacing.dropFirst() {
      issues.append(
        FieldIssue(
          [name], "'\(name)' and '\(replacing[0])' both replace correctness",
          help: "keep one of them"))
    }
    for name in weights.keys.sorted() where !names.contains(name) {
      issues.append(
        FieldIssue(
          ["weights", name], "no reward term '\(name)' to weight",
          help: "the terms here are " + names.joined(separator: ", ")))
    }
    return issues
  }

  /// The names of the terms whose values depend on how much of the training is done.
  package var readersOfProgress: [String] {
    terms.compactMap { type(of: $0).readsProgress ? type(of: $0).name : nil }
  }

  /// The rewards of a group, and what each term contributed to them after weighting.
  package func rewards(
    for group: ResponseGroup
  ) -> (total: [Double], parts: [String: [Double]]) {
    var total = [Double](repeating: 0, count: group.responses.count)
    var parts: [String: [Double]] = [:]
    var timeless = group
    timeless.progress = nil
    for term in terms {
      let name = type(of: term).name
      let weight = weights[name] ?? 1
      let values = term.values(for: type(of: term).readsProgress ? group : timeless).map {
        weight * $0
      }
      parts[name] = values
      for (index, value) in values.enumerated() { total[index] += value }
    }
    return (total, parts)
  }
}
