import Fields

/// What problems are weighed by where small groups should be seen as often as large ones.
package enum ProblemBalance: String, FieldChoice, Hashable {
  case difficulty, family

  package var meaning: String {
    switch self {
    case .difficulty: "each difficulty as often as another"
    case .family: "each family as often as another"
    }
  }

  /// Of generated problems: search with one gap has under a hundred training prompts, which would
  /// hardly be seen if problems were drawn evenly.
  package static let generated: [ProblemBalance] = [.difficulty, .family]

  /// The problems at some places in groups, in rising difficulty or in order of first appearance.
  func groups(of places: [Int], in problems: [Problem]) -> [[Int]] {
    switch self {
    case .difficulty:
      return Set(places.map { problems[$0].difficulty }).sorted().map { difficulty in
        places.filter { problems[$0].difficulty == difficulty }
      }
    case .family:
      var names: [String: Int] = [:]
      var groups: [[Int]] = []
      for place in places {
        let name = problems[place].family
        if let group = names[name] {
          groups[group].append(place)
        } else {
          names[name] = groups.count
          groups.append([place])
        }
      }
      return groups
    }
  }
}
