import Fields
import TensorCore

/// The part of all possible prompts that a prompt belongs to, decided by its digest alone. Splits
/// of different parts never share a prompt, whatever their seeds and sizes.
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

/// A family and difficulty with fewer distinct prompts than requested.
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
  /// Number of consecutive draws without a new prompt after which a cell gives up. With unlimited
  /// prompts, even the smallest part (10 %) would miss this often only with probability 0.9^4000,
  /// in practice never.
  static let maxMisses = 4000
  /// Number of draws between two calls of `look`, which may stop the work: a few milliseconds.
  package static let drawsBetweenLooks = 1000

  /// Returns distinct problems of one part, `count` spread evenly over the cells (difficulty,
  /// family). The remainder goes to the first cells. If a cell runs out of prompts, other cells do
  /// not make up for it.
  ///
  /// A cell's problems depend only on the seed, the family and the difficulty: another family or
  /// difficulty beside it changes nothing, and a larger count only appends.
  ///
  /// - Parameter look: called after every `drawsBetweenLooks` draws with the number of problems
  ///   found so far; if it throws, the work ends.
  /// - Returns: problems by difficulty, then by family in the order given; and the cells that ran
  ///   out of prompts.
  package static func generate(
    _ part: ProblemPart, count: Int, families: [any ProblemFamily], difficulties: [Int],
    seed: UInt64, look: (_ found: Int) throws -> Void
  ) rethrows -> (problems: [Problem], shortfalls: [ProblemShortfall]) {
    var problems: [Problem] = []
    var shortfalls: [ProblemShortfall] = []
    var draws = 0
    for (family, difficulty, wanted) in shares(of: count, families, difficulties) {
      let drawn = try draw(wanted, of: part, family, difficulty, seed: seed) { found in
        draws += 1
        if draws.isMultiple(of: drawsBetweenLooks) { try look(problems.count + found) }
      }
      problems += drawn
      if drawn.count < wanted {
        shortfalls.append(
          ProblemShortfall(
            family: family.name, difficulty: difficulty, wanted: wanted, got: drawn.count))
      }
    }
    return (problems, shortfalls)
  }

  /// Returns distinct problems of one part, without interruptions.
  package static func generate(
    _ part: ProblemPart, count: Int, families: [any ProblemFamily], difficulties: [Int],
    seed: UInt64
  ) -> (problems: [Problem], shortfalls: [ProblemShortfall]) {
    generate(
      part, count: count, families: families, difficulties: difficulties, seed: seed,
      look: { _ in })
  }

  /// Returns the cells that are known, before any draw, to have fewer prompts than their share of
  /// `count`, with the most that each can give.
  package static func foreseenShortfalls(
    _ part: ProblemPart, count: Int, families: [any ProblemFamily], difficulties: [Int]
  ) -> [ProblemShortfall] {
    shares(of: count, families, difficulties).compactMap { family, difficulty, wanted in
      guard let most = family.mostPrompts(difficulty: difficulty, part: part), most < wanted else {
        return nil
      }
      return ProblemShortfall(
        family: family.name, difficulty: difficulty, wanted: wanted, got: most)
    }
  }

  private static func shares(
    of count: Int, _ families: [any ProblemFamily], _ difficulties: [Int]
  ) -> [(family: any ProblemFamily, difficulty: Int, wanted: Int)] {
    let cells = difficulties.flatMap { difficulty in families.map { ($0, difficulty) } }
    return cells.enumerated().map { index, cell in
      (cell.0, cell.1, count / cells.count + (index < count % cells.count ? 1 : 0))
    }
  }

  private static func draw(
    _ wanted: Int, of part: ProblemPart, _ family: any ProblemFamily, _ difficulty: Int,
    seed: UInt64, drew: (_ found: Int) throws -> Void
  ) rethrows -> [Problem] {
    // When all existing prompts were found, further draws cannot find another.
    let wanted = min(wanted, family.mostPrompts(difficulty: difficulty, part: part) ?? wanted)
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
      try drew(problems.count)
    }
    return problems
  }
}
