/// The ids of words that were encoded before. It holds a bounded number of short words; when it is
/// full, it forgets all of them.
struct WordCache: Sendable {
  /// Words of more bytes are not kept.
  static let longest = 128
  private static let mostSlots = 1 << 17

  private struct Entry {
    var hash: UInt64 = 0
    var wordStart: UInt32 = 0
    var idStart: UInt32 = 0
    /// The length of the word; 0 if the slot is free.
    var wordCount: UInt16 = 0
    var idCount: UInt16 = 0
  }

  private let seed = UInt64.random(in: 0...UInt64.max)
  private var slots = [Entry](repeating: Entry(), count: 1 << 10)
  private var words: [UInt8] = []
  private var ids: [Int32] = []
  private var count = 0

  func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    ByteStrings.hash(bytes, range, seed: seed)
  }

  /// Appends the ids of a word; returns false if it is not known.
  func append(
    idsOf bytes: [UInt8], _ range: Range<Int>, hash: UInt64, to result: inout [Int32]
  ) -> Bool {
    var slot = Int(hash & UInt64(slots.count - 1))
    next: while slots[slot].wordCount > 0 {
      let entry = slots[slot]
      slot = (slot + 1) & (slots.count - 1)
      guard entry.hash == hash, Int(entry.wordCount) == range.count else { continue }
      let start = Int(entry.wordStart)
      for offset in 0..<range.count where words[start + offset] != bytes[range.lowerBound + offset]
      {
        continue next
      }
      let first = Int(entry.idStart)
      for index in first..<first + Int(entry.idCount) { result.append(ids[index]) }
      return true
    }
    return false
  }

  /// Keeps the ids of a word that is not known yet.
  mutating func insert(
    _ bytes: [UInt8], _ range: Range<Int>, hash: UInt64, ids new: ArraySlice<Int32>
  ) {
    if 2 * (count + 1) > slots.count { makeRoom() }
    var slot = Int(hash & UInt64(slots.count - 1))
    while slots[slot].wordCount > 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Entry(
      hash: hash, wordStart: UInt32(words.count), idStart: UInt32(ids.count),
      wordCount: UInt16(range.count), idCount: UInt16(new.count))
    words += bytes[range]
    ids += new
    count += 1
  }

  private mutating func makeRoom() {
    let old = slots
    guard 2 * old.count <= Self.mostSlots else {
      slots = [Entry](repeating: Entry(), count: old.count)
      words.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
      count = 0
      return
    }
    slots = [Entry](repeating: Entry(), count: 2 * old.count)
    for entry in old where entry.wordCount > 0 {
      var slot = Int(entry.hash & UInt64(slots.count - 1))
      while slots[slot].wordCount > 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }
}
