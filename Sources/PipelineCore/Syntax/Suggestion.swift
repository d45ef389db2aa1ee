import Fields

/// A suggestion for an unknown field: another tool's name for one of Laconic's fields, a typing
/// mistake, or a field of another group. Known names come before guesses: `clip_ratio` is two edits
/// from `clip_ratio_c` but means something else.
struct Suggestion {
  /// The fields of the same group that were probably meant.
  private(set) var siblings: [String] = []
  private(set) var text: String?

  init(for entry: YAMLNode.Entry, in group: GroupDescriptor, at place: Validator.FieldPlace) {
    if let foreign = Self.foreign(entry), answer(foreign, in: group, at: place) { return }
    let unknown = UnknownName("field", entry.name, among: group.fields.map(\.name))
    if let near = unknown.nearest {
      siblings = [near]
      text = unknown.suggestion
    } else if let home = Self.home(of: entry.name, in: place.root) {
      text = "'\(entry.name)' belongs in \(Self.described(home, from: place))"
    }
  }

  /// Looks up `rollout: {n: 8}` as `rollout.n`, then as `rollout`.
  private static func foreign(_ entry: YAMLNode.Entry) -> ForeignNames.Answer? {
    for inner in entry.value.entries ?? [] {
      if let answer = ForeignNames.answer(to: "\(entry.name).\(inner.name)") { return answer }
    }
    return ForeignNames.answer(to: entry.name)
  }

  /// Uses the answer for a foreign name if this group, or another one below the same root, has the
  /// field.
  private mutating func answer(
    _ answer: ForeignNames.Answer, in group: GroupDescriptor, at place: Validator.FieldPlace
  ) -> Bool {
    let reason = answer.reason.map { " (\($0))" } ?? ""
    let here = answer.names.filter { group[$0] != nil }
    if !here.isEmpty {
      siblings = here
      let quoted = here.map { "'\($0)'" }.joined(separator: " and ")
      text = here.count == 1 ? "did you mean \(quoted)?\(reason)" : "use \(quoted)\(reason)"
      return true
    }
    for name in answer.names {
      guard let home = Self.home(of: name, in: place.root) else { continue }
      text = "use '\(name)' in \(Self.described(home, from: place))\(reason)"
      return true
    }
    if answer.names == ["seeds"] {
      text = answer.reason
      return true
    }
    return false
  }

  private static func described(_ home: [String], from place: Validator.FieldPlace) -> String {
    home.isEmpty
      ? "the stage itself" : "'" + home.joined(separator: ".") + "'"
  }

  /// The path of the group that has a field of this name; the least nested one comes first.
  private static func home(of name: String, in root: GroupDescriptor) -> [String]? {
    var waiting: [(path: [String], group: GroupDescriptor)] = [([], root)]
    while !waiting.isEmpty {
      let (path, group) = waiting.removeFirst()
      if group[name] != nil { return path }
      for field in group.fields {
        if case .group(let inner) = field.type { waiting.append((path + [field.name], inner)) }
      }
    }
    return nil
  }
}
