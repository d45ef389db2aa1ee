/// The influence of every seed and unit on a number computed from several grids. A unit is a
/// question or a cluster of questions, and can be in several grids.
struct InfluenceSheet {
  /// One row per seed, with one influence per unit.
  private(set) var rows: [[Double]] = []
  /// For each unit, the number of its set: units that are in the same grids form a set.
  private(set) var strata: [Int] = []

  /// - Parameters:
  ///   - totals: for each grid, the sums over all its observations.
  ///   - slopes: for each grid, the derivative of the number by the grid's figure.
  /// - Precondition: all grids have the same seeds, or no seed in common.
  init(_ grids: [SeedQuestionGrid], _ totals: [Moments], slopes: [Double]) {
    var places: [String: Int] = [:]
    var members: [Set<Int>] = []
    let seeds = grids.first?.seeds.count ?? 0
    guard grids.allSatisfy({ $0.seeds.count == seeds }) else { return }
    rows = [[Double]](repeating: [], count: seeds)
    for (number, grid) in grids.enumerated() {
      for (question, cluster) in grid.clusters.enumerated() {
        let cells = (0..<seeds).map { grid[$0, question] }
        // A question without observations is not a unit.
        guard cells.contains(where: { $0.count > 0 }) else { continue }
        let place = places[cluster] ?? members.count
        if place == members.count {
          places[cluster] = place
          members.append([])
          for seed in rows.indices { rows[seed].append(0) }
        }
        members[place].insert(number)
        for (seed, cell) in cells.enumerated() {
          let influence = totals[number].influence(of: cell, on: grid.figure) ?? 0
          rows[seed][place] += slopes[number] * influence
        }
      }
    }
    var known: [Set<Int>: Int] = [:]
    strata = members.map { set in
      let stratum = known[set] ?? known.count
      known[set] = stratum
      return stratum
    }
  }
}
