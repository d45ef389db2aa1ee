package import TensorCore

/// Problems to train on. Without a balance they come in shuffled passes, each problem once per pass
/// (`+MicroBatching`); with a balance, each draw chooses a group and then a problem in it.
package struct ProblemPool: Sendable {
  private indirect enum Cell {
    case problems([Int])
    case groups([Cell])

    var places: [Int] {
      switch self {
      case .problems(let places): places
      case .groups(let cells): cells.flatMap(\.places)
      }
    }
  }

  private let problems: [Problem]
  let balance: [ProblemBalance]
  /// The difficulties in the pool, rising, each with the problems up to it.
  private let levels: [(difficulty: Int, open: Cell)]

  /// Builds a pool.
  /// - Parameter balance: the groups to sample equally, outer groups first; empty to sample all
  ///   problems equally.
  /// - Precondition: `problems` is not empty.
  package init(_ problems: [Problem], balance: [ProblemBalance] = ProblemBalance.generated) {
    precondition(!problems.isEmpty, "a pool needs problems")
    self.problems = problems
    self.balance = balance
    levels = Set(problems.map(\.difficulty)).sorted().map { difficulty in
      let open = problems.indices.filter { problems[$0].difficulty <= difficulty }
      return (difficulty, Self.cell(of: open, in: problems, balance[...]))
    }
  }

  private static func cell(
    of places: [Int], in problems: [Problem], _ balance: ArraySlice<ProblemBalance>
  ) -> Cell {
    guard let first = balance.first else { return .problems(places) }
    return .groups(
      first.groups(of: places, in: problems).map {
        cell(of: $0, in: problems, balance.dropFirst())
      })
  }

  /// Every problem, with the problems of a group together.
  package var all: [Problem] { open(upTo: .max) }

  package var difficulties: ClosedRange<Int> {
    levels[0].difficulty...levels[levels.count - 1].difficulty
  }

  /// Returns the problems up to a difficulty, or those of the lowest difficulty if none is that
  /// easy.
  func open(upTo maxDifficulty: Int) -> [Problem] {
    level(upTo: maxDifficulty).places.map { problems[$0] }
  }

  private func level(upTo maxDifficulty: Int) -> Cell {
    levels[max(1, levels.prefix { $0.difficulty <= maxDifficulty }.count) - 1].open
  }

  /// Returns a problem of difficulty up to `maxDifficulty` (at least the pool's lowest). For each
  /// property in the balance a group is chosen uniformly, then a problem in the last group.
  package func draw(maxDifficulty: Int = .max, using stream: inout RandomStream) -> Problem {
    var cell = level(upTo: maxDifficulty)
    while true {
      switch cell {
      case .groups(let cells): cell = stream.choose(cells)
      case .problems(let places): return problems[stream.choose(places)]
      }
    }
  }
}
