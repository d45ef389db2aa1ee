import Fields
import Foundation
import PipelineCore
import Reporting
import Stages

/// The JSON of runs, stages, responses and tables. Text is shown as it is, except for characters
/// that would change the text around them.
enum PointText {
  private static let mostCharacters = 20_000
  private static let mostRows = 500

  static func header(of run: RunRecord) -> JSONText {
    .object([
      ("id", .string(run.id)), ("pipeline", .string(run.pipeline.shown)),
      ("state", .string(run.state.rawValue)),
      ("started", .double(run.started.timeIntervalSince1970)),
      ("ended", run.ended.map { .double($0.timeIntervalSince1970) } ?? .null),
    ])
  }

  /// - Parameter graph: the run's graph; nil if the run did not record it.
  static func json(of index: Int, in run: RunRecord, _ graph: StageGraph?) -> JSONText {
    let point = run.points[index]
    let (state, text) = words(point, isLive: run.state == .running)
    let kind = StageKinds.builtIn[point.kind]
    let planned = graph?.points[index]
    let output = planned.map { $0.kind.output(of: $0.config) } ?? kind?.output
    var members: [(String, JSONText)] = [
      ("i", .int(index)), ("address", .string(point.address.shown)),
      ("stage", .string(point.stage.shown)), ("kind", .string(point.kind.shown)),
      ("state", .string(state)), ("text", .string(text.shown)),
      ("from", .array((planned?.dependencies ?? []).map { .int($0) })),
      ("log", .bool(kind?.showsLog ?? point.runsProgram)),
      ("responses", .bool(graph != nil && output == .responses)),
      ("table", .bool(output == .table || output == .claims)),
    ]
    if state == "running", let mark = point.progress, mark.total > 0 {
      members.append(("share", .double(min(1, max(0, Double(mark.step) / Double(mark.total))))))
    }
    return .object(members)
  }

  /// The state of a point in one word, and what more there is to say.
  private static func words(
    _ point: RunRecord.Point, isLive: Bool
  ) -> (state: String, text: String) {
    let time = point.seconds.map { NumberFormat.duration(seconds: $0) } ?? ""
    switch point.outcome {
    case .hit: return ("hit", "")
    case .ran, .partial: return ("done", time)
    case .resumed(let step): return ("done", time + ", resumed from step \(step)")
    case .stopped(let step): return ("stopped", step.map { "at step \($0)" } ?? "")
    case .failed(let sentence): return ("failed", sentence)
    case .skipped(let upstream): return ("skipped", "\(upstream) failed")
    case .notStarted: return ("not started", "")
    case nil: break
    }
    if let holder = point.waitsFor { return ("waiting", "for \(holder)") }
    let retries = point.retries > 0 ? ["retry \(point.retries)"] : []
    guard point.started != nil else { return ("waiting", retries.joined()) }
    guard isLive else { return ("unfinished", "") }
    guard let mark = point.progress else { return ("running", retries.joined()) }
    var parts = ["\(mark.step) of \(mark.total) \(mark.noun)"]
    if let rate = mark.stepsPerSecond { parts.append(NumberFormat.rate(rate) + "/s") }
    if let left = mark.secondsLeft { parts.append(NumberFormat.duration(seconds: left) + " left") }
    return ("running", (parts + mark.figures.prefix(2) + retries).joined(separator: ", "))
  }

  static func json(of response: Page.ShownResponse) -> JSONText {
    .object([
      ("heading", .string(capped(response.heading))), ("prompt", .string(capped(response.prompt))),
      ("thinking", .string(capped(response.thinking))),
      ("answer", .string(capped(response.answer))),
      ("cut", response.cut.map { .string(capped($0)) } ?? .null),
      ("isRight", .bool(response.isCorrect)),
    ])
  }

  static func json(of table: ReportTable) -> JSONText {
    let left = table.rows.count - mostRows
    return .object([
      ("title", .string(capped(table.title))),
      (
        "columns",
        .array(
          table.columns.map {
            .object([
              ("header", .string(capped($0.fullHeader))),
              ("isText", .bool($0.alignment == .leading)),
            ])
          })
      ),
      (
        "rows",
        .array(table.rows.prefix(mostRows).map { .array($0.map { .string(capped($0.text)) }) })
      ),
      (
        "notes",
        .array(
          (table.notes + (left > 0 ? ["\(left) more rows are in the report"] : [])).map {
            .string(capped($0))
          })
      ),
    ])
  }

  /// The text without what is too long for a page.
  private static func capped(_ text: String) -> String {
    guard text.utf8.count > mostCharacters else { return text.shown }
    let left = text.unicodeScalars.count - mostCharacters
    guard left > 0 else { return text.shown }
    let shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(mostCharacters))).shown
    return shown + "… (\(left) more characters)"
  }
}
