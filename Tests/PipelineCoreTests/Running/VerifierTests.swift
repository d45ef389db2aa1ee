import Fields
import Foundation
import PipelineCore
import Synchronization
import Testing

@Suite struct VerifierTests {
  private let ledger = Ledger()

  private var kinds: StageKinds {
    StageKinds([CountingKind(ledger, usesSeed: true), GatheringKind(ledger: ledger)])
  }

  private var stages: [StageDeclaration] {
    [
      counting("a", ledger, alpha: 0.1, usesSeed: true),
      counting("b", ledger, from: "a", usesSeed: true),
      counting("c", ledger, from: "a", also: "b", usesSeed: true),
      gathering("t", ledger, ["b", "c"]),
    ]
  }

  private func run(_ folder: TemporaryFolder) throws -> RunRecord {
    let store = try folder.store()
    let summary = try Runner.run(
      graph(
        stages, axes: [Axis(path: Axis.seedPath, values: [.int(1), .int(2)])], seeds: [1, 2]),
      store: store, options: .testing())
    #expect(summary.outcome == .done)
    _ = ledger.takeRuns()
    return try store.run(summary.id)
  }

  private func verify(
    _ run: RunRecord, _ folder: TemporaryFolder, only: String? = nil, kinds: StageKinds? = nil
  ) throws -> [String: Verdict] {
    let verdicts = try Verifier(
      run, store: try folder.store(), kinds: kinds ?? self.kinds,
      options: .testing(keepsGoing: true)
    ).recompute(
      only.map { name in Set(run.points.indices.filter { run.points[$0].address == name }) },
      describe: { _, path, _, after in path == "value.txt" ? "now \(after.count) bytes" : nil })
    return Dictionary(uniqueKeysWithValues: verdicts.map { ($0.address, $0) })
  }

  @Test func `a sound run is computed anew and found the same`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    let before = folder.listing("store/objects") + folder.listing("store/records")
    let verdicts = try verify(run, folder)
    #expect(verdicts.count == 7)
    #expect(verdicts.values.allSatisfy { $0.finding == .same && $0.keyChanges.isEmpty })
    #expect(ledger.takeRuns().count == 7)
    // The store is unchanged: no new run, record or unfinished work.
    #expect(folder.listing("store/objects") + folder.listing("store/records") == before)
    #expect(try folder.store().runIDs() == [run.id])
    #expect(folder.listing("store/tmp").isEmpty)
  }

  @Test func `one point is computed alone, from the inputs in the store`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    let verdicts = try verify(run, folder, only: "c[seed=2]")
    #expect(verdicts.keys.sorted() == ["c[seed=2]"])
    #expect(verdicts["c[seed=2]"]?.finding == .same)
    #expect(ledger.takeRuns() == ["c"])
  }

  @Test func `an input whose parts have later versions comes from the store too`() throws {
    let folder = try TemporaryFolder()
    let kind = OtherKind(base: CountingKind(ledger), label: "", parts: ["part": 2])
    let stages = [counting("a", ledger), counting("b", ledger, from: "a")].map {
      StageDeclaration(name: $0.name, kind: kind, config: $0.config, inputs: $0.inputs)
    }
    let store = try folder.store()
    let summary = try Runner.run(graph(stages), store: store, options: .testing())
    _ = ledger.takeRuns()
    let verdicts = try verify(
      try store.run(summary.id), folder, only: "b", kinds: StageKinds([kind]))
    #expect(verdicts["b"]?.finding == .same)
    #expect(ledger.takeRuns() == ["b"])
  }

  @Test func `work that comes out otherwise is named with its file, what follows is not blamed`()
    throws
  {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    // One stage has a kind that is no longer reproducible.
    let other = OtherKind(base: CountingKind(ledger, usesSeed: true), label: "b")
    let verdicts = try verify(
      run, folder, kinds: StageKinds([other, GatheringKind(ledger: ledger)]))
    #expect(verdicts["a[seed=1]"]?.finding == .same)
    #expect(
      verdicts["b[seed=1]"]?.finding == .differs(file: "value.txt", detail: "now 6 bytes"))
    #expect(verdicts["c[seed=1]"]?.finding == .follows("b[seed=1]"))
    #expect(verdicts["t"]?.finding == .follows("b[seed=1]"))
  }

  @Test func `what the key holds today and did not hold then is told`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    var newer = CountingKind(ledger, usesSeed: true)
    newer.version = 2
    let verdicts = try verify(
      run, folder, kinds: StageKinds([newer, GatheringKind(ledger: ledger)]))
    #expect(verdicts["a[seed=1]"]?.finding == .same)
    #expect(
      verdicts["a[seed=1]"]?.keyChanges == [
        FieldChange(path: "kind.version", before: "1", now: "2")
      ])
  }

  @Test func `failures and stops are told apart from differences`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    ledger.setFailing(["b"])
    let verdicts = try verify(run, folder)
    #expect(verdicts["b[seed=1]"]?.finding == .failed("'b' was told to fail"))
    #expect(verdicts["c[seed=1]"]?.finding == .failed("'b[seed=1]' failed"))
    ledger.setFailing([])
    let stop = StopSignal()
    stop.request()
    let stopped = try Verifier(
      run, store: try folder.store(), kinds: kinds, options: .testing(stop: stop)
    ).recompute(describe: { _, _, _, _ in nil })
    #expect(stopped.allSatisfy { $0.finding == .notDone })
  }

  @Test func `a damaged pipeline or an unknown kind is one sentence`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    let unknown = #expect(throws: ResolvedGraph.Unusable.self) {
      try verify(run, folder, kinds: StageKinds([CountingKind(ledger)]))
    }
    #expect(
      unknown?.description == "'t' is of kind 'gathering', which this version does not have")
    let file = try #require(folder.listing("store/runs/resolved").first)
    try folder.write("{}", to: "store/runs/resolved/\(file)")
    let error = #expect(throws: StoreError.self) { try verify(run, folder) }
    #expect(try #require(error).isDamage)
    // The next run of the pipeline repairs it.
    _ = try self.run(folder)
    #expect(try verify(run, folder)["t"]?.finding == .same)
  }

  @Test func `rehashing reads every blob and says what is wrong`() throws {
    let folder = try TemporaryFolder()
    let run = try run(folder)
    #expect(try folder.store().rehash(run.points).allSatisfy { $0.problems.isEmpty })
    let digest = try #require(run.points.first { $0.address == "b[seed=2]" }?.artifact)
    let text = try folder.store().artifact(digest).text("value.txt")
    let blob = try folder.store().blob(text)
    try overwrite(blob, with: String(text.reversed()))
    try setModified(blob, Date(timeIntervalSince1970: 1_000_000_000))
    let found = try folder.store().rehash(run.points)
    #expect(found.filter { !$0.problems.isEmpty }.map(\.address) == ["b[seed=2]"])
    let problems = try #require(found.first { $0.address == "b[seed=2]" }).problems
    #expect(problems.count == 1)
    #expect(problems[0].contains("is damaged: its digest should be"))
    #expect(ledger.takeRuns() == [])
  }
}

