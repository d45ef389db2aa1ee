import Fields

/// The state of a point in a saved plan, with all its details.
struct SavedState: Sendable, Equatable, CustomStringConvertible {
  let name: String
  let step: Int?
  let extends: String?
  let artifact: String?
  let sameAs: String?
  let waitsFor: [String]?
  let problem: String?

  /// - Parameter json: the point to which the state belongs.
  init(name: String, in json: JSONText) {
    self.name = name
    step = json["step"]?.intValue
    extends = json["extends"]?.stringValue
    artifact = json["artifact"]?.stringValue
    sameAs = json["same_as"]?.stringValue
    waitsFor = json["waits_for"]?.stringValues
    problem = json["problem"]?.stringValue
  }

  /// True if carrying out the plan leads from this state to `now`: work that was begun, continued
  /// or finished, here or in another process, is as planned. It is false if a result is gone or
  /// progress was lost.
  func mayBecome(_ now: SavedState) -> Bool {
    if self == now { return true }
    switch name {
    case "miss": return ["resume", "extend", "hit", "same"].contains(now.name)
    case "resume", "extend":
      if ["hit", "same"].contains(now.name) { return true }
      return ["resume", "extend"].contains(now.name) && now.step ?? 0 >= step ?? 0
    case "same":
      // The point that does the work for both ends in a cache hit for both.
      return now.name == "hit"
    case "waits":
      if now.name == "waits" { return Set(now.waitsFor ?? []).isSubset(of: waitsFor ?? []) }
      return now.name != "unusable"
    default: return false
    }
  }

  var description: String {
    let parts: [(before: String, text: String?)] = [
      ("@", step.map { String($0) }), (" of ", extends), (" ", artifact), (" as ", sameAs),
      (" for ", waitsFor?.joined(separator: ", ")), (": ", problem),
    ]
    return parts.reduce(name) { text, part in part.text.map { text + part.before + $0 } ?? text }
  }
}
