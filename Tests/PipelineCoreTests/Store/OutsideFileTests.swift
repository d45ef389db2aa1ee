import Foundation
import PipelineCore
import Testing

/// An artifact may contain files of another without a copy: blobs, or files outside the store.
@Suite struct `A file of another artifact` {
  private let ledger = Ledger()
  private var key: StageKey {
    StageKey.compute(
      point: graph([counting("a", ledger)]).points[0], inputs: [], fingerprint: "")
  }

  /// Commits an artifact with a file of its own and all files of another below `base/`, and records
  /// it.
  private func adapter(over base: any ArtifactReader, in store: Store) throws -> StoredArtifact {
    let scratch = try store.makeScratch()
    try scratch.write(Data("own".utf8), to: "own.txt")
    for path in base.files {
      try scratch.refer(to: try #require(base.reference(to: path)), as: "base/" + path)
    }
    let artifact = try store.commit(scratch, type: ArtifactType("model"))
    _ = try store.publish(
      StoreRecord(key: key, kind: "counting", kindVersion: 1, artifact: artifact.digest))
    return artifact
  }

  /// A collection two minutes later that removes only what nothing names.
  private func collect(_ folder: TemporaryFolder, maxSize: Int = 1 << 40) throws -> GarbageReport {
    try folder.store(now: { Store.wallClock() + 120_000_000_000 })
      .collect(GarbageLimits(maxSize: maxSize))
  }

  @Test func `is held by both, and stored once`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let base = try store.commit(["weights": "many numbers", "config": "{}"])
    let blobs = folder.listing("store/objects").count
    let artifact = try adapter(over: base, in: store)
    #expect(artifact.files == ["base/config", "base/weights", "own.txt"])
    #expect(try artifact.text("base/weights") == "many numbers")
    #expect(folder.listing("store/objects").count == blobs + 2, "its own file and its manifest")
    #expect(folder.listing("store/outside") == [])

    // Nothing names the base itself any more; its files stay.
    _ = try collect(folder)
    #expect(folder.listing("store/objects").count == blobs + 1, "the base's manifest is gone")
    guard case .hit(let kept) = try folder.store().lookup(key.hex) else {
      Issue.record("no hit")
      return
    }
    #expect(try kept.text("base/config") == "{}")
    _ = try collect(folder, maxSize: 0)
    #expect(folder.listing("store/objects").filter { $0 != "memo.txt" } == [])
  }

  @Test func `must be there when it is committed`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let base = try store.commit(["weights": "many numbers"])
    _ = try folder.store(now: { Store.wallClock() + 120_000_000_000 })
      .collect(GarbageLimits(maxSize: 0))
    #expect(throws: StoreError.self) { try adapter(over: base, in: store) }
  }

  @Test func `outside the store is noted, and never changed or removed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("many numbers", to: "model/weights")
    let store = try folder.store()
    let outside = try ExternalArtifact(
      .checkpoint(path: folder.path + "model"), folderType: ArtifactType("model"), store: store)
    let artifact = try adapter(over: outside, in: store)
    #expect(folder.listing("store/outside").count == 1)
    #expect(try folder.store().artifact(artifact.digest).text("base/weights") == "many numbers")
    #expect(try collect(folder).freed == 0)

    // Gone: it cannot be used, and comes back with the file.
    let files = FileManager.default
    try files.moveItem(atPath: folder.path + "model", toPath: folder.path + "other")
    guard case .damaged(_, let problems) = try folder.store().lookup(key.hex) else {
      Issue.record("a hit without its file")
      return
    }
    #expect(problems.count == 1)
    _ = try collect(folder)
    #expect(folder.listing("store/outside").count == 1, "an absent file makes nothing useless")
    try files.moveItem(atPath: folder.path + "other", toPath: folder.path + "model")
    #expect(try folder.store().artifact(artifact.digest).problems().isEmpty)

    // Changed: found out, and only the note goes.
    try folder.write("other numbers", to: "model/weights")
    #expect(try folder.store().artifact(artifact.digest).problems().count == 1)
    #expect(throws: StoreError.self) {
      try folder.store().artifact(artifact.digest).read("base/weights")
    }
    _ = try collect(folder, maxSize: 0)
    #expect(folder.listing("store/outside") == [])
    #expect(folder.listing("model") == ["weights"])
  }

  @Test func `is found at its new place by whoever names it there`() throws {
    let folder = try TemporaryFolder()
    try folder.write("many numbers", to: "model/weights")
    let store = try folder.store()
    let given = try ExternalArtifact(
      .checkpoint(path: folder.path + "model"), folderType: ArtifactType("model"), store: store)
    let artifact = try adapter(over: given, in: store)
    try FileManager.default.moveItem(
      atPath: folder.path + "model", toPath: folder.path + "moved")
    let planning = Store(readOnly: folder.url.appending(path: "store"))
    _ = try ExternalArtifact(
      .checkpoint(path: folder.path + "moved"), folderType: ArtifactType("model"), store: planning)
    #expect(try planning.artifact(artifact.digest).problems().isEmpty, "a plan knows it")
    #expect(try folder.store().artifact(artifact.digest).problems().count == 1)
    _ = try ExternalArtifact(
      .checkpoint(path: folder.path + "moved"), folderType: ArtifactType("model"),
      store: try folder.store())
    #expect(try folder.store().artifact(artifact.digest).problems().isEmpty, "a run notes it")
  }

  @Test func `of a base given beside a folder comes below base`() throws {
    let folder = try TemporaryFolder()
    try folder.write("adapter", to: "adapter/own")
    try folder.write("stale", to: "adapter/base/weights")
    try folder.write("many numbers", to: "model/weights")
    let store = try folder.store()
    let alone = try ExternalArtifact(
      .checkpoint(path: folder.path + "adapter"), folderType: ArtifactType("model"), store: store)
    let both = try ExternalArtifact(
      .checkpoint(path: folder.path + "adapter", base: folder.path + "model"),
      folderType: ArtifactType("model"), store: store)
    #expect(alone.files == both.files)
    #expect(alone.digest != both.digest)
    #expect(String(decoding: try both.read("base/weights"), as: UTF8.self) == "many numbers")
  }
}
