package import Fields

/// The number of steps of a stage's work, for work in which one field only says when to stop. If
/// the first 100 steps of a run of 200 are the same as a run of 100, the longer run can start from
/// the state in which the shorter one ended.
package struct TrainingLength: Sendable, Hashable {
  /// A field that makes the steps themselves depend on how many there will be, such as a linear
  /// schedule.
  package struct Dependence: Sendable, Hashable {
    /// The path inside the stage: `["train", "lr_scheduler_type"]`.
    package let path: [String]
    /// The field's value; absent if the field is an obstacle merely by being set.
    package let value: FieldValue

    package init(_ path: [String], value: FieldValue = .absent) {
      self.path = path
      self.value = value
    }
  }

  /// The path of the field inside the stage: `["train", "max_steps"]`.
  package let path: [String]
  package let steps: Int
  /// True if the state at the end is kept, so that longer work can start from it.
  package let keepsState: Bool
  /// Empty if any shorter work is a prefix of this work.
  package let obstacles: [Dependence]

  package init(path: [String], steps: Int, keepsState: Bool, obstacles: [Dependence]) {
    self.path = path
    self.steps = steps
    self.keepsState = keepsState
    self.obstacles = obstacles
  }

  package var field: String { path.joined(separator: ".") }
}

extension TrainingLength.Dependence {
  /// The obstacle in words: `train.lr_scheduler_type is linear`, `curriculum is set`.
  package var text: String {
    let name = path.joined(separator: ".")
    return "\(name) is \(value.isAbsent ? "set" : value.text)"
  }
}

/// Identifies the prefix that work shares with longer and shorter work of the same settings.
package struct PrefixKey: Sendable, Hashable {
  /// 64 lower-case hexadecimal digits: a digest of everything the work's key covers except the
  /// number of steps.
  package let hex: String
  /// The number of steps of this work.
  package let steps: Int
  package let keepsState: Bool
}

extension FieldValue {
  /// The value without the member at a path of names.
  package func removing(_ path: [String]) -> FieldValue {
    guard let name = path.first, case .map(var members) = self else { return self }
    members[name] = path.count == 1 ? nil : members[name]?.removing(Array(path.dropFirst()))
    return .map(members)
  }
}
