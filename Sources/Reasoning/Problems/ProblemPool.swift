package import TensorCore

/// Problems to train on, drawn evenly over difficulties and families.
///
/// Small cells (search with one gap has under a hundred training prompts) would hardly be seen if
/// problems were drawn evenly instead.
package struct ProblemPool: Sendable {
  /// Difficulties in rising order, each with its families in order of first appearance.
  private let cells: [(difficulty: Int, families: [[Problem]])]

  /// - Precondition: `problems` is not empty.
  package init(_ problems: [Problem]) {
    precondition(!problems.isEmpty, "a pool needs problems")
    let difficulties = Set(problems.map(\.difficulty)).sorted()
    cells = difficulties.map { difficulty in
      var names: [String] = []
      var families: [[Problem]] = []
      for problem in problems where problem.difficulty == difficulty {
        if let index = names.firstIndex(of: problem.family) {
          families[index].append(problem)
        } else {
          names.append(problem.family)
          families.append([problem])
        }
      }
      return (difficulty, families)
    }
  }

  package var all: [Problem] { cells.flatMap { $0.families.flatMap { $0 } } }

  package var difficulties: ClosedRange<Int> {
    cells[0].difficulty...cells[cells.count - 1].difficulty
  }

  /// A difficulty up to `maxDifficulty` (at least the pool's lowest), then a family, then a problem,
  /// each drawn evenly.
  package func draw(maxDifficulty: Int = .max, using stream: inout RandomStream) -> Problem {
    let open = max(1, cells.prefix { $0.difficulty <= maxDifficulty }.count)
    let cell = cells[stream.int(in: 0...(open - 1))]
    return stream.choose(stream.choose(cell.families))
  }
}
