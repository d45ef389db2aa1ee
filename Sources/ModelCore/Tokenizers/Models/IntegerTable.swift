/// A hash table from integers to integers, for lookups that encoding makes by the million.
struct IntegerTable: Sendable {
  /// The key that no entry may have: it marks free slots.
  static let free = UInt64.max
  /// A number that files cannot know, so that they cannot be made to collide. Results do not depend
  /// on it.
  private static let multiplier = UInt64.random(in: 0...UInt64.max) | 1

  /// Key and value of each slot, in turns.
  private var slots: [UInt64]
  private var shift: UInt64
  private let multiplier = Self.multiplier
  private(set) var count = 0

  init(capacity: Int) {
    var bits = 4
    while 1 << bits < 2 * capacity { bits += 1 }
    slots = [UInt64](repeating: Self.free, count: 2 << bits)
    shift = UInt64(64 - bits)
  }

  @inline(__always)
  subscript(key: UInt64) -> UInt64? {
    var slot = Int((key &* multiplier) >> shift) << 1
    while slots[slot] != Self.free {
      if slots[slot] == key { return slots[slot + 1] }
      slot += 2
      if slot == slots.count { slot = 0 }
    }
    return nil
  }

  /// Sets the value of a key, in place of the one it has.
  mutating func set(_ key: UInt64, to value: UInt64) {
    if 4 * (count + 1) > slots.count { grow() }
    var slot = Int((key &* multiplier) >> shift) << 1
    while slots[slot] != Self.free, slots[slot] != key {
      slot += 2
      if slot == slots.count { slot = 0 }
    }
    if slots[slot] == Self.free { count += 1 }
    slots[slot] = key
    slots[slot + 1] = value
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: Self.free, count: 2 * old.count)
    shift -= 1
    count = 0
    for slot in stride(from: 0, to: old.count, by: 2) where old[slot] != Self.free {
      set(old[slot], to: old[slot + 1])
    }
  }
}
