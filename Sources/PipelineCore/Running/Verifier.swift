import Fields
package import Foundation

/// The result of recomputing one point of a run.
package struct Verdict: Sendable, Hashable {
  package enum Finding: Sendable, Hashable {
    case same
    /// The bytes differ: the first file that differs, and its difference in words.
    case differs(file: String, detail: String)
    /// Not compared, because it was made from a point that differs, given by its address.
    case follows(String)
    /// The point could not be recomputed, with the reason in one sentence.
    case failed(String)
    /// The run was asked to stop before this point.
    case notDone
  }

  package let address: String
  package let finding: Finding
  /// The lines of the key that differ between the recorded run and today.
  package let keyChanges: [FieldChange]

  package init(address: String, finding: Finding, keyChanges: [FieldChange]) {
    self.address = address
    self.finding = finding
    self.keyChanges = keyChanges
  }
}

/// Recomputes the work of a run in a separate store and compares the results.
package struct Verifier {
  /// Describes the first difference between two versions of a file; nil if it can only say that the
  /// bytes differ.
  package typealias Describe = (
    _ type: ArtifactType, _ path: String, _ before: Data, _ after: Data
  ) -> String?

  private let run: RunRecord
  private let graph: StageGraph
  private let store: Store
  private let options: RunOptions

  /// - Throws: `StoreError`, `ResolvedGraph.Unusable`.
  package init(
    _ run: RunRecord, store: Store, kinds: StageKinds, options: RunOptions
  ) throws {
    self.run = run
    self.store = store
    self.options = options
    graph = try ResolvedGraph.decode(try store.resolved(of: run), kinds: kinds)
    guard graph.points.map(\.address) == run.points.map(\.address) else {
      throw ResolvedGraph.Unusable(description: "run \(run.id) is not one of its pipeline")
    }
  }

  /// Recomputes what the run made: all of it, or only the given points, whose inputs then come from
  /// the store.
  /// - Returns: a verdict for each point, in the order of the graph.
  /// - Throws: `StoreError` if an input cannot be read or there is no space for the work.
  package func recompute(
    _ asked: Set<Int>? = nil, observer: any RunObserver = SilentObserver(), describe: Describe
  ) throws -> [Verdict] {
    let targets = graph.points.indices.filter { index in
      let point = run.points[index]
      // A server's answers are paid for and differ from time to time: they are taken as they are.
      return point.artifact != nil && point.outcome != .partial
        && !graph.points[index].asksServer && asked?.contains(index) ?? true
    }
    let needed = graph.upstream(of: Set(targets)).sorted()
    let scratch = try Store(root: URL(fileURLWithPath: try store.temporaryPath()))
    var position: [Int: Int] = [:]
    for (index, original) in needed.enumerated() { position[original] = index }
    let part = graph.restricted(to: Set(needed))
    var keys: [Int: StageKey] = [:]
    var resolver = PointResolver(graph: graph, store: store, fingerprint: options.fingerprint)
    for index in needed {
      let key = try resolver.key(of: graph.points[index]) { run.points[$0].artifact }
      keys[index] = key
      if !targets.contains(index) { try lend(index, under: key, to: scratch) }
    }
    let summary = try Runner.run(part, store: scratch, options: options, observer: observer)
    var differing: [Int: Int] = [:]
    return try targets.map { index in
      let result = position[index].map { summary.points[$0] }
      let finding = try finding(index, result, scratch, &differing, describe)
      return Verdict(
        address: graph.points[index].address, finding: finding,
        keyChanges: changes(index, to: keys[index]))
    }
  }

  private func finding(
    _ index: Int, _ result: PointResult?, _ scratch: Store, _ differing: inout [Int: Int],
    _ describe: Describe
  ) throws -> Verdict.Finding {
    if let digest = result?.artifact {
      if digest == run.points[index].artifact { return .same }
      defer { differing[index] = index }
      // If an input differs, a different result says nothing about this point.
      let sources = graph.points[index].dependencies
      if let first = sources.compactMap({ differing[$0] }).first {
        return .follows(graph.points[first].address)
      }
      return try difference(index, try scratch.artifact(digest), describe)
    }
    switch result?.outcome {
    case .failed(let message): return .failed(message)
    case .skipped(let address): return .failed("'\(address)' failed")
    default: return .notDone
    }
  }

  private func difference(
    _ index: Int, _ after: StoredArtifact, _ describe: Describe
  ) throws -> Verdict.Finding {
    guard let digest = run.points[index].artifact, let before = try? store.artifact(digest) else {
      return .differs(
        file: "", detail: "the first result is gone from the store; the second is \(after.digest)")
    }
    for path in Set(before.files + after.files).sorted() {
      guard let first = before.manifest[path] else {
        return .differs(file: path, detail: "it was not there")
      }
      guard let second = after.manifest[path] else {
        return .differs(file: path, detail: "it is not there any more")
      }
      if first == second { continue }
      let digests = "\(first.digest.prefix(12)) was, \(second.digest.prefix(12)) is its digest"
      guard let old = try? before.read(path) else {
        return .differs(file: path, detail: digests + "; the first is damaged")
      }
      return .differs(
        file: path, detail: describe(after.type, path, old, try after.read(path)) ?? digests)
    }
    return .differs(
      file: "", detail: "its type was \(before.type.rawValue) and is \(after.type.rawValue)")
  }

  /// Copies a recorded artifact to the store in which the work will look for it.
  private func lend(_ index: Int, under key: StageKey, to scratch: Store) throws {
    let point = graph.points[index]
    guard let digest = run.points[index].artifact else {
      throw StageFailure("'\(point.address)', an input, was never made")
    }
    let artifact = try store.artifact(digest)
    let folder = try scratch.makeScratch()
    for path in artifact.files { try folder.write(try artifact.read(path), to: path) }
    let lent = try scratch.commit(folder, type: artifact.type)
    _ = try scratch.publish(
      StoreRecord(
        key: key, kind: point.kind.name, kindVersion: point.kind.version, artifact: lent.digest))
  }

  /// The differences between a point's key today and the key of the recorded work.
  private func changes(_ index: Int, to key: StageKey?) -> [FieldChange] {
    guard let key, let old = run.points[index].key, old != key.hex,
      let record = try? store.record(old)
    else { return [] }
    let before = Dictionary(
      record.preimage.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
    let now = Dictionary(
      key.preimage.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
    return Set(before.keys).union(now.keys).sorted().compactMap { path in
      before[path] == now[path]
        ? nil : FieldChange(path: path, before: before[path], now: now[path])
    }
  }
}

// MARK: - Rehashing

extension Store {
  /// Hashes again everything that points of a run made, and returns the problems found: of the
  /// record, the manifest and every blob.
  package func rehash(_ points: [RunRecord.Point]) -> [(address: String, problems: [String])] {
    points.filter { $0.artifact != nil }.map { point in
      (point.address, problems(of: point))
    }
  }

  private func problems(of point: RunRecord.Point) -> [String] {
    guard let digest = point.artifact else { return [] }
    var problems: [String] = []
    func check(_ body: () throws -> Void) {
      do { try body() } catch { problems.append(error.inWords) }
    }
    if let key = point.key {
      check {
        guard let record = try record(key) else { throw StoreError.missing(path: recordPath(key)) }
        if record.artifact != digest {
          throw StageFailure("its record names another artifact, \(record.artifact)")
        }
      }
    }
    check {
      for file in try artifact(digest).manifest.files {
        check {
          let (found, status) = try files.digest(place(ofBlob: file.digest))
          guard found == file.digest else {
            throw StoreError.damaged(
              path: place(ofBlob: file.digest), expected: file.digest, found: found)
          }
          memo.note(found, of: status)
        }
      }
    }
    return problems
  }
}
