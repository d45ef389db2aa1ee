import Foundation
import ModelCore
import Synchronization
import Testing

@Suite struct FileCacheTests {
  private struct Refusal: Error, Equatable {}

  private final class Count: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add() -> Int {
      number.withLock {
        $0 += 1
        return $0
      }
    }
  }

  /// - Parameter seconds: how much later than the present it is for the cache.
  private func cache(
    most: Int = 4, after seconds: Double = 3600
  ) -> FileCache<String, Int, Refusal> {
    FileCache(most: most, now: { Int64((Date().timeIntervalSince1970 + seconds) * 1e9) })
  }

  private func withFile(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "laconic-cache-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("one".utf8).write(to: URL(fileURLWithPath: path))
    try body(path)
  }

  @Test func `a value is made once while the files are the same`() throws {
    try withFile { path in
      let (cache, made) = (cache(), Count())
      func value() throws(Refusal) -> Int {
        try cache.value(of: path, files: { [FileStamp(of: path)] }, make: { made.add() })
      }
      #expect(try [value(), value()] == [1, 1])
      // The same size, and the time that it had before.
      let url = URL(fileURLWithPath: path)
      let date = try #require(
        FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
      try Data("two".utf8).write(to: url)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      #expect(try value() == 2)
      try FileManager.default.removeItem(at: url)
      #expect(try [value(), value()] == [3, 3])
    }
  }

  @Test func `an error is kept as a value is`() throws {
    try withFile { path in
      let (cache, made) = (cache(), Count())
      for _ in 0..<2 {
        #expect(throws: Refusal()) {
          try cache.value(
            of: path, files: { [FileStamp(of: path)] },
            make: { () throws(Refusal) in
              _ = made.add()
              throw Refusal()
            })
        }
      }
      #expect(made.value == 1)
    }
  }

  @Test func `files that just changed, or change meanwhile, are read again`() throws {
    try withFile { path in
      let (young, made) = (cache(after: 0), Count())
      for _ in 0..<2 {
        _ = try young.value(of: path, files: { [FileStamp(of: path)] }, make: { made.add() })
      }
      #expect(made.value == 2)
      let old = cache()
      for _ in 0..<2 {
        _ = try old.value(
          of: path, files: { [FileStamp(of: path)] },
          make: {
            try? Data(String(repeating: "x", count: made.value).utf8)
              .write(to: URL(fileURLWithPath: path))
            return made.add()
          })
      }
      #expect(made.value == 4)
    }
  }

  @Test func `the values asked for last are kept`() throws {
    let (cache, made) = (cache(most: 2), Count())
    func value(_ key: String) throws(Refusal) -> Int {
      try cache.value(of: key, files: { [] }, make: { made.add() })
    }
    #expect(try [value("a"), value("b"), value("a"), value("c")] == [1, 2, 1, 3])
    #expect(try [value("a"), value("b")] == [1, 4])
  }

  @Test func `another value can be made while one is being made`() throws {
    let cache = cache()
    let outer = try cache.value(
      of: "outer", files: { [] },
      make: { () throws(Refusal) in
        try cache.value(of: "inner", files: { [] }, make: { 1 }) + 1
      })
    #expect(outer == 2)
  }
}
