import Foundation
import ModelCore
import Reasoning
import Stages
import Synchronization
import Testing

@Suite struct `Descriptions of models on disk` {
  private final class Count: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
  }

  /// - Parameter seconds: how much later than the present it is for the cache.
  private static func cache(
    after seconds: Double = 3600
  ) -> (cache: ModelDescriptionCache, reads: Count) {
    let reads = Count()
    let cache = ModelDescriptionCache(
      now: { Int64((Date().timeIntervalSince1970 + seconds) * 1e9) },
      read: { folder, base throws(ModelFileError) in
        reads.add()
        return try ModelDescription(folder: folder, base: base)
      })
    return (cache, reads)
  }

  private static func write(_ name: String, in own: OwnData, layers: Int = 1) throws -> String {
    var shape = ModelConfiguration()
    shape.hiddenSize = 16
    shape.layerCount = layers
    shape.headCount = 2
    shape.intermediateSize = 24
    let tokenizer = LadderVocabulary.tokenizer
    let model = Transformer(
      configuration: shape, vocabularySize: tokenizer.vocabularySize, seed: 1)
    for file in ModelFolder.files(of: model, tokenizer: tokenizer) {
      try own.write(file.data, to: name + "/" + file.path)
    }
    return own.folder.appendingPathComponent(name).path
  }

  @Test func `are read once while the files stay the same`() throws {
    try OwnData.with { own in
      let (cache, reads) = Self.cache()
      let path = try Self.write("model", in: own)
      for _ in 0..<3 {
        #expect(try cache.description(of: path).configuration.layerCount == 1)
      }
      #expect(reads.value == 1)
      _ = try Self.write("model", in: own, layers: 2)
      #expect(try cache.description(of: path).configuration.layerCount == 2)
      try FileManager.default.removeItem(atPath: path + "/config.json")
      for _ in 0..<2 {
        #expect(throws: ModelFileError.self) { try cache.description(of: path) }
      }
      #expect(reads.value == 3)
    }
  }

  @Test func `of files that just changed are read again`() throws {
    try OwnData.with { own in
      let (cache, reads) = Self.cache(after: -3600)
      let path = try Self.write("model", in: own)
      for _ in 0..<2 { _ = try cache.description(of: path) }
      #expect(reads.value == 2)
    }
  }

  @Test func `are kept of the last four models`() throws {
    try OwnData.with { own in
      let (cache, reads) = Self.cache()
      let paths = try (0..<5).map { try Self.write("model\($0)", in: own) }
      for path in paths { _ = try cache.description(of: path) }
      for path in paths[1...] { _ = try cache.description(of: path) }
      #expect(reads.value == 5)
      _ = try cache.description(of: paths[0])
      #expect(reads.value == 6)
    }
  }
}
