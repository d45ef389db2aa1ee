/// New tokens of some sequences, with the pages of each up to its own position. It is made once for
/// a step and used by every layer; the pages must stay in use until then.
package struct PagedRows: Sendable {
  /// The position of each row's token in its sequence.
  let positions: [Int]
  let pageLength: Int
  /// The pages of all sequences, one sequence after another.
  var pages: [PagePlace] = []
  /// For each row, the index of its sequence's first page in `pages`.
  var starts: [Int] = []
  /// The rows in an order in which those that share pages are neighbours, if they attend.
  private(set) var order: [Int] = []
  /// Ranges of `order` whose rows have the same first page.
  private(set) var groups: [Range<Int>] = []

  init(positions: [Int], pageLength: Int) {
    self.positions = positions
    self.pageLength = pageLength
    starts.reserveCapacity(positions.count)
  }

  package var count: Int { positions.count }

  func length(of row: Int) -> Int { positions[row] + 1 }

  /// The page that a row's token is written to.
  func page(of row: Int) -> PagePlace { pages[starts[row] + positions[row] / pageLength] }

  /// Finds rows that share pages. Only their beginnings can be the same.
  mutating func sort() {
    // Rows with the same first page are brought together in order of their first row.
    var firsts: [FirstPage: Int] = [:]
    let keys = positions.indices.map { row in
      let place = pages[starts[row]]
      let page = FirstPage(storage: ObjectIdentifier(place.storage), offset: place.offset)
      return firsts[page]
        ?? {
          firsts[page] = row
          return row
        }()
    }
    order = positions.indices.sorted { a, b in
      if keys[a] != keys[b] { return keys[a] < keys[b] }
      if starts[a] == starts[b] { return a < b }
      return isBefore(a, b)
    }
    var start = 0
    for index in order.indices
    where index + 1 == order.count || keys[order[index + 1]] != keys[order[index]] {
      groups.append(start..<index + 1)
      start = index + 1
    }
  }

  /// Ranges of `order` to compute at a time: groups, divided into parts of at most `most` rows.
  func blocks(of most: Int) -> [Range<Int>] {
    groups.flatMap { group in
      stride(from: group.lowerBound, to: group.upperBound, by: most).map {
        $0..<min(group.upperBound, $0 + most)
      }
    }
  }

  private struct FirstPage: Hashable {
    let storage: ObjectIdentifier
    let offset: Int
  }

  /// Orders rows of one group by the first page that differs; a shorter list of pages comes before
  /// a longer one that begins with it.
  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    let (last, otherLast) = (positions[a] / pageLength, positions[b] / pageLength)
    for block in 0...min(last, otherLast) {
      let (mine, theirs) = (pages[starts[a] + block], pages[starts[b] + block])
      if mine == theirs { continue }
      let (x, y) = (ObjectIdentifier(mine.storage), ObjectIdentifier(theirs.storage))
      return x == y ? mine.offset < theirs.offset : x < y
    }
    return last == otherLast ? a < b : last < otherLast
  }
}
