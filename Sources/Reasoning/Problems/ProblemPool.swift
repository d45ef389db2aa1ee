package import TensorCore

/// Problems to train on. Where no balance is asked for they come in shuffled passes, each once in
/// every pass (`+Passes`); where one is, each draw chooses a group and then a problem of it.
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
  /// The difficulties there are, rising, each with the problems up to it.
  private let levels: [(difficulty: Int, open: Cell)]

  /// - Parameter balance: the groups to draw from evenly, the outer ones first; none for even draws.
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

  /// Every problem, those of a group together.
  package var all: [Problem] { open(upTo: .max) }

  package var difficulties: ClosedRange<Int> {
    levels[0].difficulty...levels[levels.count - 1].difficulty
  }

  /// Those up to a difficulty; those of the lowest there is where none is that easy.
  func open(upTo maxDifficulty: Int) -> [Problem] {
    level(upTo: maxDifficulty).places.map { problems[$0] }
  }

  private func level(upTo maxDifficulty: Int) -> Cell {
    levels[max(1, levels.prefix { $0.difficulty <= maxDifficulty }.count) - 1].open
  }

  /// One of the problems up to `maxDifficulty` (at least the pool's lowest): a group of each sort of
  /// the balance in turn, then a problem, each drawn evenly.
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
