import Fields
import Foundation
import OrderedCollections
import PipelineCore
import Reporting

/// The work behind a run's stages: time spent in this run, and tokens, also those of cache hits.
struct RunWork {
  let run: RunRecord
  let store: Store

  /// A table with one row per stage and their sum.
  /// - Throws: `StoreError` when an artifact cannot be read.
  func table() throws -> ReportTable {
    var rows: [[Cell]] = []
    var all = Sum()
    for (stage, points) in OrderedDictionary(grouping: run.points, by: \.stage) {
      let sum = try points.reduce(into: Sum()) { sum, point in
        try sum.add(point, tokens: tokens(of: point))
      }
      guard sum.seconds != nil || sum.tokens != nil else { continue }
      rows.append([.text(stage)] + sum.cells)
      all.add(sum)
    }
    return ReportTable(
      title: "Cost of the run",
      columns: [.init("stage", alignment: .leading)]
        + ["points", "done in this run", "minutes of work", "tokens"].map { .init($0) },
      rows: rows + [[.text("all")] + all.cells],
      notes: [
        "Minutes are summed over stages, which may run at the same time; a cache hit takes none. "
          + "Tokens are those of sampled responses and of training examples. A thought that is "
          + "answered at several budgets counts once per answer."
      ])
  }

  private struct Sum {
    var points = 0
    var done = 0
    var seconds: Double?
    var tokens: Int?

    mutating func add(_ point: RunRecord.Point, tokens: Int?) {
      let isDone = point.outcome.map { $0.isSuccess && $0 != .hit } ?? false
      add(
        Sum(
          points: 1, done: isDone ? 1 : 0, seconds: isDone ? point.seconds : nil, tokens: tokens))
    }

    mutating func add(_ other: Sum) {
      points += other.points
      done += other.done
      seconds = [seconds, other.seconds].compactMap { $0 }.reduce(nil) { ($0 ?? 0) + $1 }
      tokens = [tokens, other.tokens].compactMap { $0 }.reduce(nil) { ($0 ?? 0) + $1 }
    }

    var cells: [Cell] {
      [
        .number(points), .number(done), seconds.map { .number($0 / 60, digits: 1) } ?? .missing,
        tokens.map { .text(NumberFormat.count($0)) } ?? .missing,
      ]
    }
  }

  /// The token count from a stage's training log or stored responses; nil if a program made them.
  private func tokens(of point: RunRecord.Point) throws -> Int? {
    guard let digest = point.artifact, !point.runsProgram else { return nil }
    let artifact = try store.artifact(digest)
    if artifact.files.contains(TrainingLog.file) {
      let counts = try TrainingLog.rows(of: artifact).compactMap { $0.figures["num_tokens"] }
      return counts.isEmpty ? nil : Int(exactly: counts.reduce(0, +))
    }
    guard artifact.files.contains(ResponsesArtifact.path) else { return nil }
    return try artifact.read(ResponsesArtifact.path).lines.reduce(0) { $0 + Self.length(in: $1) }
  }

  /// Finds the `length` of a stored response without decoding its tokens, because a run may have
  /// hundreds of thousands of responses. The member comes after the problem, whose fields may have
  /// any name; inside a string, quotes are escaped, so the last match is the right one.
  private static func length(in line: Data) -> Int {
    let mark = Array("\"length\":".utf8)
    return line.withUnsafeBytes { bytes in
      let places = stride(from: bytes.count - mark.count, through: 0, by: -1)
      guard let place = places.first(where: { bytes[$0...].starts(with: mark) }) else { return 0 }
      let digits = bytes[(place + mark.count)...].prefix {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
      }
      return Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }
  }
}
