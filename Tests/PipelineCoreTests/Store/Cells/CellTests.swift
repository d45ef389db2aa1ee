import Fields
import Foundation
import PipelineCore
import Testing

@Suite(.timeLimit(.minutes(120))) struct CellTests {
  private func space(
    settings: Int = 0, input: String = String(repeating: "ab", count: 32)
  ) -> CellSpace {
    let point = graph([counting("a", Ledger())]).points[0]
    return CellSpace(
      point: point, fingerprint: "cpu", inputs: ["from": input], settings: .int(settings))
  }

  private final class Notices {
    var all: [CellNotice] = []
  }

  private func cache(
    _ store: Store, _ space: CellSpace? = nil, _ notices: Notices = Notices()
  ) -> CellCache {
    CellCache(store, space ?? self.space()) { notices.all.append($0) }
  }

  private func key(_ number: Int) -> FieldValue { .map(["number": .int(number)]) }
  private func text(_ number: Int) -> Data { Data("the value of \(number)".utf8) }

  /// Commits some cells in one segment.
  private func fill(_ numbers: [Int], _ folder: TemporaryFolder) throws {
    let cache = cache(try folder.store())
    for number in numbers { cache.add(key(number), text(number)) }
    try cache.commit()
  }

  @Test func `cells outlive their cache once they are committed, and only in their space`() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let first = cache(store)
    first.add(key(1), text(1))
    first.add(key(1), text(7))
    #expect(first.value(for: key(1)) == text(1))
    #expect(cache(store).value(for: key(1)) == nil)
    try first.commit()
    try first.commit()
    first.add(key(2), Data())
    try first.commit()
    first.add(key(3), text(3))

    let later = cache(try folder.store())
    #expect(later.value(for: key(1)) == text(1))
    #expect(later.value(for: key(2)) == Data())
    #expect(later.value(for: key(3)) == nil)
    #expect(try store.cellSegments().map(\.cells) == [1, 1])
    for other in [space(settings: 1), space(input: String(repeating: "cd", count: 32))] {
      #expect(cache(store, other).value(for: key(1)) == nil)
    }
  }

  @Test func `two caches fill the same space, and the first value stays`() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try folder.store(), try folder.store())
    let notices = Notices()
    let (first, second) = (cache(one), cache(two, nil, notices))
    for number in 0..<4 { first.add(key(number), text(number)) }
    for number in 2..<6 { second.add(key(number), text(number == 3 ? 99 : number)) }
    try first.commit()
    try second.commit()
    // Equal values made by both caches are not reported.
    guard case .differs(_, let kept, let refused) = notices.all.first, notices.all.count == 1 else {
      Issue.record("\(notices.all)")
      return
    }
    #expect(kept == ContentDigest.hex(of: text(3)) && refused == ContentDigest.hex(of: text(99)))
    let all = cache(try folder.store())
    for number in 0..<6 { #expect(all.value(for: key(number)) == text(number)) }
    #expect(second.value(for: key(3)) == text(3))
    #expect(try one.cellSegments().map(\.cells) == [4, 2])
    #expect(try one.cellSegments().allSatisfy { $0.sources == space().sources })
  }

  @Test func `many writers lose nothing`() async throws {
    let folder = try TemporaryFolder()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for round in 0..<5 { try fill([writer * 100 + round, 1000 + round], folder) }
        }
      }
      try await group.waitForAll()
    }
    let all = cache(try folder.store())
    for writer in 0..<4 {
      for round in 0..<5 {
        #expect(all.value(for: key(writer * 100 + round)) == text(writer * 100 + round))
      }
    }
    for round in 0..<5 { #expect(all.value(for: key(1000 + round)) == text(1000 + round)) }
  }

  @Test(arguments: ["flip", "cut", "gone", "record", "stranger", "folder"])
  func `a damaged segment is passed over, told, and filled again`(_ damage: String) throws {
    let folder = try TemporaryFolder()
    try fill([1, 2], folder)
    try fill([3], folder)
    let segment = try #require(try folder.store().cellSegments().first)
    let digest = try #require(segment.blob)
    let blob = folder.url.appending(
      path: "store/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
    let record = URL(filePath: segment.path)
    let bytes = try Data(contentsOf: blob)
    switch damage {
    case "flip":
      let text = String(decoding: bytes, as: UTF8.self)
      try overwrite(blob, with: text.replacing("value", with: "valve"))
    case "cut": try overwrite(blob, with: String(decoding: bytes.dropLast(3), as: UTF8.self))
    case "gone": try FileManager.default.removeItem(at: blob)
    case "record": try overwrite(record, with: "{\"format\": 1")
    case "folder":
      try FileManager.default.removeItem(at: blob)
      try FileManager.default.createDirectory(at: blob, withIntermediateDirectories: false)
    default:
      let text = try String(contentsOf: record, encoding: .utf8)
      try overwrite(record, with: text.replacing(space().hex, with: space(settings: 1).hex))
    }
    let notices = Notices()
    let after = cache(try folder.store(), nil, notices)
    #expect(notices.all.count == 1)
    #expect(after.value(for: key(1)) == nil && after.value(for: key(2)) == nil)
    #expect(after.value(for: key(3)) == text(3))
    for number in [1, 2] { after.add(key(number), text(number)) }
    try after.commit()
    let mended = Notices()
    let again = cache(try folder.store(), nil, mended)
    for number in 1...3 { #expect(again.value(for: key(number)) == text(number)) }
    #expect(mended.all.isEmpty)
  }

  @Test(arguments: Faults.Mode.allCases)
  func `a commit that fails at any of its operations leaves whole cells or none`(
    _ mode: Faults.Mode
  ) throws {
    var position = 0
    while true {
      let folder = try TemporaryFolder()
      try fill([1], folder)
      let faults = Faults(mode, at: position)
      let cache = cache(try folder.store(files: faults.files))
      for number in [2, 3] { cache.add(key(number), text(number)) }
      faults.arm()
      let result = Result { try cache.commit() }
      let notices = Notices()
      let after = self.cache(try folder.store(), nil, notices)
      #expect(notices.all.isEmpty)
      #expect(after.value(for: key(1)) == text(1))
      let (two, three) = (after.value(for: key(2)), after.value(for: key(3)))
      #expect((two == nil) == (three == nil))
      if case .success = result { #expect(two == text(2) && three == text(3)) }
      for number in [2, 3] { after.add(key(number), text(number)) }
      try after.commit()
      #expect(self.cache(try folder.store()).value(for: key(3)) == text(3))
      if !faults.hasStruck { break }
      position += 1
    }
    #expect(position > 8)
  }

  @Test func `bytes that are no segment are told from one, whatever is done to them`() {
    let names = (0..<6).map { ContentDigest.hex(of: text($0)) }
    let cells = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, text($0)) })
    let whole = CellSegment.encode(cells)
    let decoded = CellSegment.decode(whole) ?? []
    #expect(decoded.map(\.name) == names.sorted())
    #expect(decoded.allSatisfy { cells[$0.name] == $0.value })
    for count in 0..<whole.count { #expect(CellSegment.decode(whole.prefix(count)) == nil) }
    #expect(CellSegment.decode(whole + Data([0])) == nil)
    #expect(CellSegment.decode(Data("LCELLS01".utf8) + Data(repeating: 255, count: 40)) == nil)
    // A flipped bit in a length or in the order of names is detected or changes one cell; nothing
    // traps.
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      if let cells = CellSegment.decode(bytes) { #expect(cells.count <= 6) }
    }
  }

  @Test func `a used segment counts as used`() throws {
    let folder = try TemporaryFolder()
    try fill([1], folder)
    let store = try folder.store()
    let path = try #require(try store.cellSegments().first).path
    try setModified(URL(filePath: path), Date(timeIntervalSince1970: 1e9))
    func lastUse() throws -> Date { try #require(try store.cellSegments().first).lastUse }
    #expect(try lastUse() < Date(timeIntervalSince1970: 1e9 + 1))
    let cache = cache(store)
    #expect(cache.value(for: key(2)) == nil)
    #expect(try lastUse() < Date(timeIntervalSince1970: 1e9 + 1))
    #expect(cache.value(for: key(1)) == text(1))
    #expect(try lastUse() > Date(timeIntervalSinceNow: -60))
  }
}