/// A kind that counts differently if its label is the given one.
private struct OtherKind: StageKind {
  let base: CountingKind
  let label: String
  /// The versions of the parts that decide its work.
  var parts: [String: Int] = [:]
  var name: String { base.name }
  var meaning: String { base.meaning }
  var version: Int { base.version }
  var roles: [Role] { base.roles }
  var output: ArtifactType { base.output }
  var fields: GroupDescriptor { base.fields }
  var usesSeed: Bool { base.usesSeed }
  var usesNumerics: Bool { base.usesNumerics }

  func revisions(of config: FieldValue) -> [String: Int] { parts }

  func run(_ context: any StageContext) throws {
    try base.run(context)
    guard context.config["label"] == .string(label) else { return }
    try context.output.write(Data("other\n".utf8), to: "value.txt")
  }
}

@Suite struct ResolvedGraphTests {
  private let ledger = Ledger()

  private func keys(_ graph: StageGraph, _ store: Store) -> [String?] {
    Planner.plan(graph, store: store, fingerprint: { _ in "" }).points.map { $0.key?.hex }
  }

  @Test func `a recorded graph gives the same keys, whatever its values`() throws {
    let folder = try TemporaryFolder()
    try folder.write("12", to: "model/value.txt")
    let values: [FieldValue] = [.float(1), .float(1e-300), .float(-0.0), .float(1e22), .float(0.1)]
    let stages = [
      counting("a", ledger, label: "ä \"quoted\" \\ \u{1} 🙂"),
      counting("b", ledger, from: "a"),
      StageDeclaration(
        name: "e", kind: CountingKind(ledger), config: counting("e", ledger).config,
        inputs: [
          StageInput(role: "from", source: .external(.checkpoint(path: folder.path + "model")))
        ]),
      gathering("t", ledger, ["b", "e"]),
    ]
    let original = graph(
      stages, axes: [Axis(path: "a.alpha", values: values)], seeds: [.max - 1, 3])
    let run = try Runner.run(original, store: try folder.store(), options: .testing())
    #expect(run.outcome == .done)
    let store = try folder.store()
    let bytes = try store.resolved(of: try store.run(run.id))
    let read = try ResolvedGraph.decode(
      bytes, kinds: StageKinds([CountingKind(ledger), GatheringKind(ledger: ledger)]))
    #expect(keys(read, store) == keys(original, store))
    #expect(keys(read, store).allSatisfy { $0 != nil })
    #expect(read.points.map(\.address) == original.points.map(\.address))
    // Encoding it again gives the same bytes, which include the digest of what came from outside.
    let text = String(decoding: bytes, as: UTF8.self)
    let digest = try ExternalArtifact(
      .checkpoint(path: folder.path + "model"), folderType: ArtifactType("text"), store: store
    ).digest
    #expect(text.contains("\"digest\":\"\(digest)\""))
    let again = ResolvedGraph.encode(read, fingerprint: { _ in "" }, digest: { _, _ in digest })
    #expect(again == bytes)
  }

