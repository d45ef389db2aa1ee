import Fields

/// The permanent line printed when a point has ended.
struct OutcomeLine {
  let address: String
  let outcome: PointOutcome
  let seconds: Double

  var text: String {
    let time = NumberFormat.duration(seconds: seconds)
    return switch outcome {
    case .hit: "\(address): hit"
    case .ran: "\(address): done in \(time)"
    case .resumed(let step): "\(address): done in \(time), resumed at \(step)"
    case .partial: "\(address): done in \(time) without the points that failed; not cached"
    case .failed(let message): "\(address): failed: \(message)"
    case .stopped(let step?): "\(address): stopped, saved at \(step)"
    case .stopped(nil): "\(address): stopped"
    case .skipped(let upstream): "\(address): skipped, since \(upstream) failed"
    case .notStarted: "\(address): not started"
    }
  }

  /// The mark before the line, and its ANSI colour in a terminal.
  var mark: (symbol: String, colour: Int) {
    switch outcome {
    case .hit: ("=", 90)
    case .ran, .resumed: ("+", 32)
    case .partial: ("~", 33)
    case .failed: ("x", 31)
    case .stopped, .skipped, .notStarted: ("-", 33)
    }
  }
}

/// The line printed when a point has failed and will be tried again.
struct RetryLine {
  let text: String

  init(_ address: String, _ failure: String, _ retry: Int, _ limit: Int) {
    text = "\(address): failed: \(failure); retry \(retry) of \(limit)"
  }
}

extension RunSummary {
  /// The summary of the run: `3 hits, 2 done, 1 failed in 4m12s`.
  package var sentence: String {
    func count(_ matches: (PointOutcome) -> Bool) -> Int {
      points.count { matches($0.outcome) }
    }
    let hits = count { $0 == .hit }
    let parts: [(Int, String)] = [
      (hits, hits == 1 ? "hit" : "hits"),
      (count { $0 == .ran || $0.name == "resumed" || $0 == .partial }, "done"),
      (count { $0.name == "failed" }, "failed"),
      (count { $0.name == "stopped" }, "stopped"),
      (count { $0.name == "skipped" }, "skipped"),
      (count { $0 == .notStarted }, "not started"),
    ]
    let text = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return "\(text.isEmpty ? "nothing to do" : text) in \(NumberFormat.duration(seconds: seconds))"
  }
}
