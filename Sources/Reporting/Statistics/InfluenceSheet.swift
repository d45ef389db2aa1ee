/// What every seed and unit adds to a number that is computed from several panels. A unit is a
/// question, or a cluster of questions, in whichever panels it is.
struct InfluenceSheet {
  /// A row for each seed, in it every unit.
  private(set) var rows: [[Double]] = []
  /// Of each unit, which set it belongs to: units of the same panels are of one set.
  private(set) var strata: [Int] = []

  /// - Parameters:
  ///   - totals: of each panel, all its observations together.
  ///   - slopes: the number's derivative by each panel's figure.
  /// - Precondition: all panels have the same seeds, or none in common.
  init(_ panels: [Panel], _ totals: [Moments], slopes: [Double]) {
    var places: [String: Int] = [:]
    var members: [Set<Int>] = []
    let seeds = panels.first?.seeds.count ?? 0
    guard panels.allSatisfy({ $0.seeds.count == seeds }) else { return }
    rows = [[Double]](repeating: [], count: seeds)
    for (number, panel) in panels.enumerated() {
      for (question, cluster) in panel.clusters.enumerated() {
        let cells = (0..<seeds).map { panel[$0, question] }
        // A question without any observation is no unit.
        guard cells.contains(where: { $0.count > 0 }) else { continue }
        let place = places[cluster] ?? members.count
        if place == members.count {
          places[cluster] = place
          members.append([])
          for seed in rows.indices { rows[seed].append(0) }
        }
        members[place].insert(number)
        for (seed, cell) in cells.enumerated() {
          let influence = totals[number].influence(of: cell, on: panel.figure) ?? 0
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
