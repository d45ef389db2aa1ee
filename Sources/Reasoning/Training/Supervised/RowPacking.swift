/// Puts whole examples into rows of at most `capacity` tokens by best-fit decreasing: the longest
/// first, each into the fullest row that has room for it.
///
/// TRL's `packing` with `packing_strategy: bfd` (Ding et al. 2024, arXiv 2404.10830, algorithm 1).
/// Examples of a row do not attend to each other. The rows depend only on the lengths and their
/// order.
package enum RowPacking {
  /// Returns the rows, as places in `lengths`.
  /// - Precondition: every length is in 1...capacity.
  package static func rows(of lengths: [Int], capacity: Int) -> [[Int]] {
    precondition(lengths.allSatisfy { (1...max(1, capacity)).contains($0) })
    // Equal lengths keep their order.
    let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    var rows: [[Int]] = []
    var open = OpenRows(capacity: capacity)
    for place in order {
      let length = lengths[place]
      guard let (row, room) = open.takeFullest(withRoomFor: length) else {
        open.add(rows.count, room: capacity - length)
        rows.append([place])
        continue
      }
      rows[row].append(place)
      open.add(row, room: room - length)
    }
    return rows
  }
}

/// Rows by the tokens that still fit into them.
private struct OpenRows {
  /// The rows of each room, the last ones added at the end.
  private var rows: [[Int]]
  /// A binary tree over the rooms: a node is true if a room below it has a row. Leaf r is at
  /// `leaves + r`.
  private var hasRow: [Bool]
  private let leaves: Int

  init(capacity: Int) {
    rows = Array(repeating: [], count: capacity + 1)
    var leaves = 1
    while leaves <= capacity { leaves *= 2 }
    self.leaves = leaves
    hasRow = Array(repeating: false, count: 2 * leaves)
  }

  mutating func add(_ row: Int, room: Int) {
    rows[room].append(row)
    mark(room)
  }

  /// Takes the row with the least room that is enough.
  mutating func takeFullest(withRoomFor length: Int) -> (row: Int, room: Int)? {
    guard let room = firstRoom(from: length), let row = rows[room].popLast() else { return nil }
    mark(room)
    return (row, room)
  }

  private mutating func mark(_ room: Int) {
    var node = leaves + room
    hasRow[node] = !rows[room].isEmpty
    while node > 1 {
      node /= 2
      hasRow[node] = hasRow[2 * node] || hasRow[2 * node + 1]
    }
  }

  private func firstRoom(from least: Int) -> Int? {
    var node = leaves + least
    if hasRow[node] { return least }
    // Up until a right neighbour has a row, then down to its first one.
    while node > 1, !(node.isMultiple(of: 2) && hasRow[node + 1]) { node /= 2 }
    guard node > 1 else { return nil }
    node += 1
    while node < leaves { node = hasRow[2 * node] ? 2 * node : 2 * node + 1 }
    return node - leaves
  }
}
