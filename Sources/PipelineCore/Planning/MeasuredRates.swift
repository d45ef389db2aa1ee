/// The speed of earlier work on this machine, measured by the runs recorded in a store.
package struct MeasuredRates {
  /// Keyed by the sort of work.
  private var secondsPerUnit: [String: Double] = [:]

  /// No measurements.
  package static let none = MeasuredRates()
  private init() {}

  /// - Parameters:
  ///   - runs: the number of newest runs to read. Of several measurements the slowest counts,
  ///     because results taken from cells took no time.
  ///   - host, engine: only runs of this machine and this build count.
  package init(
    _ store: Store, runs: Int = 20, host: String = LeaseHolder.machine,
    engine: String = Build.version
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

  /// The estimated seconds for an amount of work; nil if no work of its sort was measured.
  package func seconds(for work: WorkAmount?) -> Double? {
    guard let work, let pace = secondsPerUnit[work.sort] else { return nil }
    return pace * Double(work.amount)
  }
}
