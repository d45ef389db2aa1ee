import Fields
import Foundation

/// Writes the file of a run while the run is live. Only the runner's thread uses it.
///
/// The file is locked as long as the run is live, so that a reader can tell a live run from a dead
/// one without trusting a process number.
final class RunLog {
  let id: String
  private let store: Store
  private let path: String
  private let descriptor: Int32
  private var pending = Data()
  private let encoder = JSONEncoder.plain
  private var progressWritten = -Double.infinity
  private let now: () -> Date

  init(
    store: Store, pipeline: String, file: String, points: [StagePoint], resolved: String,
    build: String? = nil, labels: RunLabels = RunLabels()
  ) throws {
    self.store = store
    let now = { Date(timeIntervalSince1970: Double(store.now()) * 1e-9) }
    self.now = now
    var id: String
    repeat {
      id = Self.makeID(now())
    } while store.files.status(store.path(.runs, id + ".jsonl")) != nil
    var header = RunLine.Header(
      id: id, pipeline: pipeline, file: file, started: now().timeIntervalSince1970,
      process: getpid(), host: LeaseHolder.machine, engine: Build.version,
      build: build, resolved: resolved,
      points: points.map {
        RunLine.Header.Point(
          address: $0.address, stage: $0.stage, kind: $0.kind.name,
          program: $0.kind.runsPrograms ? true : nil)
      })
    let path = store.path(.runs, id + ".jsonl")
    descriptor = try store.numberingRun { [encoder] number in
      header.number = number
      return try Self.open(path, with: try Self.line(header, encoder), in: store)
    }
    (self.id, self.path) = (id, path)
    if !labels.isEmpty { try store.write(labels, of: id) }
  }

