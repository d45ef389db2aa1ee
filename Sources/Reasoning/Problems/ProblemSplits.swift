import Fields
import TensorCore

/// The part of all possible prompts that a prompt belongs to, by its digest alone. Two splits of
/// different parts never share a prompt, whatever their seeds and sizes.
package enum ProblemPart: String, FieldChoice, Hashable {
  case train, dev, test

  package var meaning: String {
    switch self {
    case .train: "to train on: 70 % of all prompts"
    case .dev: "to choose settings by: 10 % of all prompts"
    case .test: "to report on: 20 % of all prompts"
    }
  }

  package init(of prompt: String) {
    switch PromptDigest.partPercentile(PromptDigest.of(prompt)) {
    case ..<70: self = .train
    case ..<80: self = .dev
    default: self = .test
    }
  }
}

/// A family and difficulty that had fewer distinct prompts than were asked for.
package struct ProblemShortfall: Sendable, Hashable, Codable {
  package let family: String
  package let difficulty: Int
  package let wanted: Int
  package let got: Int

  package init(family: String, difficulty: Int, wanted: Int, got: Int) {
    self.family = family
    self.difficulty = difficulty
    self.wanted = wanted
    self.got = got
  }
}

package enum ProblemSplits {
  /// A cell gives up after this many draws in a row without a new prompt. With unlimited prompts
  /// even the smallest part (10 %) misses that often with probability 0.9^4000, that is never.
  static let maxMisses = 4000

  /// Distinct problems of one part, `count` spread evenly over the cells (difficulty, family); what
  /// does not divide goes to the first cells, and what a dry cell lacks is not made up elsewhere.
  ///
  /// A cell's problems depend only on the seed, the family and the difficulty: another family or
  /// difficulty beside it changes nothing, and a larger count only appends.
  ///
  /// - Returns: problems by difficulty, within it by family in the order given; and the cells that
  ///   ran dry.
  package static func generate(
    _ part: ProblemPart, count: Int, families: [any ProblemFamily], difficulties: [Int],
    seed: UInt64
  ) -> (problems: [Problem], shortfalls: [ProblemShortfall]) {
    let cells = difficulties.flatMap { difficulty in families.map { ($0, difficulty) } }
    var problems: [Problem] = []
    var shortfalls: [ProblemShortfall] = []
    for (index, (family, difficulty)) in cells.enumerated() {
      let wanted = count / cells.count + (index < count % cells.count ? 1 : 0)
      let drawn = draw(wanted, of: part, family, difficulty, seed: seed)
      problems += drawn
      if drawn.count < wanted {
        shortfalls.append(
          ProblemShortfall(
            family: family.name, difficulty: difficulty, wanted: wanted, got: drawn.count))
      }
    }
    return (problems, shortfalls)
  }

  private static func draw(
    _ wanted: Int, of part: ProblemPart, _ family: any ProblemFamily, _ difficulty: Int,
    seed: UInt64
  ) -> [Problem] {
    var stream = RandomStream(seed: seed, purpose: "problems/\(family.name)", UInt64(difficulty))
    var problems: [Problem] = []
    var seen: Set<String> = []
    var misses = 0
    while problems.count < wanted, misses < maxMisses {
      let problem = family.problem(difficulty: difficulty, using: &stream)
      if ProblemPart(of: problem.prompt) == part, seen.insert(problem.prompt).inserted {
        problems.append(problem)
        misses = 0
      } else {
        misses += 1
      }
    }
    return problems
  }
}
