/// How long work took on this machine before, by the runs that a store has on record.
package struct MeasuredRates {
  /// By the sort of work.
  private var secondsPerUnit: [String: Double] = [:]

  /// Nothing was measured.
  package static let none = MeasuredRates()
  private init() {}

  /// - Parameters:
  ///   - runs: how many of the newest runs are looked at. Of several measurements the slowest counts:
  ///     what was taken from cells took no time.
  ///   - host, engine: runs of other machines and other builds say nothing about this one.
  package init(
    _ store: Store, runs: Int = 20, host: String = LeaseHolder.machine,
    engine: String = Engine.version
  ) {
    for case (_, .success(let run)) in (try? store.runs(limit: runs)) ?? []
    where run.host == host && run.engine == engine {
      for point in run.points where point.outcome == .ran {
        guard let work = point.work, let seconds = point.seconds, work.amount > 0, seconds > 0
        else { continue }
        secondsPerUnit[work.sort] = max(
          secondsPerUnit[work.sort] ?? 0, seconds / Double(work.amount))
      }
    }
  }

  /// How long so much work would take; nil when none of its sort was measured.
  package func seconds(for work: WorkAmount?) -> Double? {
    guard let work, let pace = secondsPerUnit[work.sort] else { return nil }
    return pace * Double(work.amount)
  }
}