  /// Creates the file of a run and locks it. It appears with its first line and its lock, or not at
  /// all, because a file without a header would be an error for every reader of the runs.
  private static func open(_ path: String, with header: Data, in store: Store) throws -> Int32 {
    let temporary = try store.temporaryPath()
    try store.files.create(temporary, header, sync: false)
    do {
      let descriptor = Foundation.open(temporary, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { throw StoreError.system("write", path, errno) }
      do {
        // The lock belongs to the file, not to its name, so it survives the rename. On a file
        // system without locks `status` shows the run as dead; there is no other effect.
        flock(descriptor, LOCK_EX | LOCK_NB)
        try store.files.rename(temporary, to: path)
        return descriptor
      } catch {
        close(descriptor)
        throw error
      }
    } catch {
      try? store.files.remove(temporary)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// A new id: `20251122-055412-127-3f9a`. It shows the time, and the last four digits distinguish
  /// two runs of the same millisecond.
  private static func makeID(_ date: Date) -> String {
    var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
    let milliseconds = Int((date.timeIntervalSince1970 - Double(seconds)) * 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let random = UInt16.random(in: 0 ... .max)
    return String(
      format: "%04d%02d%02d-%02d%02d%02d-%03d-%04x", Int(parts.tm_year) + 1900,
      Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
      Int(parts.tm_sec), milliseconds, Int(random))
  }

  /// Writes the key of a point that is not done yet, so that `gc` keeps what exists of it. Written
  /// with the next flush.
  func planned(_ point: Int, key: String) throws { try add(event("planned", point, key: key)) }

  /// Writes that another process is doing the work of this point.
  func waiting(_ point: Int, for holder: LeaseHolder?, key: String?) throws {
    try add(event("waiting", point, key: key, message: holder?.label ?? "another process"))
    try flush()
  }

  /// Writes that the work of this point failed and is queued again.
  func retrying(_ point: Int, after failure: String) throws {
    try add(event("retrying", point, message: failure))
    try flush()
  }

  func started(_ point: Int, key: String?, resumedFrom step: Int?) throws {
    try add(event("started", point, key: key, step: step))
    try flush()
  }

  /// Writes the outcome of a point. A cache hit is written with the next flush, so that two hundred
  /// hits are one write.
  func finished(
    _ point: Int, _ outcome: PointOutcome, key: String?, artifact: String?, seconds: Double,
    work: WorkAmount? = nil
  ) throws {
    var line = event(
      outcome.name, point, key: key, artifact: artifact, message: outcome.message,
      step: outcome.step, seconds: (seconds * 1000).rounded() / 1000)
    line.work = work
    try add(line)
    if outcome != .hit { try flush() }
  }

  func ended(_ outcome: RunOutcome) throws {
    try add(event("ended", nil, message: outcome.rawValue))
    try flush()
    try store.files.remove(progressPath(id, store))
  }

  /// Writes the latest figures of running points, at most once a second.
  func progressed(_ progress: [Int: RunRecord.ProgressMark]) throws {
    let time = now().timeIntervalSince1970
    guard time - progressWritten >= 1 else { return }
    progressWritten = time
    let marks = Dictionary(uniqueKeysWithValues: progress.map { (String($0.key), $0.value) })
    try store.files.replace(
      progressPath(id, store), try encoder.encode(marks), through: try store.temporaryPath(),
      sync: false)
  }

  func flush() throws {
    guard !pending.isEmpty else { return }
    defer { pending = Data() }
    try store.files.append(path, pending)
  }

  private func event(
    _ name: String, _ point: Int?, key: String? = nil, artifact: String? = nil,
    message: String? = nil, step: Int? = nil, seconds: Double? = nil
  ) -> RunLine.Event {
    RunLine.Event(
      point: point, event: name, at: now().timeIntervalSince1970, key: key, artifact: artifact,
      message: message, step: step, seconds: seconds)
  }

  private func add(_ line: some Encodable) throws {
    pending += try Self.line(line, encoder)
  }

  private static func line(_ line: some Encodable, _ encoder: JSONEncoder) throws -> Data {
    try encoder.encode(line) + [UInt8(ascii: "\n")]
  }
}

func progressPath(_ id: String, _ store: Store) -> String {
  store.path(.runs, id + ".progress.json")
}

// MARK: - Reading

/// A run's name that matches no run, or several.
package enum RunLookupError: Error, Sendable, Hashable, CustomStringConvertible {
  case none(String)
  /// The name is empty; an empty prefix matches every id.
  case unnamed
  case several(String, [String])
  case notPinned(String)
  /// No run has the tag, but runs have these.
  case noTag(String, [String])

  package var description: String {
    switch self {
    case .noTag(let tag, let known):
      "no run has the tag \(tag.quoted)"
        + (UnknownName("tag", tag, among: known).help.map { "; " + $0 } ?? "")
    case .unnamed: "a run's name is empty: give 'latest', or the beginning of an id"
    case .none("latest"): "the store has no run yet"
    case .none(let prefix): "no run begins with '\(prefix)'"
    case .several(let prefix, let ids):
      "several runs begin with '\(prefix)': \(ids.prefix(4).joined(separator: ", "))"
        + (ids.count > 4 ? ", …" : "")
    case .notPinned(let name): "no pinned run begins with '\(name)'; 'pin --list' shows them"
    }
  }
}

extension Store {
  /// The ids of all runs, oldest first.
  package func runIDs() throws -> [String] { inOrder(try runNames()) }

  /// The ids of all runs, in no particular order.
  package func runNames() throws -> [String] {
    try files.list(path(.runs)).filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }
      .filter(StoreName.isRun)
  }

  /// Sorts runs by their numbers, which is the order in which they began even if a clock jumped.
  /// Runs without a number come first, sorted by id.
  func inOrder(_ ids: [String]) -> [String] {
    ids.map { (runNumber($0) ?? 0, $0) }.sorted { $0 < $1 }.map(\.1)
  }

  private func runNumber(_ id: String) -> Int? {
    struct Numbered: Decodable { let number: Int? }
    guard let line = try? files.firstLine(path(.runs, id + ".jsonl")) else { return nil }
    return (try? JSONDecoder().decode(Numbered.self, from: line))?.number
  }

  /// Calls `body` with the number of the run that begins now. A lock keeps other runs from taking
  /// the same number.
  func numberingRun<Result>(_ body: (Int) throws -> Result) throws -> Result {
    try lockingRuns {
      let last = try runNames().compactMap(runNumber).max() ?? 0
      return try body(max(0, last).addingReportingOverflow(1).partialValue)
    }
  }

  /// Calls `body` while no other process is in such a call on this store.
  func lockingRuns<Result>(_ body: () throws -> Result) throws -> Result {
    let descriptor = open(path(.runs), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.system("open", path(.runs), errno) }
    defer { close(descriptor) }
    // On a file system without locks two runs may get the same number; then their ids decide.
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
    return try body()
  }

  /// The newest runs, newest first. A run whose file cannot be read is included with the reason.
  /// - Parameter tags: those that a run must have.
  package func runs(
    limit: Int, tagged tags: [String] = []
  ) throws -> [(id: String, record: Result<RunRecord, any Error>)] {
    let ids = tags.isEmpty ? try runIDs() : try runIDs(tagged: tags)
    return ids.suffix(max(0, limit)).reversed().map { id in
      (id, Result { try readRun(id) })
    }
  }

  /// Finds a run by `latest`, by `tag:NAME`, by its id or by a prefix of its id. `latest` is the
  /// newest run whose file can be read, and a tag names the newest that has it.
  /// - Throws: `RunLookupError`, or `StoreError` if the file cannot be read.
  package func run(_ name: String) throws -> RunRecord {
    guard !name.isEmpty else { throw RunLookupError.unnamed }
    if name == "latest" {
      let ids = try runIDs()
      for id in ids.reversed() {
        if let record = try? readRun(id) { return record }
      }
      guard let last = ids.last else { throw RunLookupError.none(name) }
      // No run can be read: the error of the newest one says why.
      return try readRun(last)
    }
    if name.hasPrefix(Self.tagPrefix) {
      return try readRun(try newestRunID(tagged: String(name.dropFirst(Self.tagPrefix.count))))
    }
    let matches = try runNames().filter { $0.hasPrefix(name) }
    guard let id = matches.first else { throw RunLookupError.none(name) }
    guard matches.count == 1 else { throw RunLookupError.several(name, matches) }
    return try readRun(id)
  }

  func readRun(_ id: String) throws -> RunRecord {
    let path = path(.runs, id + ".jsonl")
    // Checked before the content is read, so that a run that ends in between is read to its end.
    let isLive = isLocked(path)
    let lines = try files.read(path).bytes.split(separator: UInt8(ascii: "\n"))
    let decoder = JSONDecoder()
    guard let first = lines.first,
      let header = try? decoder.decode(RunLine.Header.self, from: first),
      header.format == RunLine.format
    else { throw StoreError.unreadable(path: path, reason: "it is not a run's file") }
    var record = RunRecord(
      id: header.id, number: header.number, pipeline: header.pipeline, file: header.file,
      started: Date(timeIntervalSince1970: header.started), process: header.process,
      host: header.host, engine: header.engine, build: header.build, resolved: header.resolved,
      ended: nil,
      state: isLive ? .running : .died,
      points: header.points.map {
        RunRecord.Point(
          address: $0.address, stage: $0.stage, kind: $0.kind, runsProgram: $0.program ?? false)
      })
    record.labels = labels(of: id)
    for line in lines.dropFirst() {
      guard let event = try? decoder.decode(RunLine.Event.self, from: line) else { continue }
      record.apply(event)
    }
    if !isLive {
      for index in record.points.indices { record.points[index].waitsFor = nil }
    }
    if isLive, let bytes = try? files.read(progressPath(id, self)).bytes,
      let marks = try? decoder.decode([String: RunRecord.ProgressMark].self, from: bytes)
    {
      for (index, mark) in marks {
        guard let index = Int(index), record.points.indices.contains(index),
          record.points[index].outcome == nil
        else { continue }
        record.points[index].progress = mark
      }
    }
    return record
  }

  private func isLocked(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}

extension RunRecord {
  fileprivate mutating func apply(_ event: RunLine.Event) {
    let time = Date(timeIntervalSince1970: event.at)
    guard let index = event.point else {
      if event.event == "ended" {
        ended = time
        switch event.message.flatMap(RunOutcome.init(rawValue:)) {
        case .done: state = .done
        case .stopped: state = .stopped
        case .failed, nil: state = .failed
        }
      }
      return
    }
    guard points.indices.contains(index) else { return }
    if let key = event.key { points[index].key = key }
    points[index].waitsFor = event.event == "waiting" ? event.message : nil
    if event.event == "started" {
      points[index].started = time
    } else if event.event == "retrying" {
      points[index].started = nil
      points[index].retries += 1
    } else if let outcome = PointOutcome(event) {
      points[index].outcome = outcome
      points[index].artifact = event.artifact
      points[index].seconds = event.seconds
      points[index].work = event.work
    }
  }
}
