import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct CommitTests {
  private let ledger = Ledger()
  private var point: StagePoint { graph([counting("a", ledger)]).points[0] }
  private var key: StageKey { StageKey.compute(point: point, inputs: [], fingerprint: "") }

  @Test func `a committed artifact is read back as it was written`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let made = try store.put(["b.txt": "two", "a/one.txt": "one", "empty": ""], under: key)
    #expect(made.files == ["a/one.txt", "b.txt", "empty"])

    guard case .hit(let artifact) = try folder.store().lookup(key.hex) else {
      Issue.record("no hit")
      return
    }
    #expect(artifact.digest == made.digest)
    #expect(artifact.type == ArtifactType("text"))
    #expect(try artifact.text("a/one.txt") == "one")
    #expect(try artifact.text("empty") == "")
    #expect(throws: StoreError.noSuchFile(path: "c", artifact: made.digest)) {
      try artifact.read("c")
    }
  }

  @Test func `the bytes of a manifest are pinned`() {
    let manifest = Manifest(
      type: ArtifactType("model"),
      files: [
        Manifest.File(path: "b", digest: String(repeating: "b", count: 64), size: 2),
        Manifest.File(path: "a", digest: String(repeating: "a", count: 64), size: 1),
      ])
    let a = String(repeating: "a", count: 64)
    let b = String(repeating: "b", count: 64)
    #expect(
      String(decoding: manifest.bytes, as: UTF8.self)
        == #"{"files":[{"digest":"\#(a)","path":"a","size":1},"#
        + #"{"digest":"\#(b)","path":"b","size":2}],"#
        + #""format":1,"type":"model"}"#)
    // Computed by sha256sum over the line above.
    #expect(manifest.digest == "b868bdb1d9af864370bd1f5158bc5559104c292c56ddbb688b87cb5da93e61e4")
  }

  @Test func `equal files are one blob, and equal artifacts one manifest`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let first = try store.commit(["a": "same", "b": "same"])
    let blobs = folder.listing("store/objects").count
    let second = try store.commit(["a": "same", "b": "same"])
    #expect(first.digest == second.digest)
    #expect(folder.listing("store/objects").count == blobs)
    #expect(blobs == 2)
  }

  @Test func `the store belongs to its owner alone`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try store.put(["a": "text"], under: key)
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(store.root) == 0o700)
    #expect(try mode(store.root + "/objects") == 0o700)
    #expect(try mode(store.blob("text").path) == 0o400)
  }

  @Test func `nothing is left under tmp after a commit`() throws {
    let folder = try TemporaryFolder()
    try folder.store().put(["a/b/c": "text"], under: key)
    #expect(folder.listing("store/tmp").isEmpty)
  }

  @Test func `a run removes its folder under tmp at its end, whoever holds the store`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let last = try store.removingTemporary {
      let first = try store.removingTemporary { try store.makeScratch() }
      #expect(FileManager.default.fileExists(atPath: first.path), "another run goes on")
      return try store.makeScratch()
    }
    #expect(folder.listing("store/tmp").isEmpty)
    #expect(throws: StoreError.self) { try last.write(Data(), to: "late.txt") }
    // The store can be used again.
    try store.put(["a": "text"], under: key)
    withExtendedLifetime(store) {}
  }

  @Test(arguments: Faults.Mode.allCases)
  func `a commit that fails at any of its operations leaves no hit or the right one`(
    _ mode: Faults.Mode
  ) throws {
    let contents = ["value.txt": "42\n", "logs/steps.txt": "1 42\n"]
    let reference = try TemporaryFolder()
    let expected = try reference.store().put(contents, under: key).digest
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      let faults = Faults(mode, at: position)
      let store = try folder.store(files: faults.files)
      faults.arm()
      let result = Result { try store.put(contents, under: key) }
      if case .failure(let error) = result {
        let isFull = if case StoreError.diskFull = error { true } else { false }
        #expect(isFull == (mode == .diskFull), "operation \(position): \(error)")
      }

      let after = try folder.store()
      switch after.lookup(key.hex) {
      case .none: break
      case .hit(let artifact):
        #expect(artifact.digest == expected)
        #expect(try artifact.text("value.txt") == "42\n")
      case .damaged(_, let problems):
        Issue.record("operation \(position) left a damaged hit: \(problems)")
      }
      // Doing the same work again repairs what was left.
      #expect(try after.put(contents, under: key).digest == expected)
      guard case .hit(let artifact) = try folder.store().lookup(key.hex) else {
        Issue.record("operation \(position): no hit after doing it again")
        return
      }
      #expect(try artifact.text("logs/steps.txt") == "1 42\n")

      guard faults.hasStruck else { break }
      position += 1
    }
    // Two files, a manifest and a record: creations, writes, syncs, renames and folders.
    #expect(position > 20)
  }

  @Test func `the first writer of a key wins and the second is told both digests`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let first = try store.put(["a": "one"], under: key)
    let second = try store.commit(["a": "two"])
    func publish(_ digest: String) throws -> Store.Publication {
      try store.publish(
        StoreRecord(key: key, kind: "counting", kindVersion: 1, artifact: digest))
    }
    #expect(try publish(second.digest) == .differs(first: first.digest))
    #expect(try publish(first.digest) == .confirmed)
    #expect(try store.record(key.hex)?.artifact == first.digest)
  }

  @Test func `a record holds nothing that differs between two machines or two days`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try store.put(["a": "one"], under: key)
    let file = try #require(folder.listing("store/records").first)
    let text = try String(
      contentsOf: folder.url.appending(path: "store/records/\(file)"), encoding: .utf8)
    let members = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      members.keys.sorted() == [
        "artifact", "binding", "engine", "format", "key", "kind", "kindVersion", "preimage",
      ])
  }
}
