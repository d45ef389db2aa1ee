package import Foundation

/// The way one point of a run ended.
package enum PointOutcome: Sendable, Hashable {
  /// A cache hit: the store already had the result.
  case hit
  case ran
  /// Finished after resuming from a checkpoint.
  case resumed(step: Int)
  /// A collecting stage that ran although some of its inputs failed; not cached.
  case partial
  /// Failed, with the reason in one sentence.
  case failed(String)
  /// Stopped on request; saved at this step, if it reached one.
  case stopped(step: Int?)
  /// Skipped because an upstream point, given by its address, failed.
  case skipped(because: String)
  /// The run ended before the point started.
  case notStarted

  package var name: String {
    switch self {
    case .hit: "hit"
    case .ran: "ran"
    case .resumed: "resumed"
    case .partial: "partial"
    case .failed: "failed"
    case .stopped: "stopped"
    case .skipped: "skipped"
    case .notStarted: "not started"
    }
  }

  /// True if the point has an artifact.
  package var isSuccess: Bool {
    switch self {
    case .hit, .ran, .resumed, .partial: true
    case .failed, .stopped, .skipped, .notStarted: false
    }
  }
}

package enum RunOutcome: String, Sendable, Hashable, Codable {
  /// Every point has its artifact.
  case done
  case failed
  /// Stopped on request; the same command resumes the run.
  case stopped
}

/// The record of one run, read from its file under `runs/` by `status` and `logs`.
package struct RunRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable {
    case running, done, failed, stopped
    /// The run has not ended, and its process no longer exists.
    case died
  }

  package struct Point: Sendable, Hashable {
    package let address: String
    package let stage: String
    package let kind: String
    /// True if a program of the pipeline does the work.
    package var runsProgram = false
    package var key: String?
    package var artifact: String?
    /// Nil while the point waits or runs.
    package var outcome: PointOutcome?
    package var started: Date?
    /// The process that does the same work in another run, for which this point of a live run
    /// waits: `process 4711 on ada`.
    package var waitsFor: String?
    /// The number of times that its work failed in this run and was tried again.
    package var retries = 0
    package var seconds: Double?
    /// The amount of work done in that time; nil if the point did only a part of it.
    package var work: WorkAmount?
    /// The latest progress of a running point.
    package var progress: ProgressMark?
  }

  /// Progress and speed of a running point.
  package struct ProgressMark: Sendable, Hashable, Codable {
    package let step: Int
    package let total: Int
    package let noun: String
    /// Metrics' names and values, alternating.
    package let metrics: [String]
    package let stepsPerSecond: Double?
    package let tokensPerSecond: Double?
    /// The estimated time left at the current rate.
    package let secondsLeft: Double?

    /// Returns nil before the first step.
    init?(_ meter: RateMeter) {
      guard let progress = meter.progress else { return nil }
      step = progress.step
      total = progress.total
      noun = progress.noun
      metrics = progress.metrics.flatMap { [$0.name, $0.value] }
      stepsPerSecond = meter.steps
      tokensPerSecond = meter.tokens
      secondsLeft = meter.remaining
    }

    /// The metrics with their values, the most important first.
    package var pairs: [(name: String, value: String)] {
      stride(from: 0, to: metrics.count - 1, by: 2).map { (metrics[$0], metrics[$0 + 1]) }
    }

    /// The metrics as text, such as `reward 0.412`, the most important first.
    package var figures: [String] { pairs.map { "\($0.name) \($0.value)" } }
  }

  package let id: String
  /// The run's number in the order of the store's runs, from 1, which does not depend on clocks.
  /// Nil in runs of earlier versions, which come before all others.
  package let number: Int?
  package let pipeline: String
  /// The pipeline's file, as the user gave it.
  package let file: String
  package let started: Date
  package let process: Int32
  package let host: String
  package let engine: String
  /// The digest of the program's file, and that of the resolved pipeline (`Store.resolved`); nil in
  /// runs of earlier versions.
  package let build: String?
  package let resolved: String?
  package internal(set) var ended: Date?
  package internal(set) var state: State
  /// In the order of the graph.
  package internal(set) var points: [Point]
  /// The note and tags on the run, as they are now.
  package internal(set) var labels = RunLabels()
}

/// The lines of `runs/ID.jsonl`: a header, then the events in order. An incomplete last line, which
/// a killed run may leave, is ignored.
enum RunLine {
  /// Raise when older runs can no longer be read.
  static let format = 1

  struct Header: Codable {
    var format = RunLine.format
    let id: String
    var number: Int?
    let pipeline: String
    let file: String
    let started: Double
    let process: Int32
    let host: String
    let engine: String
    var build: String?
    var resolved: String?
    let points: [Point]

    struct Point: Codable {
      let address: String
      let stage: String
      let kind: String
      var program: Bool?
    }
  }

  struct Event: Codable {
    var point: Int?
    /// `waiting`, `started`, `retrying`, a point's outcome by name, or `ended`.
    let event: String
    let at: Double
    var key: String?
    var artifact: String?
    var message: String?
    var step: Int?
    var seconds: Double?
    var work: WorkAmount?
  }
}

extension PointOutcome {
  init?(_ event: RunLine.Event) {
    switch event.event {
    case "hit": self = .hit
    case "ran": self = .ran
    case "resumed": self = .resumed(step: event.step ?? 0)
    case "partial": self = .partial
    case "failed": self = .failed(event.message ?? "")
    case "stopped": self = .stopped(step: event.step)
    case "skipped": self = .skipped(because: event.message ?? "")
    case "not started": self = .notStarted
    default: return nil
    }
  }

  var message: String? {
    switch self {
    case .failed(let text), .skipped(let text): text
    default: nil
    }
  }

  var step: Int? {
    switch self {
    case .resumed(let step): step
    case .stopped(let step): step
    default: nil
    }
  }
}
