package import Fields
package import Foundation
package import PipelineCore

/// The output of `status --json`, in the shape that docs/running.md lists. Every member is always
/// there; one that is not known is null.
package struct StatusDocument {
  /// Raise when a member goes or comes to mean something else; a new one leaves it.
  static let format = 1

  private let run: RunRecord
  private let now: Date

  package init(_ run: RunRecord, now: Date) {
    self.run = run
    self.now = now
  }

  /// One run with its points.
  package var json: JSONText {
    .object(
      [("format", .int(Self.format))] + Self.summary(run) + [
        ("resolved", .optional(run.resolved)),
        ("points", .array(run.points.map { .object(point($0)) })),
      ])
  }

  /// Runs without their points; of one that cannot be read, the reason.
  static func list(_ runs: [(id: String, record: Result<RunRecord, any Error>)]) -> JSONText {
    .object([
      ("format", .int(format)),
      (
        "runs",
        .array(
          runs.map { run in
            switch run.record {
            case .success(let record): .object(summary(record) + [("unreadable", .null)])
            case .failure(let error):
              .object([("id", .string(run.id)), ("unreadable", .string(error.inWords))])
            }
          })
      ),
    ])
  }

  /// The run as a whole.
  static func summary(_ run: RunRecord) -> [(String, JSONText)] {
    [
      ("id", .string(run.id)), ("number", .optional(run.number)),
      ("pipeline", .string(run.pipeline)), ("file", .string(run.file)),
      ("state", .string(run.state.rawValue)),
      ("done", .int(run.doneCount)),
      ("total", .int(run.points.count)), ("started", .date(run.started)),
      ("ended", .date(run.ended)), ("process", .int(Int(run.process))),
      ("host", .string(run.host)), ("engine", .string(run.engine)),
      ("build", .optional(run.build)), ("note", .optional(run.labels.note)),
      ("tags", .array(run.labels.tags.map { .string($0) })),
    ]
  }

  private func point(_ point: RunRecord.Point) -> [(String, JSONText)] {
    let isAtWork = run.isAtWork(point)
    let elapsed = isAtWork ? point.started.map { now.timeIntervalSince($0) } : nil
    let cause: (failure: String?, upstream: String?) =
      switch point.outcome {
      case .failed(let sentence): (sentence, nil)
      case .skipped(let upstream): (nil, upstream)
      default: (nil, nil)
      }
    let step: Int? =
      switch point.outcome {
      case .resumed(let step): step
      case .stopped(let step): step
      default: nil
      }
    return [
      ("address", .string(point.address)), ("stage", .string(point.stage)),
      ("kind", .string(point.kind)), ("state", .string(state(of: point))),
      ("step", .optional(step)), ("failure", .optional(cause.failure)),
      ("upstream", .optional(cause.upstream)), ("waits_for", .optional(point.waitsFor)),
      ("retries", .int(point.retries)), ("started", .date(point.started)),
      ("seconds", .optional(point.seconds ?? elapsed)),
      ("progress", isAtWork ? progress(point.progress) : .null),
      ("runs_program", .bool(point.runsProgram)), ("key", .optional(point.key)),
      ("artifact", .optional(point.artifact)),
    ]
  }

  private func state(of point: RunRecord.Point) -> String {
    if let outcome = point.outcome { return outcome.name.replacing(" ", with: "_") }
    if point.started == nil || point.waitsFor != nil { return "waiting" }
    return run.isAtWork(point) ? "running" : "unfinished"
  }

  private func progress(_ mark: RunRecord.ProgressMark?) -> JSONText {
    guard let mark else { return .null }
    let metrics = mark.pairs.map { name, text in
      (name, JSONText(numberWritten: text) ?? .string(text))
    }
    return .object([
      ("step", .int(mark.step)), ("total", .int(mark.total)), ("noun", .string(mark.noun)),
      ("steps_per_second", .optional(mark.stepsPerSecond)),
      ("tokens_per_second", .optional(mark.tokensPerSecond)),
      ("seconds_left", .optional(mark.secondsLeft)), ("metrics", .object(metrics)),
    ])
  }
}

extension RunRecord {
  /// The number of points that have a result.
  var doneCount: Int { points.count { $0.outcome?.isSuccess == true } }

  /// True if a point of a live run is being worked on by its process.
  func isAtWork(_ point: Point) -> Bool {
    state == .running && point.outcome == nil && point.started != nil && point.waitsFor == nil
  }
}

extension JSONText {
  /// A time of ISO 8601 in UTC, with milliseconds.
  static func date(_ date: Date?) -> JSONText {
    date.map { .string($0.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))) }
      ?? .null
  }
}