  @Test func `the names of swept values are in it, since what collects the points sees them`()
    throws
  {
    let folder = try TemporaryFolder()
    let settings = [("low", 1.0), ("high", 2)].map { name, alpha in
      [AxisValue(path: "a.alpha", value: .float(alpha), name: name)]
    }
    let original = graph(
      [counting("a", ledger), gathering("t", ledger, ["a"])],
      axes: [Axis(paths: ["a.alpha"], settings: settings)])
    let store = try folder.store()
    let run = try Runner.run(original, store: store, options: .testing())
    let bytes = try store.resolved(of: try store.run(run.id))
    let read = try ResolvedGraph.decode(
      bytes, kinds: StageKinds([CountingKind(ledger), GatheringKind(ledger: ledger)]))
    #expect(read.points.map(\.point) == original.points.map(\.point))
    #expect(read.points[2].inputs.map(\.point) == settings)
    #expect(keys(read, store) == keys(original, store))
    #expect(keys(read, store).allSatisfy { $0 != nil })
  }

  @Test func `every value is in it, defaults too, so a changed default shows`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    var options = RunOptions.testing()
    options.build = "a build"
    let run = try Runner.run(graph([counting("a", ledger)]), store: store, options: options)
    let record = try store.run(run.id)
    #expect(record.build == "a build")
    let json = try JSONText(parsing: try store.resolved(of: record))
    let config = try #require(json["points"]?.arrayValue?.first?["config"])
    #expect(
      config.compact == #"{"alpha":0.0,"label":"a","patience":0,"salt":0,"steps":3}"#)
    // A field that the kind did not have then gets today's default.
    let kind = CountingKind(ledger)
    let text = String(decoding: try store.resolved(of: record), as: UTF8.self)
      .replacing("\"salt\":0,", with: "\"gone\":7,")
    let graph = try ResolvedGraph.decode(Data(text.utf8), kinds: StageKinds([kind]))
    #expect(graph.points[0].config == counting("a", ledger).config)
  }

  @Test func `runs of one pipeline share a record`() throws {
    let folder = try TemporaryFolder()
    for alpha in [1.0, 1, 2] {
      _ = try Runner.run(
        graph([counting("a", ledger, alpha: alpha)]), store: try folder.store(),
        options: .testing())
    }
    #expect(folder.listing("store/runs/resolved").count == 2)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"format":2,"points":[]}"#, #"{"format":1,"points":[{}]}"#,
    #"{"format":1,"points":[{"address":"a","stage":"a","kind":"counting","version":1,"#
      + #""config":{},"axes":[[1]],"seed":"0","numerics":"exact","inputs":[]}]}"#,
    #"{"format":1,"points":[{"address":"a","stage":"a","kind":"counting","version":1,"#
      + #""config":{},"axes":[],"seed":"0","numerics":"exact","#
      + #""inputs":[{"role":"from","point":0}]}]}"#,
    #"{"format":1,"points":[{"address":"a","stage":"a","kind":"counting","version":1,"#
      + #""config":{},"axes":[],"seed":"0","numerics":"exact","#
      + #""inputs":[{"role":"nobody","checkpoint":"/x"}]}]}"#,
  ])
  func `what is no recorded graph is refused`(text: String) {
    #expect(throws: ResolvedGraph.Unusable.self) {
      try ResolvedGraph.decode(Data(text.utf8), kinds: StageKinds([CountingKind(ledger)]))
    }
  }
}
