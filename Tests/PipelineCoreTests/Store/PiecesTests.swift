import Foundation
import PipelineCore
import Testing

/// Files too large to be in memory twice.
@Suite struct PiecesTests {
  private static let key = String(repeating: "ab", count: 32)
  /// A little more than three pieces of a reader.
  private static let bytes = Data((0..<3_200_000).map { UInt8(truncatingIfNeeded: $0 / 251) })

  private func save(_ step: Int, in store: Store) throws {
    try store.saveCheckpoint(Self.key, step: step) { writer in
      try writer.write(to: "folder/state") { write in
        for start in stride(from: 0, to: Self.bytes.count, by: 700_000) {
          try write(Self.bytes[start..<min(Self.bytes.count, start + 700_000)])
        }
      }
    }
  }

  @Test func `a file written in pieces is the file of the same bytes`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let scratch = try store.makeScratch()
    try scratch.write(to: "a") { write in
      try write(Data("one ".utf8))
      try write(Data())
      try write(Data("two".utf8))
    }
    try scratch.write(to: "none") { _ in }
    let artifact = try store.commit(scratch, type: ArtifactType("text"))
    #expect(artifact.digest == (try store.commit(["a": "one two", "none": ""])).digest)
    #expect(try artifact.text("a") == "one two")
  }

  @Test func `a checkpoint is read in pieces of at most a mebibyte`() throws {
    let folder = try TemporaryFolder()
    try save(1, in: try folder.store())
    let checkpoint = try #require(try folder.store().latestCheckpoint(Self.key).checkpoint)
    var read = Data()
    try checkpoint.read("folder/state") { piece, size in
      #expect(piece.count <= 1 << 20)
      #expect(size == Self.bytes.count)
      read.append(piece)
    }
    #expect(read == Self.bytes)
    #expect(throws: StoreError.self) { try checkpoint.read("other") { _, _ in } }
  }

  @Test func `pieces of other bytes than were saved are told as damage`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    try save(1, in: store)
    let checkpoint = try #require(try store.latestCheckpoint(Self.key).checkpoint)
    let path = folder.url.appending(
      path: "store/checkpoints/\(Self.key)/step-00000001/folder/state")
    try FileManager.default.removeItem(at: path)
    try (Self.bytes.dropLast() + [0]).write(to: path)
    let error = #expect(throws: StoreError.self) {
      try checkpoint.read("folder/state") { _, _ in }
    }
    #expect(error?.isDamage == true)
  }

  @Test func `writing that fails between pieces leaves the checkpoint before`() throws {
    for position in 0..<12 {
      let folder = try TemporaryFolder()
      let faults = Faults(.diskFull, at: position)
      let store = try folder.store(files: faults.files)
      try save(1, in: store)
      faults.arm()
      let result = Result { try save(2, in: store) }
      let found = try #require(try folder.store().latestCheckpoint(Self.key).checkpoint)
      if case .failure = result { #expect(found.step == 1) }
      #expect(try found.read("folder/state") == Self.bytes)
    }
  }
}
