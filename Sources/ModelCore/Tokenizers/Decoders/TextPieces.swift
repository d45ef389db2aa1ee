/// Texts one after another in one buffer, each known by its end.
struct TextPieces: Sendable {
  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }
  var indices: Range<Int> { ends.indices }

  init() {}

  /// No text, with room for some.
  init(roomFor count: Int, bytes: Int) {
    self.bytes.reserveCapacity(bytes)
    ends.reserveCapacity(count)
  }

  subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  mutating func append(_ text: ArraySlice<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  mutating func append(_ text: [UInt8]) { append(text[...]) }

  /// Makes one text of all.
  mutating func fuse() { ends = [bytes.count] }
}
