/// Strings of bytes that are found by their content, each with an id.
struct ByteStrings: Sendable {
  /// A number that files and texts cannot know, so that they cannot be made to collide.
  private static let seed = UInt64.random(in: 0...UInt64.max)

  /// Returns a number that equal strings have in common.
  @inline(__always)
  static func hash(_ bytes: [UInt8], _ range: Range<Int>, seed: UInt64) -> UInt64 {
    var hash = seed
    for index in range {
      hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    hash ^= UInt64(range.count)
    return (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
  }

  /// All strings, one after another.
  private var content: [UInt8] = []
  /// Where the string of an id begins in `content`, and its length; -1 for an id without a string.
  private var starts: [Int] = []
  private var lengths: [Int32] = []
  /// The id of each slot; -1 if it is free.
  private var slots = [Int32](repeating: -1, count: 16)
  private let seed = Self.seed
  private(set) var count = 0

  /// One more than the largest id.
  var idCount: Int { lengths.count }

  /// Gives a string an id.
  /// - Returns: false if the string or the id is there already; then nothing changes.
  mutating func insert(_ string: [UInt8], id: Int32) -> Bool {
    let index = Int(id)
    guard index >= lengths.count || lengths[index] < 0 else { return false }
    if 2 * (count + 1) > slots.count { grow() }
    guard let slot = freeSlot(for: string) else { return false }
    if index >= lengths.count {
      let missing = index + 1 - lengths.count
      lengths.append(contentsOf: repeatElement(-1, count: missing))
      starts.append(contentsOf: repeatElement(0, count: missing))
    }
    slots[slot] = id
    starts[index] = content.count
    lengths[index] = Int32(string.count)
    content += string
    count += 1
    return true
  }

  /// The bytes of an id; nil if it has none.
  subscript(id: Int32) -> ArraySlice<UInt8>? {
    let index = Int(id)
    guard index >= 0, index < lengths.count, lengths[index] >= 0 else { return nil }
    return content[starts[index]..<starts[index] + Int(lengths[index])]
  }

  /// Returns the id of a string; nil if it has none.
  func id(of string: [UInt8]) -> Int32? { id(of: string, 0..<string.count) }

  /// Returns the id of a part of some bytes; nil if it has none.
  func id(of bytes: [UInt8], _ range: Range<Int>) -> Int32? {
    var slot = Int(Self.hash(bytes, range, seed: seed) & UInt64(slots.count - 1))
    while slots[slot] >= 0 {
      if isEqual(slots[slot], bytes, range) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  @inline(__always)
  private func isEqual(_ id: Int32, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard Int(lengths[Int(id)]) == range.count else { return false }
    let start = starts[Int(id)]
    for offset in 0..<range.count where content[start + offset] != bytes[range.lowerBound + offset]
    {
      return false
    }
    return true
  }

  private func freeSlot(for string: [UInt8]) -> Int? {
    let range = 0..<string.count
    var slot = Int(Self.hash(string, range, seed: seed) & UInt64(slots.count - 1))
    while slots[slot] >= 0 {
      if isEqual(slots[slot], string, range) { return nil }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for (index, length) in lengths.enumerated() where length >= 0 {
      let range = starts[index]..<starts[index] + Int(length)
      var slot = Int(Self.hash(content, range, seed: seed) & UInt64(slots.count - 1))
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}
