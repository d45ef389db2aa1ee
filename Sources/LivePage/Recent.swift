/// The values that were set last, by key.
struct Recent<Key: Equatable, Value> {
  private let most: Int
  /// The one that was set last is the first.
  private var entries: [(key: Key, value: Value)] = []

  /// - Parameter most: the largest number of values that are kept.
  init(most: Int) { self.most = most }

  subscript(key: Key) -> Value? { entries.first { $0.key == key }?.value }

  mutating func set(_ value: Value, for key: Key) {
    entries.removeAll { $0.key == key }
    entries.insert((key, value), at: 0)
    entries.removeLast(max(0, entries.count - most))
  }

  mutating func removeAll() { entries = [] }
}
