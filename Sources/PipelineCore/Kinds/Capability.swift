import Fields

/// Something that an input can do for the stage that takes it, such as `log_probabilities` of a
/// policy, by the name that people read in messages.
package struct Capability: RawRepresentable, Sendable, Hashable, Comparable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package static func < (a: Capability, b: Capability) -> Bool { a.rawValue < b.rawValue }
}

extension Set<Capability> {
  /// The names in a sentence: `forks, gradients and token_ids`.
  var listed: String {
    let names = sorted().map(\.rawValue)
    guard names.count > 1, let last = names.last else { return names.first ?? "none" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Capability {
  /// The mistakes of a stage whose inputs lack what it requires of them.
  /// - Parameter required: the capabilities that the stage's kind requires, by role.
  static func issues(
    ofStage name: String, requiring required: [String: Set<Capability>],
    of inputs: [String: [UpstreamStage]]
  ) -> [FieldIssue] {
    required.sorted { $0.key < $1.key }.flatMap { role, wanted in
      (inputs[role] ?? []).compactMap { input in
        guard let provided = input.provides, !wanted.isSubset(of: provided) else { return nil }
        return FieldIssue(
          ["inputs", role] + [input.label].compactMap { $0 },
          "'\(name)' needs an input '\(role)' with \(wanted.subtracting(provided).listed); "
            + "'\(input.stage)' has \(provided.listed)")
      }
    }
  }
}
