import Fields

/// A property of problems whose groups are sampled equally often, whatever their sizes.
package enum ProblemBalance: String, FieldChoice, Hashable {
  case difficulty, family

  package var meaning: String {
    switch self {
    case .difficulty: "each difficulty as often as another"
    case .family: "each family as often as another"
    }
  }

  /// The balance for generated problems. Search with one gap has fewer than a hundred training
  /// prompts, which even sampling of problems would hardly ever use.
  package static let generated: [ProblemBalance] = [.difficulty, .family]

  /// Groups the problems at the given places, by rising difficulty or by first appearance of the
  /// family.
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
