package import Fields

/// How long a kind of work goes on, when one field says only when to stop: with the first 100 steps
/// of a run of 200 the same as a run of 100, the longer work can start from the state the shorter
/// one ended in.
package struct Horizon: Sendable, Hashable {
  /// A field through which the steps themselves depend on how many there will be.
  package struct Obstacle: Sendable, Hashable {
    /// From the stage: `["train", "lr_scheduler_type"]`.
    package let path: [String]
    /// Of the field; absent where it is the field's presence that counts.
    package let value: FieldValue

    package init(_ path: [String], value: FieldValue = .absent) {
      self.path = path
      self.value = value
    }
  }

  /// The field, from the stage: `["train", "max_steps"]`.
  package let path: [String]
  package let steps: Int
  /// Whether the state at the end is kept, for longer work to start from.
  package let keepsState: Bool
  /// Empty when any shorter work is the beginning of this one.
  package let obstacles: [Obstacle]

  package init(path: [String], steps: Int, keepsState: Bool, obstacles: [Obstacle]) {
    self.path = path
    self.steps = steps
    self.keepsState = keepsState
    self.obstacles = obstacles
  }

  package var field: String { path.joined(separator: ".") }
}

extension Horizon.Obstacle {
  /// `train.lr_scheduler_type is linear`, `curriculum is set`.
  package var text: String {
    let name = path.joined(separator: ".")
    return "\(name) is \(value.isAbsent ? "set" : value.text)"
  }
}

/// What names the beginning that work shares with longer and shorter work of the same settings.
package struct PrefixKey: Sendable, Hashable {
  /// 64 lower-case hexadecimal digits: a digest of all that the work's key covers but the horizon.
  package let hex: String
  /// How many steps this work goes.
  package let steps: Int
  package let keepsState: Bool
}

extension FieldValue {
  /// The value without what stands at a path of member names.
  package func removing(_ path: [String]) -> FieldValue {
    guard let name = path.first, case .map(var members) = self else { return self }
    members[name] = path.count == 1 ? nil : members[name]?.removing(Array(path.dropFirst()))
    return .map(members)
  }
}
