package import Foundation

/// How one point of a run ended.
package enum PointOutcome: Sendable, Hashable {
  /// The store had it.
  case hit
  case ran
  /// Finished, going on from a checkpoint.
  case resumed(step: Int)
  /// A collecting stage that ran although some of its inputs failed; not cached.
  case partial
  /// One sentence.
  case failed(String)
  /// Asked to stop; saved at this step, if it had come that far.
  case stopped(step: Int?)
  /// An upstream point, by its address, failed.
  case skipped(because: String)
  /// The run ended before its turn came.
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

  /// Whether the point has an artifact.
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
  /// Asked to stop; the same command goes on from here.
  case stopped
}

/// What one invocation did: the file under `runs/`, as `status` and `logs` read it.
package struct RunRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable {
    case running, done, failed, stopped
    /// It neither ended nor is there anybody who would end it.
    case died
  }

  package struct Point: Sendable, Hashable {
    package let address: String
    package let stage: String
    package let kind: String
    /// Whether its work is done by a program of the pipeline's own.
    package var runsProgram = false
    package var key: String?
    package var artifact: String?
    /// Nil while it waits or runs.
    package var outcome: PointOutcome?
    package var started: Date?
    /// Who is doing the same work in another run, which this point of a living run waits for:
    /// `process 4711 on ada`.
    package var waitsFor: String?
    /// How often its work failed in this run and was tried again.
    package var retries = 0
    package var seconds: Double?
    /// What it did in that time, if it did all of it.
    package var work: WorkAmount?
    /// The latest sign of life of a point at work.
    package var progress: ProgressMark?
  }

  /// How far a running point is, and how fast it goes.
  package struct ProgressMark: Sendable, Hashable, Codable {
    package let step: Int
    package let total: Int
    package let noun: String
    /// Names and values, alternating.
    package let metrics: [String]
    package let stepsPerSecond: Double?
    package let tokensPerSecond: Double?
    /// At this rate.
    package let secondsLeft: Double?

    /// Nil before the first step.
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

    /// `reward 0.412`, the one that matters first.
    package var figures: [String] {
      stride(from: 0, to: metrics.count - 1, by: 2).map { "\(metrics[$0]) \(metrics[$0 + 1])" }
    }
  }

  package let id: String
  /// Its place in the order of the store's runs, from 1, whatever clocks said; nil in runs of
  /// earlier versions, which come before all others.
  package let number: Int?
  package let pipeline: String
  /// The pipeline's file, as the person gave it.
  package let file: String
  package let started: Date
  package let process: Int32
  package let host: String
  package let engine: String
  /// The digest of the program that ran, and of its resolved pipeline (`Store.resolved`);
  /// nil in runs of earlier versions.
  package let build: String?
  package let resolved: String?
  package internal(set) var ended: Date?
  package internal(set) var state: State
  /// In the order of the graph.
  package internal(set) var points: [Point]
}

/// The lines of `runs/ID.jsonl`: a header, then what happened, in order. A torn last line, which a
/// killed run may leave, counts for nothing.
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
