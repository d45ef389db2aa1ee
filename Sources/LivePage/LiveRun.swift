package import Fields
import Foundation
package import PipelineCore
import Reporting
import Stages
import Synchronization

/// A run as the page follows it: what its client does not know yet, in little JSON. It reads the
/// store and changes nothing in it.
///
/// If the run ends before it is done (killed, stopped or failed), a later run of the same pipeline
/// takes its place. Its work has the same keys, so curves go on where they were.
package final class LiveRun: Sendable {
  /// The parameters of a request.
  package typealias Query = [String: String]

  private static let mostSamples = 20

  private let store: Store
  /// The least time between two looks at the run's file, however many pages ask.
  private let pace: Duration
  private let state: Mutex<State>

  private struct State {
    var run: RunRecord
    /// The runs that began before this one ended.
    var known: Set<String>
    var pipeline: RecordedPipeline?
    var looked: ContinuousClock.Instant?
    var version = 1
    var header = Versioned()
    var points: [Versioned] = []
    /// By the key of their stage.
    var logs = Recent<String, StageLog>(most: 32)
    /// By the point's position.
    var readers = Recent<Int, StageResponseReader>(most: 2)
  }

  /// JSON with the version in which it became so.
  private struct Versioned {
    var json = JSONText.null
    var text = ""
    var version = 0
  }

  /// - Parameter pace: the least time between two looks at the run's file.
  package init(_ run: RunRecord, in store: Store, pace: Duration = .milliseconds(500)) {
    self.store = store
    self.pace = pace
    let known = Set((try? store.runNames()) ?? [run.id])
    state = Mutex(State(run: run, known: known))
  }

  package var id: String { state.withLock { $0.run.id } }

  // MARK: The run and its stages

  /// The run and its stages, as far as they changed since a cursor.
  /// - Throws: `StoreError` if the run's file cannot be read.
  package func state(_ query: Query) throws -> JSONText {
    try state.withLock { state in
      try look(&state)
      let cursor = (query["cursor"] ?? "").split(separator: ":")
      let isKnown = cursor.count == 2 && cursor[0] == state.run.id
      let since = isKnown ? Int(cursor[1]) ?? 0 : 0
      var members: [(String, JSONText)] = [
        ("cursor", .string("\(state.run.id):\(state.version)")),
        ("now", .double(Date().timeIntervalSince1970)), ("whole", .bool(since == 0)),
      ]
      if state.header.version > since { members.append(("run", state.header.json)) }
      let changed = state.points.filter { $0.version > since }
      if !changed.isEmpty { members.append(("points", .array(changed.map(\.json)))) }
      return .object(members)
    }
  }

  /// Reads the run's file, unless that was done a moment ago.
  private func look(_ state: inout State) throws {
    if let looked = state.looked, ContinuousClock.now - looked < pace { return }
    state.run = try store.run(state.run.id)
    if state.run.state != .running, state.run.state != .done { follow(&state) }
    if state.pipeline == nil { state.pipeline = try? RecordedPipeline(of: state.run, in: store) }
    state.looked = .now
    let next = state.version + 1
    func versioned(_ json: JSONText, _ old: Versioned?) -> Versioned {
      let text = json.compact
      if let old, old.text == text { return old }
      state.version = next
      return Versioned(json: json, text: text, version: next)
    }
    state.header = versioned(PointText.header(of: state.run), state.header)
    state.points = state.run.points.indices.map { index in
      versioned(
        PointText.json(of: index, in: state.run, state.pipeline?.graph),
        state.points.indices.contains(index) ? state.points[index] : nil)
    }
  }

  /// Goes over to the newest run of the same pipeline that began meanwhile, if there is one.
  private func follow(_ state: inout State) {
    let names = Set((try? store.runNames()) ?? [])
    let later = names.subtracting(state.known).compactMap { try? store.run($0) }.filter {
      $0.pipeline == state.run.pipeline
    }
    state.known.formUnion(names)
    guard let next = later.max(by: { ($0.number ?? 0, $0.id) < ($1.number ?? 0, $1.id) }) else {
      return
    }
    state.run = next
    state.pipeline = nil
    state.points = []
    state.readers.removeAll()
  }

  // MARK: One stage

  /// The curve and the text of a stage's log, as far as the client does not have them.
  /// - Throws: `StoreError` if the log cannot be read.
  package func log(_ query: Query) throws -> JSONText? {
    try state.withLock { state in
      try look(&state)
      guard let index = point(query, state) else { return nil }
      let point = state.run.points[index]
      guard let key = point.key else { return .object([("key", .string(""))]) }
      var log = state.logs[key] ?? StageLog(key: key)
      defer { state.logs.set(log, for: key) }
      try log.refresh(point, store)
      return log.news(
        since: StageLog.Known(
          key: query["key"] ?? "", rowsPerPoint: query.number("rows") ?? 0,
          points: query.number("points") ?? 0, texts: query.number("texts") ?? 0))
    }
  }

  /// Some responses of a stage: from a place on, or the last ones.
  /// - Throws: `StoreError` or `StageFailure` if they cannot be read.
  package func samples(_ query: Query) throws -> JSONText? {
    try state.withLock { state in
      try look(&state)
      guard let index = point(query, state), let pipeline = state.pipeline else { return nil }
      var reader = try reader(of: index, pipeline, state)
      defer { state.readers.set(reader, for: index) }
      try reader.refresh()
      let count = min(max(1, query.number("count") ?? 5), Self.mostSamples)
      let start = query.number("from") ?? reader.count - count
      let from = min(max(0, start), max(0, reader.count - 1))
      var members: [(String, JSONText)] = [
        ("total", .int(reader.count)), ("from", .int(from)),
        ("isAtWork", .bool(reader.artifact == nil)), ("source", .string(reader.artifact ?? "")),
      ]
      let isShown =
        query.number("total") == reader.count && query.number("has") == from
        && query["source"] == reader.artifact ?? ""
      if !isShown {
        let range = from..<min(from + count, reader.count)
        members.append(("items", .array(try reader.read(range).map(PointText.json))))
      }
      return .object(members)
    }
  }

  private func reader(
    of index: Int, _ pipeline: RecordedPipeline, _ state: State
  ) throws -> StageResponseReader {
    if let kept = state.readers[index], kept.artifact == state.run.points[index].artifact,
      kept.isReady
    {
      return kept
    }
    return try StageResponseReader(of: index, in: state.run, pipeline, store)
  }

  /// The table that a stage made; nil for a stage that made none.
  /// - Throws: `StoreError` if it cannot be read.
  package func table(_ query: Query) throws -> JSONText? {
    try state.withLock { state in
      try look(&state)
      guard let index = point(query, state), let digest = state.run.points[index].artifact else {
        return nil
      }
      let artifact = try store.artifact(digest)
      guard artifact.type == .table || artifact.type == .claims else { return nil }
      return PointText.json(of: try ReportTable(json: artifact.read("table.json")))
    }
  }

  /// The point of a request, if it is one of this run.
  private func point(_ query: Query, _ state: State) -> Int? {
    guard query["run"] == state.run.id, let index = query.number("point"),
      state.run.points.indices.contains(index)
    else { return nil }
    return index
  }
}

extension LiveRun.Query {
  /// A count in a request; nil if there is none.
  fileprivate func number(_ name: String) -> Int? {
    self[name].flatMap { Int($0) }.flatMap { (0...(1 << 40)).contains($0) ? $0 : nil }
  }
}
