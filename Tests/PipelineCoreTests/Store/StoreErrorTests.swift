import Foundation
import PipelineCore
import Testing

@Suite struct StoreErrorTests {
  @Test func `a store that cannot be made is one clear sentence`() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "store")
    let error = #expect(throws: StoreError.self) { try folder.store() }
    #expect(
      "\(try #require(error))"
        == "could not open the store '\(folder.path)store': it is not a folder")
    let below = #expect(throws: StoreError.self) {
      try Store(root: folder.url.appending(path: "store/below"))
    }
    #expect("\(try #require(below))".contains("a file of that name is in the way"))
  }

  @Test func `a store is made with the folders above it, and opened again as it is`() throws {
    let folder = try TemporaryFolder()
    let root = folder.url.appending(path: "a/b/c")
    let first = try Store(root: root)
    try first.saveMemo()
    _ = try first.commit(["x": "y"])
    #expect(try Store(root: root).root == first.root)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() == [
        "cells", "checkpoints", "laconic-store", "leases", "objects", "outside", "pins", "records",
        "runs", "states", "tmp",
      ])
  }

  @Test func `what a dead process left under tmp is swept, what a live one writes is not`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let scratch = try store.makeScratch()
    try scratch.write(Data("x".utf8), to: "kept")
    try folder.write("x", to: "store/tmp/4711-00000000000000ab/file")
    try folder.store().sweepTemporary()
    let left = folder.listing("store/tmp")
    #expect(left.count == 1)
    #expect(left[0].hasSuffix("/kept"))
  }

  @Test(arguments: [
    (StoreError.readOnly(path: "s"), "the file system of 's' is read-only; choose another store"),
    (.permission(doing: "write", path: "s"), "no permission to write 's'"),
    (.diskFull(path: "s"), "the disk is full: 's' could not be written"),
    (.damaged(path: "s", expected: "aa", found: "bb"), "'s' is damaged: its digest should be aa"),
    (.missing(path: "s"), "'s' is missing"),
    (.outside(path: "../s", reason: "no"), "the path '../s' is refused: no"),
  ])
  func `an error says what is wrong with which path`(_ error: StoreError, _ start: String) {
    #expect("\(error)".hasPrefix(start))
    #expect(!"\(error)".contains("\n"))
  }
}
